import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { migrate } from '@alzette/kit/migrate';
import { findPostgres, startPostgres } from '../../../scripts/postgres-server.ts';
import type { Database } from '../../src/database/database.ts';
import { DatabaseUnavailable } from '../../src/database/database-errors.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';

const WRITER = fileURLToPath(new URL('./killed-writer.ts', import.meta.url));
const MIGRATIONS = new URL('../../migrations/', import.meta.url);

const bin = findPostgres();
const skip = bin === undefined && 'PostgreSQL 17 with PostGIS is missing';

/** Starts a writer, kills it with -9 while it writes, and returns the acknowledged ids. */
async function killWriter(kind: Database['kind'], place: string, prefix: string): Promise<string[]> {
  const writer = spawn(process.execPath, [WRITER, kind, place, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: string[] = [];
  for await (const line of createInterface(writer.stdout)) {
    acknowledged.push(line);
    if (acknowledged.length === 300) writer.kill('SIGKILL');
  }
  assert.ok(acknowledged.length >= 300, `the writer ended by itself after ${acknowledged.length} writes`);
  return acknowledged;
}

async function missing(db: Database, ids: readonly string[]) {
  const { rows } = await db.query({
    text: `SELECT id FROM unnest($1::text[]) AS id
           WHERE NOT EXISTS (SELECT FROM entity e WHERE e.tenant = '' AND e.id = id.id)
              OR NOT EXISTS (SELECT FROM evolution h WHERE h.tenant = '' AND h.entity_id = id.id)`,
    values: [ids],
  });
  return rows;
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-kill-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

describe('kill -9 of a process that writes', () => {
  test('loses no acknowledged write of the embedded database, which opens again', async (t) => {
    const dataDir = await temporaryFolder(t);
    const first = await killWriter('pglite', dataDir, 'first');
    const second = await killWriter('pglite', dataDir, 'second');
    const db = await openDatabase({ dataDir });
    try {
      await assert.rejects(openDatabase({ dataDir }), /is in use by process \d+/);
      assert.deepEqual(await missing(db, [...first, ...second]), []);
    } finally {
      await db.close();
    }
  });

  test('loses no acknowledged write in PostgreSQL', { skip }, async () => {
    const server = await startPostgres(bin as string);
    try {
      const acknowledged = await killWriter('postgres', server.url, 'first');
      const db = await openDatabase({ url: server.url });
      assert.deepEqual(await missing(db, acknowledged), []);
      await db.close();
    } finally {
      await server.stop();
    }
  });
});

describe('a restart of PostgreSQL', () => {
  test('is survived by readers, writers and listeners, with clean failures meanwhile', { skip }, async () => {
    const server = await startPostgres(bin as string);
    const db = await openDatabase({ url: server.url });
    try {
      await migrate(db, MIGRATIONS, 'broker');
      const lane = createWriteLane(db);
      const payloads: string[] = [];
      await db.listen('restart', (payload) => payloads.push(payload));
      const acknowledged: string[] = [];
      const failures: unknown[] = [];
      let isOver = false;

      const writers = Array.from({ length: 10 }, async (_, writer) => {
        for (let n = 0; !isOver; n++) {
          const id = `urn:ngsi-ld:Lamp:${writer}-${n}`;
          const after = { id, types: ['https://example.org/Lamp'], createdAt: '', modifiedAt: '', attributes: {} };
          const level = (at: string) => [{ type: 'Property' as const, value: n, createdAt: at, modifiedAt: at }];
          await lane
            .write('', id, (_before, at) => ({
              after: {
                ...after,
                createdAt: at,
                modifiedAt: at,
                attributes: { 'https://example.org/level': level(at) },
              },
              result: null,
            }))
            .then(
              () => acknowledged.push(id),
              (error) => failures.push(error),
            );
        }
      });
      await server.restart();
      const before = acknowledged.length;
      while (acknowledged.length < before + 200) await new Promise((resolve) => setTimeout(resolve, 10));
      isOver = true;
      await Promise.all(writers);

      for (const failure of failures) assert.ok(failure instanceof DatabaseUnavailable, String(failure));
      assert.deepEqual(await missing(db, acknowledged), []);
      // The listening connection reconnects by itself, a little later than the pool's.
      while (!payloads.includes('again')) {
        await db.query({ text: `SELECT send_message('restart', 'again')` });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } finally {
      await db.close();
      await server.stop();
    }
  });

  test('lets queries fail with a typed error while it is down, and later ones succeed', { skip }, async () => {
    const server = await startPostgres(bin as string);
    const db = await openDatabase({ url: server.url });
    try {
      await db.query({ text: 'SELECT 1' });
      const slow = db.query({ text: 'SELECT pg_sleep(20)' });
      const inTransaction = db.transaction((tx) => tx.query({ text: 'SELECT pg_sleep(20)' }));
      const lost = Promise.allSettled([slow, inTransaction]);
      await server.restart();
      const [query, transaction] = await lost;
      assert.ok(query?.status === 'rejected' && query.reason instanceof DatabaseUnavailable && query.reason.inDoubt);
      assert.ok(transaction?.status === 'rejected' && transaction.reason instanceof DatabaseUnavailable);
      assert.equal(transaction.reason.inDoubt, false);
      assert.deepEqual((await db.query({ text: 'SELECT 1 AS one' })).rows, [{ one: 1 }]);
      await server.stop();
      await assert.rejects(db.query({ text: 'SELECT 1' }), DatabaseUnavailable);
    } finally {
      await db.close();
      await server.stop();
    }
  });
});
