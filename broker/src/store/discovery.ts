import type { Queryable } from './database.ts';

const ALIVE = '(e.expires_at IS NULL OR e.expires_at > now())';

// From the counts the writes keep, and one by one those that expire.
const SELECT_TYPES = `
  SELECT DISTINCT t.type FROM (
    SELECT types FROM entity_count WHERE tenant = $1 GROUP BY types HAVING sum(entities) > 0
    UNION ALL
    SELECT types FROM entity WHERE tenant = $1 AND expires_at > now()
  ) AS given, unnest(given.types) AS t(type)
  ORDER BY t.type`;

const SELECT_ATTRIBUTES = `
  SELECT DISTINCT a.name FROM entity e, jsonb_object_keys(e.document -> 'attributes') AS a(name)
  WHERE e.tenant = $1 AND ${ALIVE} ORDER BY a.name`;

const COUNT_ENTITIES = `
  SELECT coalesce((SELECT sum(entities)::bigint FROM entity_count WHERE tenant = $1 AND types @> $2::text[]), 0)
    + (SELECT count(*) FROM entity WHERE tenant = $1 AND expires_at > now() AND types @> $2::text[]) AS count`;

// Which attributes entities of which types have, and of which kinds.
const SELECT_USES = `
  SELECT t.type, a.name, array_agg(DISTINCT i.instance ->> 'type') AS kinds
  FROM entity e
  CROSS JOIN unnest(e.types) AS t(type)
  LEFT JOIN jsonb_each(e.document -> 'attributes') AS a(name, instances) ON true
  LEFT JOIN jsonb_array_elements(a.instances) AS i(instance) ON true
  WHERE e.tenant = $1 AND ${ALIVE}
    AND ((i.instance ->> 'expiresAt')::timestamptz > now()) IS NOT FALSE`;

const USES_OF_ALL = `${SELECT_USES} GROUP BY t.type, a.name ORDER BY t.type, a.name`;
const USES_OF_TYPE = `${SELECT_USES} AND t.type = $2 GROUP BY t.type, a.name ORDER BY t.type, a.name`;
const USES_OF_ATTRIBUTE = `${SELECT_USES} AND a.name = $2 GROUP BY t.type, a.name ORDER BY t.type, a.name`;

const COUNT_WITH_ATTRIBUTE = `
  SELECT count(*) AS count FROM entity e WHERE e.tenant = $1 AND ${ALIVE} AND e.document -> 'attributes' ? $2`;

/** How the entities of a type use an attribute; both are IRIs. */
export interface AttributeUse {
  readonly type: string;
  /** Null: entities of the type that have no attribute at all. */
  readonly name: string | null;
  readonly kinds: readonly string[];
}

/** The types of the tenant's entities. */
export async function selectTypes(db: Queryable, tenant: string): Promise<string[]> {
  const { rows } = await db.query<{ type: string }>({ name: 'select-types', text: SELECT_TYPES, values: [tenant] });
  return rows.map(({ type }) => type);
}

/** The attributes of the tenant's entities. */
export async function selectAttributes(db: Queryable, tenant: string): Promise<string[]> {
  const statement = { name: 'select-attributes', text: SELECT_ATTRIBUTES, values: [tenant] };
  const { rows } = await db.query<{ name: string }>(statement);
  return rows.map(({ name }) => name);
}

export async function countEntitiesOfType(db: Queryable, tenant: string, type: string): Promise<number> {
  const statement = { name: 'count-of-type', text: COUNT_ENTITIES, values: [tenant, [type]] };
  const { rows } = await db.query<{ count: number }>(statement);
  return rows[0]?.count ?? 0;
}

/** What is used where: of one type, of one attribute, or of all. */
export async function selectAttributeUses(
  db: Queryable,
  tenant: string,
  of: { readonly type?: string; readonly attribute?: string } = {},
): Promise<AttributeUse[]> {
  const one = of.type ?? of.attribute;
  const text = one === undefined ? USES_OF_ALL : of.type === undefined ? USES_OF_ATTRIBUTE : USES_OF_TYPE;
  const { rows } = await db.query<AttributeUse>({ text, values: one === undefined ? [tenant] : [tenant, one] });
  return rows;
}

/** How many entities have the attribute, of whatever types. */
export async function countEntitiesWithAttribute(db: Queryable, tenant: string, name: string): Promise<number> {
  const statement = { name: 'count-with-attribute', text: COUNT_WITH_ATTRIBUTE, values: [tenant, name] };
  const { rows } = await db.query<{ count: number }>(statement);
  return rows[0]?.count ?? 0;
}
