/** The shards that keep a tenant on its node, and how statements are to name them. */
export interface Shards {
  /** The shard of `entity`, by which Citus knows the place of all of them. */
  readonly shardId: number;
  /** The node, as Citus numbers it. */
  readonly groupId: number;
  /** The table on the node, by the name of the distributed or shared table. */
  readonly tables: ReadonlyMap<string, string>;
}

/** Queries of views over distributed tables, by name. They may name each other. */
export type Views = ReadonlyMap<string, string>;

const OF_TENANT = /\btenant = \$(\d+)/g;
const READS = /^\s*(SELECT|WITH)\b/;
const WRITES = /\b(INSERT|UPDATE|DELETE|TRUNCATE|LOCK|SHARE|nextval|pg_notify)\b/;
const CTE = /(?:WITH(?: RECURSIVE)?|,)\s+(\w+)\s+(?:\([^)]*\)\s+)?AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(/g;
/** In our statements keywords are in capitals, and aliases are not. */
const READ_FROM = /\b(FROM|JOIN)(\s+\(*)([a-z_][a-z_0-9]*)\b(?![.(])(\s+(?:AS\s+)?[a-z_][a-z_0-9]*)?/g;

/** Its statement is about all tenants, and it is a function only so that PostgreSQL plans it by the numbers. */
const PENDING = /\bhistory_pending\((\(SELECT watermark FROM history_rollup\)|\w+\.watermark|\$\d+::bigint)\)/g;
const PENDING_OF_TENANT = `(SELECT tenant, entity_id, attribute, dataset_id, at, instance, number FROM history
  WHERE tenant = $1 AND number IS NOT NULL AND n > `;

/** The number of the parameter that is the tenant of all tables of a statement that only reads; undefined: it is none. */
export function tenantParameter(text: string): number | undefined {
  if (!READS.test(text) || WRITES.test(text)) return undefined;
  const numbers = new Set(Array.from(text.matchAll(OF_TENANT), ([, number]) => Number(number)));
  const [only] = numbers;
  return numbers.size === 1 ? only : undefined;
}

/**
 * A read of one tenant as its node answers it from its own tables, without Citus. Undefined: a part of it has the name of a
 * table.
 *
 * If the shards have moved since, it fails with `division_by_zero`: in the moment of its snapshot the node must have the place.
 * Whatever was committed before a move is then in these tables.
 *
 * @param isKnown whether a statement of the same snapshot has found the place there
 */
export function onShards(text: string, shards: Shards, views: Views, isKnown = false): string | undefined {
  for (const [, name = ''] of text.matchAll(CTE)) if (shards.tables.has(name) || views.has(name)) return undefined;
  if (isKnown) return named(text, shards, views);
  const isThere = `EXISTS (SELECT FROM pg_dist_placement WHERE shardid = ${shards.shardId} AND groupid = ${shards.groupId})`;
  return `SELECT * FROM (\n${named(text, shards, views)}\n) AS found WHERE 1 / (${isThere})::int = 1`;
}

/**
 * A read of all tenants as a node answers it of those that it keeps: from all of its shards together. If one of them has moved,
 * it fails with `division_by_zero`, or finds no table.
 *
 * @param shards the numbers of the shards of the node, by table
 *
 * @param groupId the node
 */
export function acrossShards(text: string, shards: ReadonlyMap<string, readonly string[]>, groupId: number): string {
  const tables = new Map(
    Array.from(shards, ([name, numbers]) => {
      const each = numbers.map((number) => `SELECT * FROM ${name}_${number}`);
      return [name, `(${each.join(' UNION ALL ')})`];
    }),
  );
  const placed = shards.get('entity') ?? [];
  const areThere = `SELECT count(*) FROM pg_dist_placement WHERE groupid = ${groupId} AND shardid = ANY ('{${placed}}')`;
  const read = named(text, { shardId: 0, groupId, tables }, new Map());
  return `SELECT * FROM (\n${read}\n) AS found WHERE 1 / ((${areThere}) = ${placed.length})::int = 1`;
}

const LOCKED = /\bLOCK TABLE ([a-z_]+)/g;

/** Without this setting Citus lets nobody lock a shard. */
const MAY_LOCK = 'SET LOCAL citus.enable_manual_changes_to_shards = on';

/** With the tables of the node in place of those that it locks. */
export function locksOnShards(text: string, { tables }: Shards): string {
  return text.replace(LOCKED, (all, name: string) => {
    const table = tables.get(name);
    return table === undefined ? all : `${MAY_LOCK}; LOCK TABLE ${table}`;
  });
}

/** How a statement ends that can hold the place of what it writes. */
export const WRITES_END = 'WHERE $1::timestamptz IS NOT NULL';
const WRITTEN_TO = /\b(INTO|UPDATE)\s+([a-z_][a-z_0-9]*)\b(?!\.)(\s+[a-z_][a-z_0-9]*)?/g;

/**
 * A write of one tenant as its node carries it out on its own tables, without Citus. It holds the place of the tenant until its
 * transaction ends, as Citus does, and fails if the tenant has moved. Undefined: it is not one that can hold it.
 */
export function writesOnShards(text: string, shards: Shards): string | undefined {
  if (!text.endsWith(WRITES_END)) return undefined;
  const written = named(text, shards, new Map()).replace(WRITTEN_TO, (all, keyword: string, name: string, alias) => {
    const table = shards.tables.get(name);
    return table === undefined ? all : `${keyword} ${table}${alias ?? ` AS ${name}`}`;
  });
  return `${written} AND (SELECT hold_tenant_place(${shards.shardId}, ${shards.groupId}))`;
}

function named(text: string, shards: Shards, views: Views): string {
  const ofTenant = text.replace(PENDING, (_all, watermark: string) => `${PENDING_OF_TENANT}${watermark})`);
  return ofTenant.replace(READ_FROM, (all, keyword: string, space: string, name: string, alias = ` AS ${name}`) => {
    const table = shards.tables.get(name);
    if (table !== undefined) return `${keyword}${space}${table}${alias}`;
    const view = views.get(name);
    return view === undefined ? all : `${keyword}${space}(${named(view, shards, views)})${alias}`;
  });
}
