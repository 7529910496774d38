import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Database, openDatabase } from '@alzette/broker';
import { filesToBackUp } from '@alzette/files';
import { emptyDatabase } from '../../../../platform/test/support/own-database.ts';
import {
  type BackupPorts,
  type BackupSettings,
  type DatabasePlace,
  newIdentity,
  readIdentity,
  type TargetSettings,
} from '../../src/backups.ts';

/** The kinds of values and tables that the product uses. */
const TABLES = `
  CREATE EXTENSION IF NOT EXISTS postgis;
  CREATE SCHEMA files;
  CREATE TABLE files.file (tenant text, id text, is_stored boolean DEFAULT true, PRIMARY KEY (tenant, id));
  CREATE TABLE lamp (
    id text PRIMARY KEY, level float8, seen timestamptz, facts jsonb, place geometry(Point, 4326), secret bytea, tags text[]);
  CREATE TABLE measure (lamp text, at timestamptz, value float8) PARTITION BY RANGE (at);
  CREATE TABLE measure_old PARTITION OF measure FOR VALUES FROM ('2020-01-01') TO ('2026-01-01');
  CREATE TABLE measure_new PARTITION OF measure FOR VALUES FROM ('2026-01-01') TO ('2030-01-01');
  CREATE INDEX ON measure (lamp, at);
  CREATE TABLE "Odd name" (id bigint GENERATED ALWAYS AS IDENTITY, "the text" text);
  CREATE VIEW lit AS SELECT id FROM lamp WHERE level > 0;
  INSERT INTO lamp SELECT 'lamp ' || n, n * 0.1, timestamptz '2026-11-28 02:30+01' + n * interval '1 s',
    jsonb_build_object('n', n, 'text', 'é'), ST_SetSRID(ST_MakePoint(5.9, 49.4 + n * 0.001), 4326), '\\x00ff', ARRAY['a', 'b,c']
    FROM generate_series(1, 500) n;
  INSERT INTO measure SELECT 'lamp ' || n % 500, timestamptz '2025-12-01' + n * interval '1 h', n FROM generate_series(1, 2000) n;
  INSERT INTO "Odd name" ("the text") VALUES ('a known text of the database'), (NULL);
  INSERT INTO files.file VALUES ('', 'photo'), ('metz', 'plan')`;

// A partitioned table has its rows in its partitions. PostGIS creates the rows of its own table.
const ALL_TABLES = `
  SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
  WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'spatial_ref_sys'`;

/** The number of all rows: an embedded database may also have those of the broker's migrations. */
export async function countRows(db: Database): Promise<number> {
  let count = 0;
  for (const { name } of (await db.query<{ name: string }>({ text: ALL_TABLES })).rows) {
    const { rows } = await db.query<{ n: number }>({ text: `SELECT count(*)::int AS n FROM ONLY ${name}` });
    count += rows[0]?.n ?? 0;
  }
  return count;
}

export const FILES = { '_/ph/photo.master': randomBytes(300_000), 'metz/pl/plan.master': Buffer.from('a known text') };

/** A small database with two files, and its backup settings. */
export interface Town {
  readonly db: Database;
  readonly ports: BackupPorts;
  readonly settings: BackupSettings;
  /** A temporary folder of the test. */
  readonly folder: string;
  /** An empty place of the same kind. */
  emptyPlace(): Promise<DatabasePlace>;
}

/**
 * @param url of a PostgreSQL; absent: the embedded database
 * @param role a user whose only right is to own its databases; absent: the user of the URL
 */
export async function startTown(
  t: TestContext,
  url?: string,
  { target, role }: { readonly target?: TargetSettings; readonly role?: string } = {},
): Promise<Town> {
  const folder = await mkdtemp(join(tmpdir(), 'backups-'));
  const drops: (() => Promise<void>)[] = [];
  const newPlace = async (purpose: string): Promise<DatabasePlace> => {
    if (url === undefined) return { kind: 'pglite', dataDir: join(folder, purpose) };
    const own = await emptyDatabase(url, `${purpose}_${randomBytes(4).toString('hex')}`);
    drops.push(own.drop);
    return { kind: 'postgres', url: role === undefined ? own.url : await handOver(own.url, role) };
  };
  const ports = {
    openDatabase: ({ archive, ...place }: DatabasePlace & { readonly archive?: string }) =>
      openDatabase({
        ...(place.kind === 'postgres' ? { url: place.url } : { dataDir: place.dataDir }),
        ...(archive !== undefined && { archive }),
      }),
    files: filesToBackUp({ folder: join(folder, 'files') }),
  };
  const place = await newPlace('town');
  const db = await ports.openDatabase(place);
  t.after(async () => {
    await db.close();
    for (const drop of drops) await drop();
    await rm(folder, { recursive: true });
  });
  await db.runScript(TABLES);
  for (const [name, bytes] of Object.entries(FILES)) await ports.files.write(name, bytes);
  const settings: BackupSettings = {
    target: target ?? { kind: 'folder', folder: join(folder, 'backups') },
    key: readIdentity(newIdentity()),
    keep: { days: 2, weeks: 0, months: 0 },
    place,
    folder: join(folder, 'work'),
    product: '0.0.0',
    settings: { SECRET_KEY: 'a known secret' },
    territoryFolder: fileURLToPath(new URL('../../../../territories/moselbogen', import.meta.url)),
  };
  return { db, ports, settings, folder, emptyPlace: () => newPlace('empty') };
}

/** Creates PostGIS, which requires a superuser, and makes `role` the owner of the database. */
async function handOver(url: string, role: string): Promise<string> {
  const db = await openDatabase({ url });
  const own = new URL(url);
  await db.runScript(`CREATE EXTENSION postgis; ALTER DATABASE "${own.pathname.slice(1)}" OWNER TO ${role}`);
  await db.close();
  own.username = role;
  own.password = role;
  return own.href;
}
