import { actor } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import type { Judge, ObjectKind } from '@alzette/kit/objects';
import type { Kept } from './document-rows.ts';

const KPI = 'KeyPerformanceIndicator';
const STATISTIC = { id: `urn:ngsi-ld:${KPI}:any`, types: [KPI] };

/**
 * A document of this service is for its author and administrators; if it is published, also for who is known and may
 * read the statistics of its scopes, or some statistics if it has no results. Its data are read with the rights of its
 * reader anyway.
 *
 * @param scopesOf the scopes of the communes whose figures it shows
 */
export function documentKind<T extends object>(
  name: string,
  find: (tenant: string, id: string) => Promise<Kept<T> | undefined>,
  scopesOf?: (document: T, tenant: string) => readonly string[],
): ObjectKind<Kept<T>> {
  return {
    name,
    find,
    may(action, { author, isPublished, document }, judge) {
      const { caller } = judge;
      if (caller.administers || author === actor(caller)) return true;
      if (action !== 'read' || caller.kind === 'anonymous' || !isPublished) return false;
      if (scopesOf === undefined) return judge.mayAny('read', [KPI]);
      const scopes = scopesOf(document, caller.tenant);
      return scopes.length === 0
        ? judge.may('read', STATISTIC)
        : scopes.every((scope) => judge.may('read', { ...STATISTIC, scopes: [scope] }));
    },
  };
}

/** Whether somebody may show a document to everyone: who may write statistics in every scope. */
export function mayPublish(judge: Judge): boolean {
  return judge.caller.administers || judge.may('write', STATISTIC, []);
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
