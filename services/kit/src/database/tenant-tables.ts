import { readFile } from 'node:fs/promises';
import type { Database, Queryable } from './database.ts';

/** Where a package's tables lie on a cluster of several nodes. Read from `tables.json` beside its migrations. */
export interface TenantTables {
  /** On the node of their tenant, by their column `tenant`. */
  readonly distributed: readonly string[];
  /** The tenant's column of distributed tables that name it differently. They can have no foreign keys. */
  readonly tenantColumns?: { readonly [table: string]: string };
  /** Each node has a copy. */
  readonly onEveryNode: readonly string[];
  /** The coordinator has all rows, with the reason. */
  readonly onCoordinator: { readonly [table: string]: string };
}

const HAS_CITUS = `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS there`;

/** Whether the database is a node of a cluster. */
export async function hasCitus(db: Queryable): Promise<boolean> {
  return (await db.query<{ there: boolean }>({ text: HAS_CITUS })).rows[0]?.there === true;
}

/** Of the broker: the first table to be distributed. Each tenant's rows of all other tables lie on the same node as those in it. */
const BESIDE = 'entity';
const IS_DISTRIBUTED = `SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass($1)) AS there`;
const DISTRIBUTED = `
  SELECT name FROM unnest($1::text[]) AS name
  WHERE EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass(name))`;

const LOCK = [
  // Copying many rows takes long.
  'SET LOCAL lock_timeout = 0',
  `SELECT pg_advisory_xact_lock(hashtextextended('alzette.citus', 0))`,
  // Tables that refer to each other can't be distributed by several connections.
  `SET LOCAL citus.multi_shard_modify_mode = 'sequential'`,
];

/** Frees what the coordinator keeps of rows that were copied to nodes. */
const FORGET_COPIED = 'SELECT truncate_local_data_after_distributing_table($1)';

const FOREIGN_KEYS = `
  SELECT c.conname AS name, c.conrelid::regclass::text AS "table", pg_get_constraintdef(c.oid) AS definition,
    c.conrelid = ANY ($1::regclass[]) AND c.confrelid = ANY ($1::regclass[]) AND NOT EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) AND a.attname = 'tenant'
    ) AS "lacksTenant"
  FROM pg_constraint c
  WHERE c.contype = 'f' AND (c.conrelid = ANY ($2::regclass[]) OR c.confrelid = ANY ($2::regclass[]))`;

/** Unique keys without the tenant: one node can't know whether another has the same value. */
const KEYS = `
  SELECT i.indexrelid::regclass::text AS name, c.conname AS constraint, i.indisprimary AS "isPrimary",
    pg_get_indexdef(i.indexrelid) AS definition,
    array_to_string(ARRAY(SELECT quote_ident(a.attname) FROM unnest(i.indkey) WITH ORDINALITY AS k (n, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY place), ', ') AS columns
  FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
  WHERE i.indrelid = $1::regclass AND i.indisunique AND NOT EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname = $2)`;

/** Citus needs the same collation in all tables whose rows lie together. */
const OTHER_COLLATION = `
  SELECT FROM pg_attribute
  WHERE attrelid = $1::regclass AND attname = $2 AND attcollation <> '"C"'::regcollation`;

interface ForeignKey {
  readonly name: string;
  readonly table: string;
  readonly definition: string;
  /** Both tables are distributed. */
  readonly lacksTenant: boolean;
}

interface Key {
  readonly name: string;
  readonly constraint: string | null;
  readonly isPrimary: boolean;
  readonly definition: string;
  readonly columns: string;
}

/** @param directory of migrations, with a slash at its end. Undefined: the package names no tables */
export async function readTenantTables(directory: URL): Promise<TenantTables | undefined> {
  try {
    return JSON.parse(await readFile(new URL('tables.json', directory), 'utf8')) as TenantTables; // a file of ours
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Databases without Citus: none becomes a cluster while a process uses it. */
const ALONE = new WeakSet<object>();

/**
 * On a cluster: gives the tables of a package that are still on the coordinator to the nodes, each tenant's rows beside its
 * entities. Keys get the tenant. Does nothing on any other database, nor before the broker's tables are distributed.
 */
export async function distributeTables(db: Database, tables: TenantTables): Promise<void> {
  const isEmpty = tables.distributed.length + tables.onEveryNode.length === 0;
  if (db.kind !== 'postgres' || isEmpty || ALONE.has(db)) return;
  if (!(await hasCitus(db))) {
    ALONE.add(db);
    return;
  }
  const isReady = await db.query<{ there: boolean }>({ text: IS_DISTRIBUTED, values: [BESIDE] });
  if (isReady.rows[0]?.there !== true) return;
  // Most starts find nothing to do, for which not all nodes have to be there.
  if ((await missingTables(db, tables)).size === 0) return;
  await db.transaction(async (tx) => {
    await lockDistribution(tx);
    await distributeMissing(tx, tables);
  });
}

/** Waits until no other process distributes tables, and keeps others from it until the transaction ends. */
export async function lockDistribution(tx: Queryable): Promise<void> {
  for (const text of LOCK) await tx.query({ text });
}

/** The tables that belong on the nodes and are still on the coordinator alone. */
export async function missingTables(
  db: Queryable,
  { distributed, onEveryNode }: TenantTables,
): Promise<ReadonlySet<string>> {
  const all = [...onEveryNode, ...distributed];
  const { rows } = await db.query<{ name: string }>({ text: DISTRIBUTED, values: [all] });
  return new Set(all).difference(new Set(rows.map(({ name }) => name)));
}

/**
 * Gives the tables that are missing on the nodes to them, in the order in which they are named. Unique keys and foreign keys
 * between distributed tables get the tenant. Does not touch tables that are there.
 *
 * @param tx has the lock of {@link lockDistribution}
 */
export async function distributeMissing(tx: Queryable, tables: TenantTables): Promise<void> {
  const missing = await missingTables(tx, tables);
  if (missing.size === 0) return;
  const { rows: keys } = await tx.query<ForeignKey>({ text: FOREIGN_KEYS, values: [tables.distributed, [...missing]] });
  for (const { table, name } of keys) await tx.query({ text: `ALTER TABLE ${table} DROP CONSTRAINT "${name}"` });
  for (const table of missing) {
    if (tables.onEveryNode.includes(table)) {
      await tx.query({ text: 'SELECT create_reference_table($1)', values: [table] });
    } else await distribute(tx, table, tenantColumn(tables, table));
  }
  for (const table of missing) await tx.query({ text: FORGET_COPIED, values: [table] });
  for (const key of keys) {
    await tx.query({ text: `ALTER TABLE ${key.table} ADD CONSTRAINT "${key.name}" ${withTenant(key)}` });
  }
}

/** The column by which a table is distributed. */
export function tenantColumn({ tenantColumns }: TenantTables, table: string): string {
  return tenantColumns?.[table] ?? 'tenant';
}

async function distribute(tx: Queryable, table: string, column: string): Promise<void> {
  const { rows: keys } = await tx.query<Key>({ text: KEYS, values: [table, column] });
  for (const { name, constraint } of keys) {
    const text = constraint === null ? `DROP INDEX ${name}` : `ALTER TABLE ${table} DROP CONSTRAINT "${constraint}"`;
    await tx.query({ text });
  }
  if ((await tx.query({ text: OTHER_COLLATION, values: [table, column] })).rowCount > 0) {
    await tx.query({ text: `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE text COLLATE "C"` });
  }
  for (const { constraint, isPrimary, definition, columns } of keys) {
    const key = isPrimary ? 'PRIMARY KEY' : 'UNIQUE';
    const text =
      constraint === null
        ? definition.replace(/\bUSING (\w+) \(/, `USING $1 (${column}, `)
        : `ALTER TABLE ${table} ADD CONSTRAINT "${constraint}" ${key} (${column}, ${columns})`;
    await tx.query({ text });
  }
  await tx.query({
    text: 'SELECT create_distributed_table($1, $2, colocate_with => $3)',
    values: [table, column, table === BESIDE ? 'none' : BESIDE],
  });
}

function withTenant({ definition, lacksTenant }: ForeignKey): string {
  if (!lacksTenant) return definition;
  return definition.replace('FOREIGN KEY (', 'FOREIGN KEY (tenant, ').replace(/(REFERENCES [^(]+\()/, '$1tenant, ');
}
