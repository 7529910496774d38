import { createHash } from 'node:crypto';
import { after, describe, type TestContext, test } from 'node:test';
import { migrate } from '@alzette/kit/migrate';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { ensureHistoryPartitions } from '../../src/history/tables/history-partitions.ts';
import { type HistoryStorage, prepareHistoryStorage } from '../../src/history/tables/history-storage.ts';
import { isOnCluster, ownDatabase } from './own-database.ts';

const MIGRATIONS = new URL('../../migrations/', import.meta.url);

/** A database of one kind, opened by the first test that needs it and shared by all tests of the process. */
export interface TestDatabase {
  readonly kind: Database['kind'];
  /** The part of a test's title. */
  readonly label: string;
  /** With the broker's migrations applied. */
  open(): Promise<Database>;
  /** The URL of this test database, if it is a PostgreSQL. */
  url(): Promise<string>;
}

// Registered at the root, because `after` inside a test belongs to that test.
const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing.reverse()) await close();
});

let created = 0;

const ownDatabases = (): readonly TestDatabase[] => [
  ...postgres(process.env.TEST_DATABASE_URL, 'partitions'),
  ...(isOnCluster ? [] : [pglite()]),
];
const databases = ownDatabases();
const hypertables: readonly TestDatabase[] = postgres(process.env.TEST_TIMESCALE_URL, 'hypertable');

/** The available kinds of database: PostgreSQL if TEST_DATABASE_URL names one, and the embedded one. */
export function testDatabases(): readonly TestDatabase[] {
  return databases;
}

/**
 * Another database of the PostgreSQL of TEST_DATABASE_URL, for a broker that shares nothing; undefined: there is none.
 */
export function anotherPostgres(): TestDatabase | undefined {
  return postgres(process.env.TEST_DATABASE_URL, 'partitions')[0];
}

/**
 * Declares the tests of `declare` on one of the kinds of database, chosen by their name; with `TEST_DATABASES=all` on
 * each kind. One for PostgreSQL is skipped where there is none.
 *
 *     eachDatabase('Write lane', (test) => { test('keeps order', async (t, db) => { … }); });
 */
export function eachDatabase(name: string, declare: Declare): void {
  declareForAll(databases, name, declare);
}

/** The same with databases of their own, for tests of what belongs to no tenant, such as names and counts of everything. */
export function eachOwnDatabase(name: string, declare: Declare): void {
  declareForAll(ownDatabases(), name, declare);
}

/** The embedded database takes several times the processor time of a server, so one suite in this many runs on it. */
const EMBEDDED_IS_ONE_IN = 4;

/** One of them by the name, always the same; all with `TEST_DATABASES=all`. @param kinds the embedded one is the last */
export function chosenBy<T>(name: string, kinds: readonly T[]): readonly T[] {
  if (process.env.TEST_DATABASES === 'all') return kinds;
  const [first = 0] = createHash('sha256').update(name).digest();
  const servers = Math.max(1, kinds.length - 1);
  const at = first % EMBEDDED_IS_ONE_IN === 0 ? kinds.length - 1 : first % servers;
  return kinds.slice(at, at + 1);
}

function declareForAll(kinds: readonly TestDatabase[], name: string, declare: Declare): void {
  declareFor(chosenBy(name, kinds), name, declare);
  if (!process.env.TEST_DATABASE_URL) {
    test(`${name} (postgres)`, {
      skip: 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)',
    }, () => {});
  }
}

/** The same, also with a PostgreSQL whose history is a hypertable of TimescaleDB. */
export function eachHistoryDatabase(name: string, declare: Declare): void {
  declareForAll([...hypertables, ...databases], name, declare);
  if (!process.env.TEST_TIMESCALE_URL) {
    test(`${name} (timescaledb)`, {
      skip: 'TimescaleDB for PostgreSQL 17 is missing (TEST_TIMESCALE_URL is not set)',
    }, () => {});
  }
}

function declareFor(kinds: readonly TestDatabase[], name: string, declare: Declare): void {
  for (const database of kinds) {
    describe(`${name} (${database.label})`, () => {
      declare((title, work) => {
        test(title, async (t) => work(t, await database.open()));
      }, database);
    });
  }
}

type Declare = (test: DatabaseTest, database: TestDatabase) => void;

export type DatabaseTest = (title: string, work: (t: TestContext, db: Database) => Promise<void>) => void;

function pglite(): TestDatabase {
  const open = once(async () => {
    const db = await openDatabase({});
    closing.push(() => db.close());
    return migrated(db);
  });
  return {
    kind: 'pglite',
    label: 'pglite',
    open,
    url: () => Promise.reject(new Error('The embedded database has no URL')),
  };
}

function postgres(serverUrl: string | undefined, storage: HistoryStorage): TestDatabase[] {
  if (!serverUrl) return [];
  const url = once(async () => {
    const own = await ownDatabase(serverUrl, `alzette_test_${process.pid}_${++created}`);
    closing.push(own.drop);
    return own.url;
  });
  const open = once(async () => {
    const db = await openDatabase({ url: await url() });
    closing.push(() => db.close());
    return migrated(db, storage);
  });
  return [{ kind: 'postgres', label: storage === 'hypertable' ? 'timescaledb' : 'postgres', open, url }];
}

async function migrated(db: Database, storage: HistoryStorage = 'partitions'): Promise<Database> {
  await migrate(db, MIGRATIONS, 'broker');
  await prepareHistoryStorage(db, storage, { info: () => {} });
  await ensureHistoryPartitions(db);
  return db;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
