import { distributeMissing, hasCitus, lockDistribution, missingTables } from '@alzette/kit/tenant-tables';
import type { Database, Queryable } from '../database.ts';
import { noteByTenant } from './by-tenant.ts';
import { BROKER_TABLES } from './distributed-tables.ts';

/**
 * Citus calls triggers unsafe, as they could write rows of other nodes. Ours write rows of the same tenant, which lie on the same
 * node. Settings of a transaction have to apply to its statements on the nodes, too.
 */
const SETTINGS = `
  DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET citus.enable_unsafe_triggers = on', current_database());
    EXECUTE format('ALTER DATABASE %I SET citus.propagate_set_commands = %L', current_database(), 'local');
  END $$`;
const ALLOW_TRIGGERS = 'SET LOCAL citus.enable_unsafe_triggers = on';

/**
 * On a cluster, rows of the history are numbered by the time, in microseconds. No node knows which numbers the others have given,
 * and the numbers of a tenant have to go on rising after it has moved to another node.
 */
export const NUMBER_HISTORY = [
  `
  CREATE OR REPLACE FUNCTION history_number() RETURNS bigint LANGUAGE sql VOLATILE
  AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$`,
  'ALTER TABLE history ALTER COLUMN n SET DEFAULT history_number()',
];

/**
 * Random: these numbers only have to differ between the births of one entity. At most 11 digits, because `birth_instance` multiplies
 * them by 100,000 and the product must not exceed the largest safe integer of JavaScript.
 */
const NUMBER_BIRTHS = [
  'ALTER TABLE birth ALTER COLUMN n DROP IDENTITY',
  'ALTER TABLE birth ALTER COLUMN n SET DEFAULT (1 + floor(random() * 89999999999))::bigint',
];

/**
 * Changes are numbered by the time, too, as they are read in order whichever node has written them. Their key goes without a
 * replacement: two changes in the same microsecond have the same number.
 */
const numberChanges = (table: string) => [
  `ALTER TABLE ${table} DROP CONSTRAINT ${table}_pkey`,
  `ALTER TABLE ${table} ALTER COLUMN id DROP IDENTITY`,
  `ALTER TABLE ${table} ALTER COLUMN id SET DEFAULT history_number()`,
];

/** These tables have a second key, which is the same with the tenant. So the first one goes without a replacement. */
const dropKey = (table: string) => [`ALTER TABLE ${table} DROP CONSTRAINT ${table}_pkey`];

/** Statements before a table is distributed, by table. */
const PREPARE: { readonly [table: string]: readonly string[] } = {
  subscription_change: numberChanges('subscription_change'),
  registration_change: numberChanges('registration_change'),
  history_group_hour: dropKey('history_group_hour'),
  history_group_day: dropKey('history_group_day'),
};

const MADE_BY_EARLIER =
  'DATABASE_URL: the cluster was made by an earlier version, whose nodes can not number births: restore a dump of it into a new one';

const SELECT_DEFAULTS = `
  SELECT a.attrelid::regclass::text AS "table", a.attidentity <> '' AS "isIdentity", pg_get_expr(d.adbin, d.adrelid) AS "default"
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid IN ('history'::regclass, 'birth'::regclass) AND a.attname = 'n'`;

/**
 * For writes that go straight to a node. Takes the lock that Citus takes for its own writes, so that the shard is neither moved nor
 * split until the transaction ends. Then checks, in a snapshot taken after the lock, that the shard is still on the node.
 */
export const MAKE_HOLD = `
  CREATE OR REPLACE FUNCTION hold_tenant_place(shard bigint, node int) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
  BEGIN
    PERFORM lock_shard_metadata(5, ARRAY[shard]);
    IF NOT EXISTS (SELECT FROM pg_dist_placement WHERE shardid = shard AND groupid = node) THEN
      RAISE serialization_failure USING MESSAGE = 'The tenant has moved';
    END IF;
    RETURN true;
  END $$`;
const SPREAD_HOLD = `SELECT create_distributed_function('hold_tenant_place(bigint, int)')`;
const HAS_HOLD = `SELECT to_regproc('hold_tenant_place') IS NOT NULL AS there`;

/** Tenants are moved by logical replication. It identifies changed rows by the primary key, or else by the whole row. */
const SELECT_UNIDENTIFIED = `
  SELECT c.oid::regclass::text AS name FROM pg_class c
  WHERE (c.oid = ANY ($1::regclass[]) OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = ANY ($1::regclass[])))
    AND c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
  ORDER BY c.relkind = 'p', 1`;

/**
 * To be called before the first statement: a worker of a cluster lacks what all tenants share. `openDatabase` given a worker opens
 * the coordinator, unless the worker does not know where that is.
 *
 * @throws Error: the database is a worker
 */
export async function refuseWorker(db: Database): Promise<void> {
  if (db.kind !== 'postgres' || !(await hasCitus(db))) return;
  const { rows } = await db.query<{ leads: boolean }>({ text: 'SELECT citus_is_coordinator() AS leads' });
  if (rows[0]?.leads === false) {
    throw new Error('DATABASE_URL: got a worker of a Citus cluster, expected its coordinator');
  }
}

/**
 * On a Citus cluster: gives the broker's tables that are still on the coordinator to the nodes, each tenant's rows to one node.
 * Does nothing on any other database.
 *
 * @throws Error: an earlier version made the cluster, which this one can't use
 */
export async function distributeByTenant(db: Database): Promise<void> {
  if (db.kind !== 'postgres' || !(await hasCitus(db))) return;
  noteByTenant(db);
  await db.transaction(async (tx) => {
    await lockDistribution(tx);
    await spreadHold(tx);
    const missing = await missingTables(tx, BROKER_TABLES);
    await numberByNode(tx, missing);
    if (missing.size === 0) return;
    await tx.query({ text: SETTINGS });
    await tx.query({ text: ALLOW_TRIGGERS });
    for (const table of missing) for (const text of PREPARE[table] ?? []) await tx.query({ text });
    await distributeMissing(tx, BROKER_TABLES);
  });
  await identifyRows(db);
}

async function spreadHold(tx: Queryable): Promise<void> {
  const { rows } = await tx.query<{ there: boolean }>({ text: HAS_HOLD });
  if (rows[0]?.there !== true) for (const text of [MAKE_HOLD, SPREAD_HOLD]) await tx.query({ text });
}

/** Before the tables are distributed: an identity column of a distributed table can't be changed. */
async function numberByNode(tx: Queryable, missing: ReadonlySet<string>): Promise<void> {
  type Row = { table: string; isIdentity: boolean; default: string | null };
  for (const { table, isIdentity, default: given } of (await tx.query<Row>({ text: SELECT_DEFAULTS })).rows) {
    if (table === 'birth' && isIdentity) {
      if (!missing.has(table)) throw new Error(MADE_BY_EARLIER);
      for (const text of NUMBER_BIRTHS) await tx.query({ text });
    }
    if (table !== 'history' || given?.includes('history_number') === true) continue;
    for (const text of NUMBER_HISTORY) await tx.query({ text });
  }
}

/** At each start, as partitions of the history were made since. */
async function identifyRows(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ name: string }>({ text: SELECT_UNIDENTIFIED, values: [BROKER_TABLES.distributed] });
  for (const { name } of rows) await db.query({ text: `ALTER TABLE ${name} REPLICA IDENTITY FULL` });
}
