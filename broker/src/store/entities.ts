import type { Entity } from '../model/entity.ts';
import type { EntityFilter, EntityQuery } from '../query/entity-query.ts';
import type { Database, Queryable } from './database.ts';
import { entityCondition } from './query-sql.ts';
import { ensureCollation, orderClause } from './query-sql-order.ts';
import { SqlParameters } from './sql-parameters.ts';

const SELECT_ENTITY = `
  SELECT document FROM entity WHERE tenant = $1 AND id = $2 AND (expires_at IS NULL OR expires_at > $3)`;

/** The stored JSON of an unexpired {@link Entity}, not parsed. */
export async function retrieveEntityText(db: Queryable, tenant: string, id: string): Promise<string | undefined> {
  const { rows } = await db.query<{ document: string }>({
    name: 'select-entity',
    text: SELECT_ENTITY,
    values: [tenant, id, new Date()],
  });
  return rows[0]?.document;
}

/** The unexpired entity of that id. Its expired attributes are still there. */
export async function retrieveEntity(db: Queryable, tenant: string, id: string): Promise<Entity | undefined> {
  const text = await retrieveEntityText(db, tenant, id);
  return text === undefined ? undefined : JSON.parse(text);
}

/** What decides which entities a page holds; projection and representation come later. */
export type StoredQuery = Pick<
  EntityQuery,
  'selectors' | 'attrs' | 'q' | 'geoQ' | 'scopeQ' | 'ordering' | 'limit' | 'offset' | 'count'
>;

export interface StoredPage {
  readonly entities: Entity[];
  /** Of all that match, when it was asked for. */
  readonly count?: number;
}

/** A page of the unexpired entities that match, in the order asked for and then that of their ids, whatever the page. */
export async function queryEntities(db: Database, tenant: string, query: StoredQuery): Promise<StoredPage> {
  if (query.ordering !== undefined) await ensureCollation(db, query.ordering);
  const params = new SqlParameters([tenant]);
  const condition = `tenant = $1 AND ${entityCondition(query, params)}`;
  const values = [...params.values];
  const [entities, count] = await Promise.all([
    query.limit === 0 ? [] : selectPage(db, condition, query, params),
    query.count ? countAll(db, condition, values) : undefined,
  ]);
  return count === undefined ? { entities } : { entities, count };
}

// Both statements are without a name: their plan is made for the values asked for, of which types are rare or frequent.

async function selectPage(
  db: Queryable,
  condition: string,
  { limit, offset, ordering }: StoredQuery,
  params: SqlParameters,
): Promise<Entity[]> {
  const order = orderClause(ordering, params);
  const page = `LIMIT ${params.add(limit)}::bigint OFFSET ${params.add(offset)}::bigint`;
  const { rows } = await db.query<{ document: string }>({
    text: `SELECT document FROM entity WHERE ${condition} ${order} ${page}`,
    values: params.values,
  });
  return rows.map(({ document }) => JSON.parse(document));
}

async function countAll(db: Queryable, condition: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    text: `SELECT count(*) FROM entity WHERE ${condition}`,
    values,
  });
  return rows[0]?.count ?? 0;
}

/** Ids of the unexpired entities that match, in order, from the first that comes after `after`. */
export async function queryEntityIds(
  db: Queryable,
  tenant: string,
  filter: EntityFilter,
  after: string,
  limit: number,
): Promise<string[]> {
  const params = new SqlParameters([tenant, after, limit]);
  const text = `SELECT id FROM entity WHERE tenant = $1 AND id > $2 AND ${entityCondition(filter, params)} ORDER BY id LIMIT $3`;
  const { rows } = await db.query<{ id: string }>({ text, values: params.values });
  return rows.map(({ id }) => id);
}
