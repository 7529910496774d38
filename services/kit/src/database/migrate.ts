import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { concurrentIndexes, createConcurrently, withoutConcurrently } from './concurrent-indexes.ts';
import type { Database, Queryable } from './database.ts';
import { outageOf } from './outage.ts';
import { distributeTables, readTenantTables } from './tenant-tables.ts';

const CREATE_MIGRATION_TABLE = `
  CREATE TABLE IF NOT EXISTS migration (
    package text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (package, number)
  )`;
/** A statement that waits for the lock would block another process that creates an index concurrently. */
const TRY_LOCK = `SELECT pg_try_advisory_xact_lock(hashtextextended('alzette.migration', 0)) AS locked`;
const LOOK_AGAIN_MS = 200;
/** A migration that waits for a table also blocks later statements on it, so it waits only briefly and then retries. */
const WAIT_BRIEFLY = `SET LOCAL lock_timeout = '2s'`;
const TRY_AGAIN_MS = 1_000;
const APPLIED = `SELECT number, name FROM migration WHERE package = $1 ORDER BY number`;
const RECORD = `INSERT INTO migration (package, number, name) VALUES ($1, $2, $3)`;

const FILE_NAME = /^(\d+)-[a-z0-9-]+\.sql$/;

interface Migration {
  readonly number: number;
  readonly name: string;
}

/**
 * Applies the numbered SQL files in a package's folder that are new to the database, each in its own transaction; files that
 * create indexes concurrently run without one. Several processes may call it at the same time. On a cluster, it then distributes
 * the tables in the folder's `tables.json`.
 *
 * @throws Error: the files are not a continuation of those already applied
 */
export async function migrate(db: Database, folder: URL, packageName: string): Promise<void> {
  const directory = new URL(folder.href.endsWith('/') ? folder : `${folder.href}/`);
  await applyAll(db, directory, packageName);
  const tables = await readTenantTables(directory);
  if (tables !== undefined) await distributeTables(db, tables);
}

async function applyAll(db: Database, directory: URL, packageName: string): Promise<void> {
  const migrations = await readMigrations(directory, packageName);
  // Most starts find nothing to do, for which they need no transaction.
  if ((await appliedTo(db, migrations, packageName)).length === migrations.length) return;
  for (let state: Step | undefined; state !== 'done'; ) {
    state = await applyNext(db, migrations, directory, packageName).catch((error: unknown) => {
      if (outageOf(error) !== 'locked') throw error;
      return 'locked' as const;
    });
    if (state === 'busy') await pause(LOOK_AGAIN_MS);
    if (state === 'locked') await pause(TRY_AGAIN_MS);
  }
}

/** `busy`: another process migrates; `locked`: others use a table. */
type Step = 'done' | 'more' | 'busy' | 'locked';

/** @throws a database error 55P03: others use a table */
function applyNext(db: Database, migrations: readonly Migration[], directory: URL, packageName: string): Promise<Step> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ locked: boolean }>({ text: TRY_LOCK });
    if (rows[0]?.locked !== true) return 'busy';
    await tx.query({ text: CREATE_MIGRATION_TABLE });
    const { rows: applied } = await tx.query<Migration>({ text: APPLIED, values: [packageName] });
    checkOrder(migrations, applied, packageName);
    const next = migrations[applied.length];
    if (next === undefined) return 'done';
    await tx.query({ text: WAIT_BRIEFLY });
    await apply(db, tx, await readFile(new URL(next.name, directory), 'utf8')).catch((cause: unknown) => {
      throw new Error(
        `Migration ${next.name} of ${packageName} failed: ${cause instanceof Error ? cause.message : cause}`,
        { cause },
      );
    });
    await tx.query({ text: RECORD, values: [packageName, next.number, next.name] });
    return 'more';
  });
}

/** @param tx holds the lock on migrations */
async function apply(db: Database, tx: Queryable, sql: string): Promise<void> {
  const indexes = concurrentIndexes(sql);
  if (indexes === undefined) await tx.query({ text: sql });
  // On another connection, because the statement can't run in a transaction. The idle transaction of `tx` does not block it.
  else if (db.kind === 'postgres') for (const index of indexes) await createConcurrently(db, index);
  else for (const index of indexes) await tx.query({ text: withoutConcurrently(index) });
}

async function readMigrations(directory: URL, packageName: string): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.sql')) continue;
    const number = FILE_NAME.exec(name)?.[1];
    if (number === undefined) {
      throw new Error(`Migration ${name} of ${packageName} is not named like 001-what-it-does.sql`);
    }
    migrations.push({ number: Number(number), name });
  }
  migrations.sort((a, b) => a.number - b.number);
  for (const [index, { number, name }] of migrations.entries()) {
    const twin = migrations[index + 1];
    if (twin?.number === number)
      throw new Error(`Migrations ${name} and ${twin.name} of ${packageName} share a number`);
  }
  return migrations;
}

function checkOrder(migrations: readonly Migration[], applied: readonly Migration[], packageName: string): void {
  for (const [index, { name }] of applied.entries()) {
    const file = migrations[index]?.name;
    if (file === name) continue;
    throw new Error(
      `Migrations of ${packageName}: the database has ${name} applied at place ${index + 1}, ` +
        `but this version has ${file ?? 'no file'}. Files already applied may not be renamed, removed or preceded by new ones.`,
    );
  }
}

const HAS_TABLE = `SELECT to_regclass('migration') IS NOT NULL AS there`;

/** @throws Error: the files are not a continuation of those already applied */
async function appliedTo(db: Database, migrations: readonly Migration[], packageName: string): Promise<Migration[]> {
  const { rows: known } = await db.query<{ there: boolean }>({ text: HAS_TABLE });
  const applied = known[0]?.there ? (await db.query<Migration>({ text: APPLIED, values: [packageName] })).rows : [];
  checkOrder(migrations, applied, packageName);
  return applied;
}

/** A migration that has not been applied. */
export interface PendingMigration {
  readonly file: string;
  readonly sql: string;
}

/**
 * The migrations that `migrate` would apply, in order; changes nothing.
 *
 * @throws Error: the database has migrations that the folder lacks, so it belongs to a later version
 */
export async function pendingMigrations(db: Database, folder: URL, packageName: string): Promise<PendingMigration[]> {
  const directory = new URL(folder.href.endsWith('/') ? folder : `${folder.href}/`);
  const migrations = await readMigrations(directory, packageName);
  const applied = await appliedTo(db, migrations, packageName);
  return Promise.all(
    migrations.slice(applied.length).map(async ({ name }) => ({
      file: name,
      sql: await readFile(new URL(name, directory), 'utf8'),
    })),
  );
}
