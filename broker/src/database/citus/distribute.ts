import { hasCitus } from '@alzette/kit/tenant-tables';
import type { Database, Queryable } from '../database.ts';
import { noteByTenant } from './by-tenant.ts';
import { DISTRIBUTED, ON_EVERY_NODE, tenantColumn } from './distributed-tables.ts';

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.citus', 0))`;
const KNOWN = 'SELECT logicalrelid::regclass::text AS name FROM pg_dist_partition';

/**
 * Triggers of these tables write rows of the same tenant, which lie on the same node. And what a transaction SETs has to
 * hold for its statements on other nodes.
 */
const SETTINGS = `
  DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET citus.enable_unsafe_triggers = on', current_database());
    EXECUTE format('ALTER DATABASE %I SET citus.propagate_set_commands = %L', current_database(), 'local');
  END $$`;
const ALLOW_TRIGGERS = 'SET LOCAL citus.enable_unsafe_triggers = on';

/**
 * Numbers of the history, in microseconds of the time. No node knows the numbers that others give, and a tenant's are to go on
 * when it moves.
 */
export const NUMBER_HISTORY = [
  `
  CREATE OR REPLACE FUNCTION history_number() RETURNS bigint LANGUAGE sql VOLATILE
  AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$`,
  'ALTER TABLE history ALTER COLUMN n SET DEFAULT history_number()',
];

/** These only tell the births of one entity apart. 100,000 times as much has to be a number of JavaScript. */
const NUMBER_BIRTHS = [
  'ALTER TABLE birth ALTER COLUMN n DROP IDENTITY',
  'ALTER TABLE birth ALTER COLUMN n SET DEFAULT (1 + floor(random() * 89999999999))::bigint',
];

/** In the order of time, whichever node gave them. */
const NUMBER_CHANGES = (table: string) => [
  `ALTER TABLE ${table} ALTER COLUMN id DROP IDENTITY`,
  `ALTER TABLE ${table} ALTER COLUMN id SET DEFAULT history_number()`,
];
const CHANGES = new Set<string>(['subscription_change', 'registration_change']);

const MADE_BY_EARLIER =
  'DATABASE_URL: the cluster was made by an earlier version, whose nodes can not number births: restore a dump of it into a new one';

const SELECT_DEFAULTS = `
  SELECT a.attrelid::regclass::text AS "table", a.attidentity <> '' AS "isIdentity", pg_get_expr(d.adbin, d.adrelid) AS "default"
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid IN ('history'::regclass, 'birth'::regclass) AND a.attname = 'n'`;

/**
 * For writes that go to a node itself: holds off what moves or splits a shard until the transaction ends, by the lock that Citus
 * takes for its writes. Then, in a snapshot of that moment, the node must still have the place.
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

/** Keys without the tenant: a node can't know whether another has the same. Their values are numbered or random. */
const SELECT_KEYS = `
  SELECT i.indexrelid::regclass::text AS name, c.conname AS constraint
  FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
  WHERE i.indrelid = $1::regclass AND i.indisunique AND NOT EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname = $2)`;

/** As all of them have to be, which are on one node. */
const SELECT_OTHER_COLLATION = `
  SELECT attname FROM pg_attribute
  WHERE attrelid = $1::regclass AND attname = $2 AND attcollation <> '"C"'::regcollation`;

/** Whose rows are found by the key that goes, with the tenant. */
const KEYED = new Set<string>(['outbox', 'outbox_dead']);

/** A tenant is moved by logical replication, which has to know which row was changed. */
const SELECT_UNIDENTIFIED = `
  SELECT c.oid::regclass::text AS name FROM pg_class c
  WHERE (c.oid = ANY ($1::regclass[]) OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = ANY ($1::regclass[])))
    AND c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
  ORDER BY c.relkind = 'p', 1`;

/**
 * Before the first statement: a worker of a cluster lacks what all tenants share. `openDatabase` opens the coordinator, unless
 * the worker does not know it.
 *
 * @throws Error
 */
export async function refuseWorker(db: Database): Promise<void> {
  if (db.kind !== 'postgres' || !(await hasCitus(db))) return;
  const { rows } = await db.query<{ leads: boolean }>({ text: 'SELECT citus_is_coordinator() AS leads' });
  if (rows[0]?.leads === false) {
    throw new Error('DATABASE_URL: got a worker of a Citus cluster, expected its coordinator');
  }
}

/**
 * On a Citus cluster: distributes the tables of tenants that are not yet, each tenant's rows to one node. A table that is
 * there already is left as it is. Does nothing on any other database.
 */
export async function distributeByTenant(db: Database): Promise<void> {
  if (db.kind !== 'postgres' || !(await hasCitus(db))) return;
  noteByTenant(db);
  await db.transaction(async (tx) => {
    await tx.query({ text: LOCK, mayWaitForLocks: true });
    await distribute(tx);
  });
  await identifyRows(db);
}

async function distribute(tx: Queryable): Promise<void> {
  const { rows } = await tx.query<{ there: boolean }>({ text: HAS_HOLD });
  if (rows[0]?.there !== true) for (const text of [MAKE_HOLD, SPREAD_HOLD]) await tx.query({ text });
  const known = new Set((await tx.query<{ name: string }>({ text: KNOWN })).rows.map(({ name }) => name));
  await numberByNode(tx, known);
  const missing = DISTRIBUTED.filter((table) => !known.has(table));
  const shared = ON_EVERY_NODE.filter((table) => !known.has(table));
  if (missing.length + shared.length === 0) return;
  await tx.query({ text: SETTINGS });
  await tx.query({ text: ALLOW_TRIGGERS });
  for (const table of shared) await tx.query({ text: 'SELECT create_reference_table($1)', values: [table] });
  for (const table of missing) {
    const column = tenantColumn(table);
    if (CHANGES.has(table)) for (const text of NUMBER_CHANGES(table)) await tx.query({ text });
    const keys = await tx.query<{ name: string; constraint: string | null }>({
      text: SELECT_KEYS,
      values: [table, column],
    });
    for (const { name, constraint } of keys.rows) {
      await tx.query({
        text: constraint === null ? `DROP INDEX ${name}` : `ALTER TABLE ${table} DROP CONSTRAINT "${constraint}"`,
      });
    }
    if ((await tx.query({ text: SELECT_OTHER_COLLATION, values: [table, column] })).rowCount > 0) {
      await tx.query({ text: `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE text COLLATE "C"` });
    }
    if (keys.rows.length > 0 && KEYED.has(table)) {
      await tx.query({ text: `ALTER TABLE ${table} ADD PRIMARY KEY (tenant, id)` });
    }
    const beside = table === DISTRIBUTED[0] ? 'none' : DISTRIBUTED[0];
    await tx.query({
      text: `SELECT create_distributed_table($1, $2, colocate_with => $3)`,
      values: [table, column, beside],
    });
  }
}

/** Before the tables are distributed: numbers by identity can't be changed later. */
async function numberByNode(tx: Queryable, known: ReadonlySet<string>): Promise<void> {
  type Row = { table: string; isIdentity: boolean; default: string | null };
  for (const { table, isIdentity, default: given } of (await tx.query<Row>({ text: SELECT_DEFAULTS })).rows) {
    if (table === 'birth' && isIdentity) {
      if (known.has(table)) throw new Error(MADE_BY_EARLIER);
      for (const text of NUMBER_BIRTHS) await tx.query({ text });
    }
    if (table !== 'history' || given?.includes('history_number') === true) continue;
    for (const text of NUMBER_HISTORY) await tx.query({ text });
  }
}

/** Also after partitions of the history were made. */
export async function identifyRows(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ name: string }>({ text: SELECT_UNIDENTIFIED, values: [DISTRIBUTED] });
  for (const { name } of rows) await db.query({ text: `ALTER TABLE ${name} REPLICA IDENTITY FULL` });
}
