import type { Queryable, Statement } from './database.ts';
import { SqlParameters } from './sql-parameters.ts';
import { restriction, visibleRows } from './visible-rows.ts';

const ALIVE = '(e.expires_at IS NULL OR e.expires_at > now())';

// From the counts the writes keep, and one by one those that expire.
const SELECT_TYPES = `
  SELECT DISTINCT t.type FROM (
    SELECT types FROM entity_count WHERE tenant = $1 GROUP BY types HAVING sum(entities) > 0
    UNION ALL
    SELECT types FROM entity WHERE tenant = $1 AND expires_at > now()
  ) AS given, unnest(given.types) AS t(type)
  ORDER BY t.type`;

// Of what is visible alone nothing is counted ahead.
const visibleTypes = (rows: string) => `
  SELECT DISTINCT t.type FROM ${rows}, unnest(e.types) AS t(type) WHERE e.tenant = $1 AND ${ALIVE} ORDER BY t.type`;

const selectAttributesOf = (rows: string) => `
  SELECT DISTINCT a.name FROM ${rows}, jsonb_object_keys(e.document -> 'attributes') AS a(name)
  WHERE e.tenant = $1 AND ${ALIVE} ORDER BY a.name`;

const SELECT_ATTRIBUTES = selectAttributesOf('entity e');

const visibleCount = (rows: string) =>
  `SELECT count(*) AS count FROM ${rows} WHERE e.tenant = $1 AND ${ALIVE} AND e.types @> $2::text[]`;

const COUNT_ENTITIES = `
  SELECT coalesce((SELECT sum(entities)::bigint FROM entity_count WHERE tenant = $1 AND types @> $2::text[]), 0)
    + (SELECT count(*) FROM entity WHERE tenant = $1 AND expires_at > now() AND types @> $2::text[]) AS count`;

// Which attributes entities of which types have, and of which kinds.
const selectUses = (rows: string) => `
  SELECT t.type, a.name, array_agg(DISTINCT i.instance ->> 'type') AS kinds
  FROM ${rows}
  CROSS JOIN unnest(e.types) AS t(type)
  LEFT JOIN jsonb_each(e.document -> 'attributes') AS a(name, instances) ON true
  LEFT JOIN jsonb_array_elements(a.instances) AS i(instance) ON true
  WHERE e.tenant = $1 AND ${ALIVE}
    AND ((i.instance ->> 'expiresAt')::timestamptz > now()) IS NOT FALSE`;

const USES_OF = {
  all: 'GROUP BY t.type, a.name ORDER BY t.type, a.name',
  type: 'AND t.type = $2 GROUP BY t.type, a.name ORDER BY t.type, a.name',
  attribute: 'AND a.name = $2 GROUP BY t.type, a.name ORDER BY t.type, a.name',
};

const countWithAttribute = (rows: string) =>
  `SELECT count(*) AS count FROM ${rows} WHERE e.tenant = $1 AND ${ALIVE} AND e.document -> 'attributes' ? $2`;

const COUNT_WITH_ATTRIBUTE = countWithAttribute('entity e');

/** How the entities of a type use an attribute; both are IRIs. */
export interface AttributeUse {
  readonly type: string;
  /** Null: entities of the type that have no attribute at all. */
  readonly name: string | null;
  readonly kinds: readonly string[];
}

/** The types of the tenant's entities. */
export async function selectTypes(db: Queryable, tenant: string): Promise<string[]> {
  const { rows } = await db.query<{ type: string }>(statement('select-types', SELECT_TYPES, visibleTypes, [tenant]));
  return rows.map(({ type }) => type);
}

/** The attributes of the tenant's entities. */
export async function selectAttributes(db: Queryable, tenant: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    statement('select-attributes', SELECT_ATTRIBUTES, selectAttributesOf, [tenant]),
  );
  return rows.map(({ name }) => name);
}

export async function countEntitiesOfType(db: Queryable, tenant: string, type: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    statement('count-of-type', COUNT_ENTITIES, visibleCount, [tenant, [type]]),
  );
  return rows[0]?.count ?? 0;
}

/** What is used where: of one type, of one attribute, or of all. */
export async function selectAttributeUses(
  db: Queryable,
  tenant: string,
  of: { readonly type?: string; readonly attribute?: string } = {},
): Promise<AttributeUse[]> {
  const one = of.type ?? of.attribute;
  const which = USES_OF[one === undefined ? 'all' : of.type === undefined ? 'attribute' : 'type'];
  const params = new SqlParameters(one === undefined ? [tenant] : [tenant, one]);
  const text = `${selectUses(visibleRows(params, 'e'))} ${which}`;
  const { rows } = await db.query<AttributeUse>({ text, values: params.values });
  return rows;
}

/** How many entities have the attribute, of whatever types. */
export async function countEntitiesWithAttribute(db: Queryable, tenant: string, name: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    statement('count-with-attribute', COUNT_WITH_ATTRIBUTE, countWithAttribute, [tenant, name]),
  );
  return rows[0]?.count ?? 0;
}

/** The statement prepared for the table, or one for what is visible of it. */
function statement(name: string, ofAll: string, of: (rows: string) => string, values: readonly unknown[]): Statement {
  if (restriction() === undefined) return { name, text: ofAll, values };
  const params = new SqlParameters(values);
  return { text: of(visibleRows(params, 'e')), values: params.values };
}
