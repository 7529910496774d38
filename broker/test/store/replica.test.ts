import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  findPostgres,
  type PostgresServer,
  startPostgres,
  startReplica,
  until,
} from '../../../scripts/postgres-server.ts';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { formatPosition, parsePosition } from '../../src/database/replica/wal-position.ts';
import { type Broker, createBroker } from '../../src/main.ts';
import { QUICK } from '../subscriptions/notifying-broker.ts';

const bin = findPostgres();
const API = '/ngsi-ld/v1';
const WRITER = '192.0.2.1';
const OTHER = '192.0.2.2';

test('positions of the write-ahead log are parsed and written as in PostgreSQL', () => {
  for (const text of ['0/0', '16/B374D848', 'FFFFFFFF/FFFFFFFF', '1/0', '2-16/B374D848']) {
    assert.equal(formatPosition(parsePosition(text) as bigint), text);
  }
  assert.ok((parsePosition('1/0') as bigint) > (parsePosition('0/FFFFFFFF') as bigint));
  assert.ok((parsePosition('2-0/1') as bigint) > (parsePosition('1-F/0') as bigint), 'of a later timeline');
  for (const text of ['', '1', '1/', 'x/1', '1/1/1', '123456789/1']) assert.equal(parsePosition(text), undefined, text);
});

/** The metric that shows whether the replica is used. */
function trustOf(metrics: string): string {
  return metrics.split('\n').find((line) => line.includes('_replica_trusted{')) ?? '';
}

describe('reads from a streaming replica', {
  skip: bin === undefined && 'PostgreSQL 17 with PostGIS is missing',
}, () => {
  let primary: PostgresServer;
  let replica: PostgresServer;
  let broker: Broker;
  let other: Broker | undefined;
  const databases: Database[] = [];
  let onReplica: Database;

  const open = async (url: string) => {
    const db = await openDatabase({ url });
    databases.push(db);
    return db;
  };
  const start = async (instance: string) => {
    const started = await createBroker({
      db: await open(primary.url),
      replicas: [{ name: 'replica', db: await open(replica.url) }],
      publicUrl: 'http://broker.test',
      offline: true,
      instance,
      delivery: QUICK,
      replicaLagMs: 60_000,
    });
    await until(async () => / 1$/m.test(trustOf(await started.metrics())), 'the replica is read from');
    return started;
  };

  before(async () => {
    primary = await startPostgres(bin as string); // skipped without it
    replica = await startReplica(bin as string, primary);
    onReplica = await open(replica.url);
    broker = await start('one');
  });

  after(async () => {
    await broker?.close();
    await other?.close();
    for (const db of databases) await db.close();
    await replica?.stop();
    await primary?.stop();
  });

  interface RequestOptions {
    readonly from?: string;
    readonly of?: Broker;
    readonly headers?: Record<string, string>;
    readonly body?: object;
  }
  const ask = async (method: 'GET' | 'POST' | 'PATCH', path: string, asked: RequestOptions = {}) => {
    const { from = WRITER, of = broker, headers = {}, body } = asked;
    const response = await of.app.inject({
      method,
      url: API + path,
      remoteAddress: from,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { payload: body }),
    });
    assert.ok(response.statusCode < 300, `${method} ${path}: ${response.statusCode} ${response.body}`);
    return response;
  };
  const level = (value: number) => ({ level: { type: 'Property', value } });
  const levelSeen = async (id: string, asked: RequestOptions = {}): Promise<number> =>
    (await ask('GET', `/entities/${id}`, asked)).json().level.value;
  /** By a query by type, one by POST, and the history. */
  const levelsElsewhere = async (type: string, asked: RequestOptions = {}): Promise<number[]> => {
    const query = await ask('GET', `/entities?type=${type}`, asked);
    const body = { type: 'Query', entities: [{ type }] };
    const posted = await ask('POST', '/entityOperations/query', { ...asked, body });
    const temporal = await ask(
      'GET',
      `/temporal/entities?type=${type}&timerel=after&timeAt=2020-01-01T00:00:00Z&timeproperty=modifiedAt&lastN=1`,
      asked,
    );
    const [instance] = [temporal.json()[0].level].flat();
    return [query.json()[0].level.value, posted.json()[0].level.value, instance.value];
  };
  const replayed = async () => {
    const { rows } = await (databases[1] as Database).query<{ position: string }>({
      text: 'SELECT pg_current_wal_flush_lsn()::text AS position',
    });
    for (;;) {
      const seen = await onReplica.query<{ reached: boolean }>({
        text: 'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS reached',
        values: [rows[0]?.position],
      });
      if (seen.rows[0]?.reached) return;
      await pause(20);
    }
  };
  const pauseReplay = () => onReplica.query({ text: 'SELECT pg_wal_replay_pause()' });
  const resumeReplay = () => onReplica.query({ text: 'SELECT pg_wal_replay_resume()' });

  test('a client that has written reads from the primary while the replica is behind; others read from the replica', {
    timeout: 120_000,
  }, async () => {
    const id = 'urn:ngsi-ld:Lamp:1';
    await ask('POST', '/entities', { body: { id, type: 'Lamp', ...level(1) } });
    await replayed();
    await pauseReplay();
    const written = await ask('PATCH', `/entities/${id}`, { body: level(2) });
    const position = String(written.headers['alzette-position']);
    assert.match(position, /^1-[0-9A-F]+\/[0-9A-F]+$/);
    assert.match(String(written.headers['set-cookie']), /^alzette-position=/);

    assert.equal(await levelSeen(id), 2, 'the writer, by its address');
    assert.deepEqual(await levelsElsewhere('Lamp'), [2, 2, 2]);
    assert.equal(await levelSeen(id, { from: OTHER }), 1, 'another client: from the replica');
    assert.deepEqual(await levelsElsewhere('Lamp', { from: OTHER }), [1, 1, 1]);
    assert.equal(await levelSeen(id, { from: OTHER, headers: { 'alzette-position': position } }), 2);
    assert.equal(await levelSeen(id, { from: OTHER, headers: { cookie: `a=b; alzette-position=${position}` } }), 2);
    // Concurrently: requests that may use the replica do not mix with those that may not.
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, n) => levelSeen(id, { from: n % 2 ? OTHER : WRITER })),
    );
    assert.deepEqual(
      seen,
      Array.from({ length: 20 }, (_, n) => (n % 2 ? 1 : 2)),
    );

    await resumeReplay();
    await replayed();
    assert.equal(await levelSeen(id, { from: OTHER }), 2);
  });

  test('an invalid position in the header is refused with its name', async () => {
    const response = await broker.app.inject({ url: `${API}/entities?type=X`, headers: { 'alzette-position': 'now' } });
    assert.equal(response.statusCode, 400);
    assert.match(response.json().detail, /^Alzette-Position: got "now", expected/);
  });

  test('with another process, a client without a position reads all written data, from either', {
    timeout: 120_000,
  }, async () => {
    const id = 'urn:ngsi-ld:Bin:1';
    other = await start('two');
    await ask('POST', '/entities', { body: { id, type: 'Bin', ...level(1) } });
    await replayed();
    await pauseReplay();
    const early = formatPosition(0n);
    await ask('PATCH', `/entities/${id}`, { of: other, body: level(2) });
    assert.equal(await levelSeen(id), 2);
    assert.equal(await levelSeen(id, { from: OTHER }), 2);
    assert.equal(
      await levelSeen(id, { from: OTHER, headers: { 'alzette-position': early } }),
      1,
      'who says it has written nothing',
    );
    await resumeReplay();
  });

  test('without the replica, the primary answers', { timeout: 120_000 }, async () => {
    const id = 'urn:ngsi-ld:Tree:1';
    await ask('POST', '/entities', { body: { id, type: 'Tree', ...level(1) } });
    await replica.stop();
    for (const from of [WRITER, OTHER]) assert.equal(await levelSeen(id, { from }), 1);
    assert.deepEqual(await levelsElsewhere('Tree', { from: OTHER }), [1, 1, 1]);
  });
});
