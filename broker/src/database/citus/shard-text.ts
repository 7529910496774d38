/** The shards of a tenant on its node, with the names of their tables. */
export interface Shards {
  /** The id of the shard of `entity`; the shards of all other tables are on the same node. */
  readonly shardId: number;
  /** The group id of the node in Citus. */
  readonly groupId: number;
  /** The name of the table on the node, by the name of the distributed or shared table. */
  readonly tables: ReadonlyMap<string, string>;
}

/** Queries of views over distributed tables, by name. They may use each other. */
export type Views = ReadonlyMap<string, string>;

const OF_TENANT = /\btenant = \$(\d+)/g;
const READS = /^\s*(SELECT|WITH)\b/;
const WRITES = /\b(INSERT|UPDATE|DELETE|TRUNCATE|LOCK|SHARE|nextval|send_message)\b/;
const CTE = /(?:WITH(?: RECURSIVE)?|,)\s+(\w+)\s+(?:\([^)]*\)\s+)?AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(/g;
/** Requires keywords in capitals and aliases in small letters, as in all our statements. */
const READ_FROM = /\b(FROM|JOIN)(\s+\(*)([a-z_][a-z_0-9]*)\b(?![.(])(\s+(?:AS\s+)?[a-z_][a-z_0-9]*)?/g;

/** A function over all tenants; it is a function only so that PostgreSQL plans it with the actual numbers. */
const PENDING = /\bhistory_pending\((\(SELECT watermark FROM history_rollup\)|\w+\.watermark|\$\d+::bigint)\)/g;
const PENDING_OF_TENANT = `(SELECT tenant, entity_id, attribute, dataset_id, at, instance, number FROM history
  WHERE tenant = $1 AND number IS NOT NULL AND n > `;

/** For a statement that only reads data of one tenant: the number of the parameter with the tenant. Otherwise undefined. */
export function tenantParameter(text: string): number | undefined {
  if (!READS.test(text) || WRITES.test(text)) return undefined;
  const numbers = new Set(Array.from(text.matchAll(OF_TENANT), ([, number]) => Number(number)));
  const [only] = numbers;
  return numbers.size === 1 ? only : undefined;
}

/**
 * The text of a read of one tenant for its node, which reads its own tables without Citus. Undefined: a CTE has the name of a
 * table.
 *
 * The statement fails with `division_by_zero` if the shards are not on this node in its snapshot, because the tenant has moved.
 *
 * @param isKnown whether another statement of the same snapshot has already checked this
 */
export function onShards(text: string, shards: Shards, views: Views, isKnown = false): string | undefined {
  for (const [, name = ''] of text.matchAll(CTE)) if (shards.tables.has(name) || views.has(name)) return undefined;
  if (isKnown) return withShardTables(text, shards, views);
  const isOnNode = `EXISTS (SELECT FROM pg_dist_placement WHERE shardid = ${shards.shardId} AND groupid = ${shards.groupId})`;
  return `SELECT * FROM (\n${withShardTables(text, shards, views)}\n) AS found WHERE 1 / (${isOnNode})::int = 1`;
}

/**
 * The text of a read of all tenants for one node, which reads all of its own shards. If one of them has moved, the statement
 * fails with `division_by_zero` or `undefined_table`.
 *
 * @param shards the ids of the shards of the node, by table
 *
 * @param groupId the group id of the node
 */
export function acrossShards(text: string, shards: ReadonlyMap<string, readonly string[]>, groupId: number): string {
  const tables = new Map(
    Array.from(shards, ([name, numbers]) => {
      const each = numbers.map((number) => `SELECT * FROM ${name}_${number}`);
      return [name, `(${each.join(' UNION ALL ')})`];
    }),
  );
  const placed = shards.get('entity') ?? [];
  const countOnNode = `SELECT count(*) FROM pg_dist_placement WHERE groupid = ${groupId} AND shardid = ANY ('{${placed}}')`;
  const read = withShardTables(text, { shardId: 0, groupId, tables }, new Map());
  return `SELECT * FROM (\n${read}\n) AS found WHERE 1 / ((${countOnNode}) = ${placed.length})::int = 1`;
}

const LOCKED = /\bLOCK TABLE ([a-z_]+)/g;

/** Citus requires this setting for locks on shards. */
const MAY_LOCK = 'SET LOCAL citus.enable_manual_changes_to_shards = on';

/** The text with the tables of the node in its LOCK TABLE statements. */
export function locksOnShards(text: string, { tables }: Shards): string {
  return text.replace(LOCKED, (all, name: string) => {
    const table = tables.get(name);
    return table === undefined ? all : `${MAY_LOCK}; LOCK TABLE ${table}`;
  });
}

/** The end of statements that `writesOnShards` accepts. */
export const WRITES_END = 'WHERE $1::timestamptz IS NOT NULL';
const WRITTEN_TO = /\b(INTO|UPDATE)\s+([a-z_][a-z_0-9]*)\b(?!\.)(\s+[a-z_][a-z_0-9]*)?/g;

/**
 * The text of a write of one tenant for its node, which writes its own tables without Citus. It prevents a move of the tenant
 * until its transaction ends, as Citus does, and fails if the tenant has moved. Undefined: the text lacks {@link WRITES_END}.
 */
export function writesOnShards(text: string, shards: Shards): string | undefined {
  if (!text.endsWith(WRITES_END)) return undefined;
  const written = withShardTables(text, shards, new Map()).replace(
    WRITTEN_TO,
    (all, keyword: string, name: string, alias) => {
      const table = shards.tables.get(name);
      return table === undefined ? all : `${keyword} ${table}${alias ?? ` AS ${name}`}`;
    },
  );
  return `${written} AND (SELECT hold_tenant_place(${shards.shardId}, ${shards.groupId}))`;
}

function withShardTables(text: string, shards: Shards, views: Views): string {
  const ofTenant = text.replace(PENDING, (_all, watermark: string) => `${PENDING_OF_TENANT}${watermark})`);
  return ofTenant.replace(READ_FROM, (all, keyword: string, space: string, name: string, alias = ` AS ${name}`) => {
    const table = shards.tables.get(name);
    if (table !== undefined) return `${keyword}${space}${table}${alias}`;
    const view = views.get(name);
    return view === undefined ? all : `${keyword}${space}(${withShardTables(view, shards, views)})${alias}`;
  });
}
