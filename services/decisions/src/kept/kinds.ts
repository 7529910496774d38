import { actor } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import type { Judge, ObjectKind } from '@alzette/kit/objects';
import type { Kept } from './document-rows.ts';

const KPI = 'KeyPerformanceIndicator';

/**
 * A document of this service is for its author and administrators; if it is published, also for who is known and may
 * read some statistics. Its data are read with the rights of its reader anyway.
 */
export function documentKind<T extends object>(
  name: string,
  find: (tenant: string, id: string) => Promise<Kept<T> | undefined>,
): ObjectKind<Kept<T>> {
  return {
    name,
    find,
    may(action, { author, isPublished }, { caller, mayAny }) {
      if (caller.administers || author === actor(caller)) return true;
      return action === 'read' && caller.kind !== 'anonymous' && isPublished && mayAny('read', [KPI]);
    },
  };
}

/** Whether somebody may show a document to everyone: who may write statistics in every scope. */
export function mayPublish(judge: Judge): boolean {
  return judge.caller.administers || judge.may('write', { id: `urn:ngsi-ld:${KPI}:any`, types: [KPI] }, []);
}

/** Statistics that are to be imported: for who may write them, in every scope. */
export const STATISTICS_FILE: ObjectKind<object> = {
  name: 'file of statistics',
  find: () => ({}),
  may: (action, _file, judge) => (action === 'read' ? judge.mayAny('read', [KPI]) : mayPublish(judge)),
};

/** A new document is the sender's own; one that exists is judged. */
export async function existing<T extends object>(
  rows: { find(db: Queryable, tenant: string, id: string): Promise<Kept<T> | undefined> },
  db: Queryable,
  tenant: string,
  id: string,
): Promise<Kept<T>[]> {
  const found = await rows.find(db, tenant, id);
  return found === undefined ? [] : [found];
}
