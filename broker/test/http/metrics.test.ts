import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import type { Database } from '../../src/database/database.ts';
import { metricsRoute } from '../../src/http/routes/metrics-route.ts';
import { createBroker } from '../../src/main.ts';
import { QUICK } from '../subscriptions/notifying-broker.ts';
import { startReceiver } from '../subscriptions/receiver.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';

const SAMPLE = /^((\w+?)(_bucket|_sum|_count)?\{((?:\w+="(?:[^"\\\n]|\\["\\n])*",?)+)\}) (\d+(?:\.\d+)?(?:e[+-]\d+)?)$/;

/**
 * Samples by name and labels, without the label of the process.
 *
 * @throws AssertionError an invalid line, a duplicate declaration, or an invalid histogram
 */
function samplesOf(text: string, instance: string): Map<string, number> {
  const samples = new Map<string, number>();
  const declared = new Map<string, string>();
  let [current, below] = ['', 0];
  for (const line of text.trimEnd().split('\n')) {
    const [, name, type] = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) {
      assert.ok(!declared.has(name), `${name} is declared twice`);
      declared.set(name, type);
      current = name;
    }
    if (line.startsWith('#')) continue;
    const [, full = '', stem, suffix, labels = '', value] = SAMPLE.exec(line) ?? [];
    const isPart = declared.get(current) === 'histogram';
    assert.equal(isPart ? stem : `${stem}${suffix ?? ''}`, current, line);
    assert.ok(labels.endsWith(`process="${instance}"`), line);
    const number = Number(value);
    if (suffix === '_bucket') {
      assert.ok(labels.includes('le="0.0005"') || labels.includes('le="1"') || number >= below, line);
      below = number;
    }
    if (suffix === '_count' && isPart) assert.equal(number, below, `${line}: not what the last bucket has`);
    const own = full.replace(`process="${instance}"`, '').replace(',}', '}').replace('{}', '');
    const key = own.replace('alzette_broker_', '');
    assert.ok(!samples.has(key), `${line}: told twice`);
    samples.set(key, number);
  }
  return samples;
}

async function startMetered(t: TestContext, db: Database) {
  const instance = `metered "${Math.random()}"`;
  const broker = await createBroker({
    db,
    publicUrl: 'http://localhost:1026',
    offline: true,
    logger: pino({ level: 'silent' }),
    instance,
    delivery: QUICK,
    sourceTimeoutMs: 300,
  });
  t.after(() => broker.close());
  metricsRoute(broker.app, () => broker.metrics());
  const tenant = freshTenant();
  const ask = async (method: 'GET' | 'POST', path: string, payload?: object) => {
    const headers = { 'ngsild-tenant': tenant };
    return broker.app.inject({ method, url: `/ngsi-ld/v1${path}`, headers, ...(payload && { payload }) });
  };
  const read = async () => {
    const answer = await broker.app.inject('/metrics');
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    return samplesOf(answer.body, instance.replaceAll('"', '\\"'));
  };
  /** The increase of each metric, after waiting until all have increased. */
  const growth = async (before: Map<string, number>, ...names: readonly string[]) => {
    const end = Date.now() + 10_000;
    for (;;) {
      const now = await read();
      const grown = names.map((name) => (now.get(name) ?? 0) - (before.get(name) ?? 0));
      if (grown.every((by) => by > 0)) return grown;
      assert.ok(Date.now() < end, `${names}: ${grown}`);
      await pause(20);
    }
  };
  return { tenant, ask, read, growth };
}

const lamp = (id: string) => ({ id: `urn:ngsi-ld:Lamp:${id}`, type: 'Lamp', on: { type: 'Property', value: true } });

eachDatabase('Metrics', (test, { kind }) => {
  test('count requests by route, method and status, with their duration', async (t, db) => {
    const { ask, read } = await startMetered(t, db);
    for (const id of ['1', '2', '3', '3']) await ask('POST', '/entities', lamp(id));
    await ask('GET', '/entities/urn:ngsi-ld:Lamp:1');
    await ask('GET', '/entities/urn:ngsi-ld:Lamp:9');
    await ask('GET', '/nothing');
    const samples = await read();
    const requests = (method: string, route: string, status: number) =>
      samples.get(`requests_total{method="${method}",route="/ngsi-ld/v1${route}",status="${status}"}`);
    assert.equal(requests('POST', '/entities', 201), 3);
    assert.equal(requests('POST', '/entities', 409), 1);
    assert.equal(requests('GET', '/entities/:id', 200), 1);
    assert.equal(requests('GET', '/entities/:id', 404), 1);
    const took = 'request_duration_seconds';
    assert.equal(samples.get(`${took}_count{method="POST",route="/ngsi-ld/v1/entities"}`), 4);
    const seconds = samples.get(`${took}_sum{method="POST",route="/ngsi-ld/v1/entities"}`) ?? 0;
    assert.ok(seconds > 0 && seconds < 60, String(seconds));
    assert.ok([...samples.keys()].every((key) => !key.includes('nothing')));
  });

  test('describe the write lane and the process', async (t, db) => {
    const { ask, read, growth } = await startMetered(t, db);
    const before = await read();
    await ask('POST', '/entityOperations/create', ['1', '2', '3', '4', '5', '6'].map(lamp));
    const [changes, entities] = await growth(before, 'entity_changes_total', 'lane_batch_entities_sum');
    assert.deepEqual([changes, entities], [6, 6]);
    const samples = await read();
    assert.equal(samples.get('lane_waiting_entities'), 0);
    assert.equal(samples.get('lane_batch_entities_count'), samples.get('lane_batch_duration_seconds_count'));
    assert.ok((samples.get('process_resident_memory_bytes') ?? 0) > 2 ** 20);
    assert.ok((samples.get('nodejs_eventloop_lag_max_seconds') ?? -1) >= 0);
    if (kind === 'pglite') return;
    // A background job of the broker may be running at any reading.
    let pools = samples;
    const busy = 'database_connections{pool="main",state="busy"}';
    for (let looks = 0; pools.get(busy) !== 0 && looks < 200; looks++) pools = await read();
    assert.equal(pools.get(busy), 0);
    assert.ok((pools.get('database_connections{pool="main",state="idle"}') ?? 0) > 0);
    assert.equal(pools.get('database_waiting_queries{pool="main"}'), 0);
  });

  test('count pending, sent and failed notifications', async (t, db) => {
    const { ask, read, growth } = await startMetered(t, db);
    const before = await read();
    const good = await startReceiver();
    t.after(() => good.close());
    for (const uri of [good.url, 'http://127.0.0.1:9/']) {
      const notification = { endpoint: { uri, accept: 'application/json' } };
      const made = await ask('POST', '/subscriptions', {
        type: 'Subscription',
        entities: [{ type: 'Lamp' }],
        notification,
      });
      assert.equal(made.statusCode, 201, made.body);
    }
    await ask('POST', '/entities', lamp('1'));
    const [subscriptions, pendingCount, sent, , open] = await growth(
      before,
      'subscriptions{to="entities"}',
      'notifications_owed_total',
      'notification_attempts_total{outcome="sent"}',
      'notification_attempts_total{outcome="failed"}',
      'notification_endpoints{circuit="open"}',
      'outbox_notifications',
    );
    assert.deepEqual([subscriptions, pendingCount, sent], [2, 2, 1]);
    assert.ok(Number(open) >= 1); // notifications left by other tests are attempted as well
  });

  test('count calls of context sources by outcome', async (t, db) => {
    const { ask, read, growth } = await startMetered(t, db);
    const before = await read();
    const answers = createServer((request, response) => {
      if (request.url?.includes('Lamp')) response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
      else response.writeHead(503).end();
    }).listen(0, '127.0.0.1');
    await once(answers, 'listening');
    t.after(() => {
      answers.closeAllConnections();
      answers.close();
    });
    const { port } = answers.address() as AddressInfo;
    for (const [type, of] of [
      ['Lamp', port],
      ['Bin', port],
      ['Tree', 9],
    ] as const) {
      const made = await ask('POST', '/csourceRegistrations', {
        type: 'ContextSourceRegistration',
        endpoint: `http://127.0.0.1:${of}`,
        information: [{ entities: [{ type }] }],
      });
      assert.equal(made.statusCode, 201, made.body);
      await ask('GET', `/entities?type=${type}`);
    }
    const [registrations, answered = 0, failed = 0, silent = 0, timed] = await growth(
      before,
      'registrations',
      'source_calls_total{outcome="answered"}',
      'source_calls_total{outcome="failed"}',
      'source_calls_total{outcome="silent"}',
      'source_call_duration_seconds_count',
    );
    assert.equal(registrations, 3);
    // At least once each, because sources left by other tests are called as well.
    assert.equal(timed, answered + failed + silent);
  });

  test('are available when the database does not answer', async (t, db) => {
    const { read } = await startMetered(t, db);
    const rename = (from: string, to: string) => db.query({ text: `ALTER TABLE ${from} RENAME TO ${to}` });
    await rename('outbox_dead', 'outbox_away');
    t.after(() => rename('outbox_away', 'outbox_dead'));
    const samples = await read();
    assert.equal(samples.get('dead_letters'), undefined);
    assert.equal(samples.get('entity_changes_total'), 0);
  });
});
