import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import type { EntityFilter } from '../../query/entity-query.ts';
import { restriction, visibleTo } from './q-sql/access-filter.ts';
import { entityBranches, typesOfAny } from './q-sql/entity-condition.ts';

/** The number of unexpired matching entities that the caller may see. */
export async function countEntities(db: Queryable, caller: Caller, query: EntityFilter, at: string): Promise<number> {
  const params = new SqlParameters([caller.tenant]);
  const text =
    isOfTypes(query) && restriction(caller) === undefined
      ? keptCountText(query, params, at)
      : countText(caller, query, params, at);
  const { rows } = await db.query<{ count: number }>({ text, values: params.values });
  return rows[0]?.count ?? 0;
}

function countText(caller: Caller, query: EntityFilter, params: SqlParameters, at: string): string {
  const { rows, options } = visibleTo(caller, params, at);
  const { conditions } = entityBranches(query, params, options);
  const counts = conditions.map((condition) => `(SELECT count(*) FROM ${rows} WHERE tenant = $1 AND ${condition})`);
  return `SELECT ${counts.join(' + ')} AS count`;
}

/** Whether the query filters by type only. */
function isOfTypes({ selectors = [], attrs, q, geoQ, scopeQ }: EntityFilter): boolean {
  return !attrs && !q && !geoQ && !scopeQ && selectors.every(({ ids, idPattern }) => !ids && !idPattern);
}

/** Sums the counters that writes maintain. Entities that can expire are counted one by one. */
function keptCountText(query: EntityFilter, params: SqlParameters, at: string): string {
  const { conditions } = entityBranches(query, params, { at });
  const expiring = conditions.map(
    (condition) => `(SELECT count(*) FROM entity WHERE tenant = $1 AND expires_at IS NOT NULL AND ${condition})`,
  );
  const kept = `SELECT sum(entities)::bigint FROM entity_count WHERE tenant = $1 AND ${typesOfAny(query.selectors, params)}`;
  return `SELECT coalesce((${kept}), 0) + ${expiring.join(' + ')} AS count`;
}
