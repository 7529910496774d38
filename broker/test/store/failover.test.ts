import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgresProxy } from '../../../scripts/drill/postgres-proxy.ts';
import {
  findPostgres,
  type PostgresServer,
  startPostgres,
  startReplica,
  until,
} from '../../../scripts/postgres-server.ts';
import type { Database } from '../../src/database/database.ts';
import { DatabaseUnavailable } from '../../src/database/database-errors.ts';
import { openDatabase, openReplicas } from '../../src/database/open-database.ts';
import { type Broker, createBroker } from '../../src/main.ts';
import { QUICK } from '../subscriptions/notifying-broker.ts';

const bin = findPostgres() as string; // otherwise skipped
const skip = findPostgres() === undefined && 'PostgreSQL 17 with PostGIS is missing';
const API = '/ngsi-ld/v1';

/** One URL with several servers. */
function urlOf(...servers: readonly PostgresServer[]): string {
  const hosts = servers.map(({ url }) => new URL(url).host).join(',');
  return `postgres://postgres@${hosts}/postgres`;
}

describe('a primary that fails over to a standby', { skip }, () => {
  let first: PostgresServer;
  let second: PostgresServer;
  let db: Database;
  let broker: Broker;
  const opened: Database[] = [];

  before(async () => {
    first = await startPostgres(bin);
    second = await startReplica(bin, first);
    db = await openDatabase({ url: urlOf(first, second) });
    const replicas = openReplicas(urlOf(first, second));
    opened.push(db, ...replicas.map((replica) => replica.db));
    broker = await createBroker({ db, replicas, publicUrl: 'http://broker.test', offline: true, delivery: QUICK });
  });

  after(async () => {
    await broker?.close();
    for (const each of opened) await each.close();
    await second?.stop();
    await first?.stop();
  });

  const write = async (id: string, value: number): Promise<number> => {
    const body = { id, type: 'Lamp', level: { type: 'Property', value } };
    const path = `${API}/entityOperations/upsert`;
    const headers = { 'content-type': 'application/json' };
    return (await broker.app.inject({ method: 'POST', url: path, headers, payload: [body] })).statusCode;
  };
  const levelOf = async (id: string): Promise<number | undefined> => {
    const response = await broker.app.inject({ url: `${API}/entities/${id}` });
    return response.statusCode === 200 ? response.json().level.value : undefined;
  };
  const trusted = async (server: PostgresServer) => {
    const name = `replica="${new URL(server.url).host}"`;
    const line = (await broker.metrics())
      .split('\n')
      .find((each) => each.includes('replica_trusted') && each.includes(name));
    return line?.endsWith(' 1') === true;
  };

  test('writes go to the writable server, before and after, and are notified', { timeout: 120_000 }, async () => {
    const payloads: string[] = [];
    await db.listen('town', (payload) => payloads.push(payload));
    assert.equal(await write('urn:ngsi-ld:Lamp:1', 1), 201);
    await until(() => trusted(second), 'the standby is read from');
    assert.equal(await trusted(first), false, 'the primary is no replica');
    const standby = await openDatabase({ url: second.url });
    const written = { text: `SELECT FROM entity WHERE id = 'urn:ngsi-ld:Lamp:1'` };
    await until(async () => (await standby.query(written)).rowCount === 1, 'the standby has what was written');

    await first.crash();
    await until(async () => (await levelOf('urn:ngsi-ld:Lamp:1')) === 1, 'the standby answers meanwhile');
    await standby.query({ text: 'SELECT pg_promote()' });
    await standby.close();
    await until(async () => (await write('urn:ngsi-ld:Lamp:1', 2)) === 204, 'writes are taken again');
    assert.equal(await levelOf('urn:ngsi-ld:Lamp:1'), 2);
    await until(async () => {
      await db.query({ text: `SELECT send_message('town', 'news')` });
      await pause(100);
      return payloads.length > 0;
    }, 'what is told on the new primary is heard');
  });

  test('a former primary that came back is neither written to nor read from', { timeout: 120_000 }, async () => {
    await first.restart();
    const former = await openDatabase({ url: first.url });
    const { rows } = await former.query<{ follows: boolean }>({ text: 'SELECT pg_is_in_recovery() AS follows' });
    assert.equal(rows[0]?.follows, false, 'it takes itself for the primary');
    assert.equal(await write('urn:ngsi-ld:Lamp:1', 3), 204);
    assert.equal(await levelOf('urn:ngsi-ld:Lamp:1'), 3);
    // Another process, without knowledge of the earlier state.
    const fresh = await openDatabase({ url: urlOf(first, second) });
    const { rows: seen } = await fresh.query<{ document: string }>({
      text: `SELECT document FROM entity WHERE id = 'urn:ngsi-ld:Lamp:1'`,
    });
    assert.match(seen[0]?.document ?? '', /3/);
    await fresh.close();
    await until(async () => !(await trusted(second)), 'the new primary is no replica');
    assert.equal(await trusted(first), false);
    await former.close();
  });
});

describe('a primary whose standbys accept nothing', { skip }, () => {
  let primary: PostgresServer;
  let standby: PostgresServer;
  let db: Database;
  const SETTINGS = ['fsync=off', 'synchronous_standby_names=*', 'synchronous_commit=local'];

  before(async () => {
    primary = await startPostgres(bin, SETTINGS);
    standby = await startReplica(bin, primary);
    db = await openDatabase({ url: `${primary.url}?options=-csynchronous_commit%3Don`, lockTimeoutMs: 6_000 });
    await db.query({ text: 'CREATE TABLE kept (n int)' });
    await standby.crash();
  });

  after(async () => {
    await db?.close();
    await standby?.stop();
    await primary?.stop();
  });

  test('a statement and a transaction are reported as in doubt in time, and never as done', {
    timeout: 120_000,
  }, async () => {
    const inDoubt = (error: unknown) => error instanceof DatabaseUnavailable && error.inDoubt;
    await assert.rejects(db.query({ text: 'INSERT INTO kept VALUES (1)' }), inDoubt);
    await assert.rejects(db.query({ text: 'INSERT INTO kept VALUES (2)', timeoutMs: 1_000 }), inDoubt);
    await assert.rejects(
      db.transaction((tx) => tx.query({ text: 'INSERT INTO kept VALUES (3)' })),
      inDoubt,
    );
    const waiting = Array.from({ length: 12 }, (_, n) => db.query({ text: `INSERT INTO kept VALUES (${10 + n})` }));
    const settled = Promise.allSettled(waiting);
    const { rows } = await db.query<{ n: number }>({ text: 'SELECT count(*)::int AS n FROM kept', usesReserve: true });
    assert.equal(rows[0]?.n, 3, 'reads are answered meanwhile, though these are committed here alone');
    await standby.restart();
    await settled;
    await until(
      () =>
        db.query({ text: 'INSERT INTO kept VALUES (4)', timeoutMs: 2_000 }).then(
          () => true,
          () => false,
        ),
      'the standby takes what is written',
    );
  });
});

/** A database that is reached through a proxy, on a connection that is open. */
async function behindProxy(t: TestContext) {
  const server = await startPostgres(bin);
  const proxy = await startPostgresProxy(server.url);
  const db = await openDatabase({ url: proxy.url });
  t.after(async () => {
    await db.close();
    await proxy.close();
    await server.stop();
  });
  await db.query({ text: 'SELECT 1' });
  return { db, proxy };
}

test('a statement without an answer fails, and the next one is answered', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const { db, proxy } = await behindProxy(t);
  // Open connections carry no more data; new ones reach the server.
  proxy.abandon();
  await assert.rejects(db.query({ text: 'SELECT 1' }), DatabaseUnavailable);
  await db.query({ text: 'SELECT 1' });
});

test('a statement is not given up while a server that accepts connections is silent for some seconds', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const { db, proxy } = await behindProxy(t);
  const silence = proxy.silence(8_000);
  const { rows } = await db.query({ text: 'SELECT 2 AS n' });
  assert.deepEqual(rows, [{ n: 2 }]);
  await silence;
});
