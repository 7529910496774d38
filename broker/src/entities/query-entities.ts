import type { Caller } from '../access/caller.ts';
import type { Database } from '../database/database.ts';
import type { Entity } from '../model/entity.ts';
import { withoutExpired } from '../model/expiry.ts';
import type { EntityQuery } from '../query/entity-query.ts';
import { queryEntities as stored } from './read/entity-queries.ts';

/** A page of matching entities. */
export interface EntityPage {
  readonly entities: readonly Entity[];
  /** The total number of matches, if requested. */
  readonly count?: number;
  readonly hasNext: boolean;
}

/** Query Entities (5.7.2). Expired entities are left out. */
export async function queryEntities(db: Database, caller: Caller, query: EntityQuery): Promise<EntityPage> {
  const at = new Date().toISOString();
  // Requests one entity more than the limit, to find out whether there is a next page.
  const { entities, count } = await stored(db, caller, { ...query, limit: query.limit === 0 ? 0 : query.limit + 1 });
  const page = entities.slice(0, query.limit).map((entity) => withoutExpired(entity, at));
  return { entities: page, hasNext: entities.length > query.limit, ...(count !== undefined && { count }) };
}
