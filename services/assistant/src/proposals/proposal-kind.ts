import type { Judge, ObjectAction, ObjectKind } from '@alzette/kit/objects';
import type { Proposal } from '../contract/contract.ts';
import type { Proposals } from './proposal-rows.ts';

const WORK_ORDER = 'https://w3id.org/alzette/def/WorkOrder';

/**
 * A proposal is for who may do it: it is seen by who may read what it would change, and decided on by who may write that.
 * One for a work order is judged by the type of work orders, and by the entity that it is about.
 */
export function proposalKind({ find }: Pick<Proposals, 'find'>): ObjectKind<Proposal> {
  return {
    name: 'proposal',
    find,
    async may(action, { kind, entity, change }, judge) {
      if (kind === 'attributes') return entity !== undefined && covers(judge, action, entity, Object.keys(change));
      return judge.mayAny(action, [WORK_ORDER]) && (entity === undefined || covers(judge, 'read', entity));
    },
  };
}

async function covers(judge: Judge, action: ObjectAction, id: string, attributes?: string[]): Promise<boolean> {
  // Entities of other brokers, which are not here, are seen only by who has all rights.
  if (judge.may(action, { id, types: [] }, attributes)) return true;
  return (await judge.refused(action, [id], attributes)).size === 0;
}
