import { readFile } from 'node:fs/promises';
import type { Database, Queryable } from './database.ts';

/** Where a package's tables lie on a cluster of several nodes: the file `tables.json` beside its migrations. */
export interface TenantTables {
  /** On the node of their tenant, by their column `tenant`. */
  readonly distributed: readonly string[];
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

/** Tables of tenants lie beside this one of the broker. */
const BESIDE = 'entity';
const IS_DISTRIBUTED = `SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass($1)) AS there`;
const MISSING = `
  SELECT name FROM unnest($1::text[]) AS name
  WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass(name))`;

const PREPARE = [
  // Copying takes as long as there are rows.
  'SET LOCAL lock_timeout = 0',
  `SELECT pg_advisory_xact_lock(hashtextextended('alzette.citus', 0))`,
  // Tables that refer to each other can't be made on several connections.
  `SET LOCAL citus.multi_shard_modify_mode = 'sequential'`,
];

/** What the coordinator still has of rows that were copied to nodes. */
const FORGET_COPIED = 'SELECT truncate_local_data_after_distributing_table($1)';

const FOREIGN_KEYS = `
  SELECT c.conname AS name, c.conrelid::regclass::text AS "table", pg_get_constraintdef(c.oid) AS definition,
    c.conrelid = ANY ($1::regclass[]) AND c.confrelid = ANY ($1::regclass[]) AND NOT EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) AND a.attname = 'tenant'
    ) AS "lacksTenant"
  FROM pg_constraint c
  WHERE c.contype = 'f' AND (c.conrelid = ANY ($2::regclass[]) OR c.confrelid = ANY ($2::regclass[]))`;

/** Keys without the tenant: a node can't know whether another has the same. */
const KEYS = `
  SELECT i.indexrelid::regclass::text AS name, c.conname AS constraint, i.indisprimary AS "isPrimary",
    pg_get_indexdef(i.indexrelid) AS definition,
    array_to_string(ARRAY(SELECT quote_ident(a.attname) FROM unnest(i.indkey) WITH ORDINALITY AS k (n, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY place), ', ') AS columns
  FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
  WHERE i.indrelid = $1::regclass AND i.indisunique AND NOT EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname = 'tenant')`;

const OTHER_COLLATION = `
  SELECT FROM pg_attribute
  WHERE attrelid = $1::regclass AND attname = 'tenant' AND attcollation <> '"C"'::regcollation`;

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

/** A database becomes no cluster while a process uses it. */
const ALONE = new WeakSet<object>();

/**
 * On a cluster: gives the tables of a package that are still on the coordinator to the nodes, each tenant's rows beside its
 * entities. Keys get the tenant. Does nothing on any other database, nor before the broker's tables are distributed.
 */
export async function distributeTables(db: Database, { distributed, onEveryNode }: TenantTables): Promise<void> {
  if (db.kind !== 'postgres' || distributed.length + onEveryNode.length === 0 || ALONE.has(db)) return;
  if (!(await hasCitus(db))) {
    ALONE.add(db);
    return;
  }
  const isReady = await db.query<{ there: boolean }>({ text: IS_DISTRIBUTED, values: [BESIDE] });
  if (isReady.rows[0]?.there !== true) return;
  // Most starts find nothing to do: then all nodes need not be there.
  const all = [...distributed, ...onEveryNode];
  if ((await missingOf(db, all)).length === 0) return;
  await db.transaction(async (tx) => {
    for (const text of PREPARE) await tx.query({ text });
    const missing = await missingOf(tx, all);
    if (missing.length === 0) return;
    const keys = await tx.query<ForeignKey>({ text: FOREIGN_KEYS, values: [distributed, missing] });
    for (const { table, name } of keys.rows) await tx.query({ text: `ALTER TABLE ${table} DROP CONSTRAINT "${name}"` });
    for (const table of missing.filter((each) => onEveryNode.includes(each))) {
      await tx.query({ text: 'SELECT create_reference_table($1)', values: [table] });
    }
    for (const table of missing.filter((each) => distributed.includes(each))) await distribute(tx, table);
    for (const table of missing) await tx.query({ text: FORGET_COPIED, values: [table] });
    for (const key of keys.rows) {
      await tx.query({ text: `ALTER TABLE ${key.table} ADD CONSTRAINT "${key.name}" ${withTenant(key)}` });
    }
  });
}

async function missingOf(db: Queryable, tables: readonly string[]): Promise<string[]> {
  return (await db.query<{ name: string }>({ text: MISSING, values: [tables] })).rows.map(({ name }) => name);
}

async function distribute(tx: Queryable, table: string): Promise<void> {
  const { rows: keys } = await tx.query<Key>({ text: KEYS, values: [table] });
  for (const { name, constraint } of keys) {
    const text = constraint === null ? `DROP INDEX ${name}` : `ALTER TABLE ${table} DROP CONSTRAINT "${constraint}"`;
    await tx.query({ text });
  }
  // As all of them have to be, which are on one node.
  if ((await tx.query({ text: OTHER_COLLATION, values: [table] })).rowCount > 0) {
    await tx.query({ text: `ALTER TABLE ${table} ALTER COLUMN tenant TYPE text COLLATE "C"` });
  }
  for (const { constraint, isPrimary, definition, columns } of keys) {
    const key = isPrimary ? 'PRIMARY KEY' : 'UNIQUE';
    const text =
      constraint === null
        ? definition.replace(/\bUSING (\w+) \(/, 'USING $1 (tenant, ')
        : `ALTER TABLE ${table} ADD CONSTRAINT "${constraint}" ${key} (tenant, ${columns})`;
    await tx.query({ text });
  }
  await tx.query({
    text: `SELECT create_distributed_table($1, 'tenant', colocate_with => $2)`,
    values: [table, BESIDE],
  });
}

function withTenant({ definition, lacksTenant }: ForeignKey): string {
  if (!lacksTenant) return definition;
  return definition.replace('FOREIGN KEY (', 'FOREIGN KEY (tenant, ').replace(/(REFERENCES [^(]+\()/, '$1tenant, ');
}
