import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { restriction, visibleRows } from '../read/q-sql/access-filter.ts';

/*
 * Reads the counters that writes maintain: one row for each combination of types and attributes, however many entities
 * there are. Only entities and attributes that can expire are read one by one.
 */
const COUNTED = `
  SELECT types, attributes, sum(entities)::bigint AS entities FROM entity_count WHERE tenant = $1
  GROUP BY types, attributes HAVING sum(entities) > 0
  UNION ALL
  SELECT types, present_attributes(document), 1 FROM entity WHERE tenant = $1 AND expires_at > now()
  UNION ALL
  SELECT e.types, present_attributes(e.document), 0 FROM expiring_attribute x
  JOIN entity e ON e.tenant = $1 AND e.id = x.entity_id
  WHERE x.tenant = $1`;

/**
 * Wraps a query that yields combinations of types and attributes as `given`; `used` lists each type with each
 * attribute.
 */
function withGiven(given: string): string {
  return `WITH given AS (${given}), used AS (
    SELECT t.type, a.kind, a.name
    FROM given CROSS JOIN unnest(given.types) AS t(type)
    LEFT JOIN LATERAL (
      SELECT split_part(b, ' ', 1) AS kind, substr(b, strpos(b, ' ') + 1) AS name FROM unnest(given.attributes) AS b
    ) AS a ON true
  )`;
}

const FROM_COUNTS = withGiven(COUNTED);

/**
 * Answers from the counters, or entity by entity if the caller may see only a part. `$1` is the tenant, `$2` the value,
 * if any.
 */
async function ask<Row>(db: Queryable, caller: Caller, select: string, value?: unknown): Promise<Row[]> {
  const params = new SqlParameters(value === undefined ? [caller.tenant] : [caller.tenant, value]);
  if (restriction(caller) === undefined) {
    return (await db.query<Row>({ text: `${FROM_COUNTS} ${select}`, values: params.values })).rows;
  }
  const given = `SELECT types, present_attributes(document) AS attributes, 1 AS entities
    FROM ${visibleRows(caller, params, 'e')} WHERE tenant = $1 AND (expires_at IS NULL OR expires_at > now())`;
  return (await db.query<Row>({ text: `${withGiven(given)} ${select}`, values: params.values })).rows;
}

const SELECT_TYPES = 'SELECT DISTINCT type COLLATE "C" AS type FROM used ORDER BY 1';
const SELECT_ATTRIBUTES = 'SELECT DISTINCT name COLLATE "C" AS name FROM used WHERE name IS NOT NULL ORDER BY 1';
const COUNT_OF_TYPE = 'SELECT coalesce(sum(entities)::bigint, 0) AS count FROM given WHERE types @> ARRAY[$2::text]';

const SELECT_USES = 'SELECT type, name, array_agg(DISTINCT kind) AS kinds FROM used';
const USES_OF_ALL = `${SELECT_USES} GROUP BY type, name ORDER BY type COLLATE "C", name COLLATE "C"`;
const USES_OF_TYPE = `${SELECT_USES} WHERE type = $2 GROUP BY type, name ORDER BY name COLLATE "C"`;
const USES_OF_ATTRIBUTE = `${SELECT_USES} WHERE name = $2 GROUP BY type, name ORDER BY type COLLATE "C"`;

const HAS_NAME = "EXISTS (SELECT FROM unnest(attributes) AS b WHERE substr(b, strpos(b, ' ') + 1) = $2)";
const COUNT_WITH_ATTRIBUTE = `SELECT coalesce(sum(entities)::bigint, 0) AS count FROM given WHERE ${HAS_NAME}`;

// Counts only entities for which the attribute can expire.
const COUNT_WITH_EXPIRING_ATTRIBUTE = `
  SELECT count(*) AS count
  FROM (
    SELECT lasting_attributes(e.document) AS lasting, present_attributes(e.document) AS attributes
    FROM expiring_attribute x JOIN entity e ON e.tenant = $1 AND e.id = x.entity_id
    WHERE x.tenant = $1
  ) AS expiring
  WHERE ${HAS_NAME} AND NOT ${HAS_NAME.replace('attributes', 'lasting')}`;

/** How the entities of a type use an attribute; both are IRIs. */
export interface AttributeUse {
  readonly type: string;
  /** Null for the entities of the type that have no attribute. */
  readonly name: string | null;
  readonly kinds: readonly string[];
}

/** The types of the tenant's entities. */
export async function selectTypes(db: Queryable, caller: Caller): Promise<string[]> {
  return (await ask<{ type: string }>(db, caller, SELECT_TYPES)).map(({ type }) => type);
}

/** The attributes of the tenant's entities. */
export async function selectAttributes(db: Queryable, caller: Caller): Promise<string[]> {
  return (await ask<{ name: string }>(db, caller, SELECT_ATTRIBUTES)).map(({ name }) => name);
}

export async function countEntitiesOfType(db: Queryable, caller: Caller, type: string): Promise<number> {
  const [row] = await ask<{ count: number }>(db, caller, COUNT_OF_TYPE, type);
  return row?.count ?? 0;
}

/** How attributes are used: of one type, one attribute, or all. */
export function selectAttributeUses(
  db: Queryable,
  caller: Caller,
  of: { readonly type?: string; readonly attribute?: string } = {},
): Promise<AttributeUse[]> {
  if (of.type !== undefined) return ask(db, caller, USES_OF_TYPE, of.type);
  return of.attribute === undefined ? ask(db, caller, USES_OF_ALL) : ask(db, caller, USES_OF_ATTRIBUTE, of.attribute);
}

/** The number of entities that have the attribute, of any type. */
export async function countEntitiesWithAttribute(db: Queryable, caller: Caller, name: string): Promise<number> {
  const [row] = await ask<{ count: number }>(db, caller, COUNT_WITH_ATTRIBUTE, name);
  const count = row?.count ?? 0;
  if (restriction(caller) !== undefined) return count;
  const { rows } = await db.query<{ count: number }>({
    text: COUNT_WITH_EXPIRING_ATTRIBUTE,
    values: [caller.tenant, name],
  });
  return count + (rows[0]?.count ?? 0);
}
