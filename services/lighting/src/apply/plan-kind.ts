import type { ObjectKind } from '@alzette/kit/objects';
import type { Plan } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { coversEach, coversLamps } from '../rights/lamp-rights.ts';
import { readableZones } from '../rights/lamp-zones.ts';
import { findPlan, lampsOfPlan } from './plan-rows.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The plan, or its lamps if it has not been stored yet. */
export type PlanObject = Pick<Plan, 'id' | 'kind' | 'zone' | 'command'> & { readonly newLamps?: readonly string[] };

/** A plan belongs to whoever may command all of its lamps, and is seen by whoever may read these commands in its zone. */
export function planKind({ db }: Pick<LightingParts, 'db'>): ObjectKind<PlanObject> {
  return {
    name: 'lighting plan',
    find: (tenant, id) => (UUID.test(id) ? findPlan(db, tenant, id) : undefined),
    async may(action, { id, kind, zone, command, newLamps }, judge) {
      if (action === 'read') {
        return (await readableZones(db, judge, [command, `${command}_status`])).has({ kind, zone });
      }
      if (coversLamps(judge, 'write', [command])) return true;
      const lamps = newLamps ?? (await lampsOfPlan(db, judge.caller.tenant, id));
      return coversEach(judge, 'write', lamps, [command]);
    },
  };
}
