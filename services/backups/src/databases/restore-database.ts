import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { BackupPorts, ClosableDatabase, DatabasePlace } from '../ports.ts';
import type { DatabaseFacts } from './dump-database.ts';
import { startTool } from './postgres-tools.ts';

const OWN_TABLES = `
  SELECT count(*)::int AS n FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;
const TIMESCALE = 'timescaledb';
/** The number of tables and indexes that are restored in parallel. */
const JOBS = 4;

/**
 * Restores a dump into an existing, empty database. @param folder with space for the dump
 *
 * @throws Error: the database is not empty, or of another kind than the dump
 */
export async function restoreDatabase(
  ports: BackupPorts,
  place: DatabasePlace,
  facts: DatabaseFacts,
  dump: () => Promise<AsyncIterable<Uint8Array>>,
  folder: string,
  signal?: AbortSignal,
): Promise<ClosableDatabase> {
  if (place.kind !== facts.kind) {
    throw new Error(`a backup of ${named(facts.kind)} can't be restored to ${named(place.kind)}`);
  }
  await mkdir(folder, { recursive: true });
  const file = join(folder, `restore-${process.pid}.dump`);
  try {
    if (place.kind === 'pglite') {
      await refuseUsedFolder(join(place.dataDir, 'database'));
      await pipeline(await dump(), createGunzip(), createWriteStream(file, { mode: 0o600 }));
      return await ports.openDatabase({ ...place, archive: file });
    }
    const db = await ports.openDatabase(place);
    try {
      await refuseUsedDatabase(db);
      await pipeline(await dump(), createWriteStream(file, { mode: 0o600 }));
      await restorePostgres(db, place.url, facts, file, signal);
      return db;
    } catch (error) {
      await db.close();
      throw error;
    }
  } finally {
    await rm(file, { force: true });
  }
}

async function restorePostgres(
  db: ClosableDatabase,
  url: string,
  { extensions }: DatabaseFacts,
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = ['--no-owner', '--no-privileges', '--no-comments', '--exit-on-error'];
  const hasTimescale = extensions.some(({ name }) => name === TIMESCALE);
  if (hasTimescale) {
    await db.query({ text: `CREATE EXTENSION IF NOT EXISTS ${TIMESCALE}` });
    await db.query({ text: 'SELECT timescaledb_pre_restore()' });
  }
  // TimescaleDB's own tables must be restored in order.
  const jobs = hasTimescale ? [] : [`--jobs=${JOBS}`];
  const { output, ended } = startTool('pg_restore', url, [...options, ...jobs, file], signal);
  output.resume();
  await ended;
  if (hasTimescale) await db.query({ text: 'SELECT timescaledb_post_restore()' });
  await db.query({ text: 'ANALYZE' });
}

async function refuseUsedDatabase(db: ClosableDatabase): Promise<void> {
  const { rows } = await db.query<{ n: number }>({ text: OWN_TABLES });
  const tables = rows[0]?.n ?? 0;
  if (tables > 0) throw new Error(`the database has ${tables} tables, expected an empty one to restore to`);
}

async function refuseUsedFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length > 0) throw new Error(`${folder} contains files, expected an empty folder`);
}

function named(kind: DatabasePlace['kind']): string {
  return kind === 'pglite' ? 'the embedded database' : 'PostgreSQL';
}
