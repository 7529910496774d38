import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { findPostgres, startPostgres } from '../../../scripts/postgres-server.ts';
import { freshTenant, testDatabases } from '../support/index.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { startBroker } from './two-brokers.ts';

/*
 * 100 entities, 5 updates each, one second apart (FLOW_SPACING_MS; a tenth of it by default), one subscription. An
 * unacknowledged write is repeated; the same value again is no change, so exactly 500 notifications are expected.
 */
const SPACING_MS = Number(process.env.FLOW_SPACING_MS ?? 100);
const ENTITIES = 100;
const UPDATES = 5;

const lampId = (number: number) => `urn:ngsi-ld:Lamp:${number}`;
const level = (value: number) => ({ level: { type: 'Property', value } });
const server = findPostgres();
const skip = server === undefined && 'PostgreSQL 17 with PostGIS is missing';
const database = testDatabases().find(({ kind }) => kind === 'postgres');

type Broker = Awaited<ReturnType<typeof startBroker>>;

/** @param atHalf runs after the third round; resolves to the broker for the rest */
async function run(t: TestContext, url: string, atHalf: (broker: Broker, tenant: string) => Promise<Broker>) {
  const tenant = freshTenant();
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  receiver.answerWith((_request, response) => setTimeout(() => response.writeHead(204).end(), 5));
  let broker = await startBroker(t, url, tenant);
  const numbers = Array.from({ length: ENTITIES }, (_, number) => number);
  for (const number of numbers) await broker.create({ id: lampId(number), type: 'Lamp', ...level(0) });
  await broker.subscribe({ entities: [{ type: 'Lamp' }], notification: { endpoint: { uri: receiver.url } } });

  let changing: Promise<void> | undefined;
  for (let value = 1; value <= UPDATES; value++) {
    if (value === 4) {
      changing = atHalf(broker, tenant).then((next) => {
        broker = next;
      });
    }
    await Promise.all(numbers.map((number) => writeUntilAcknowledged(number, value)));
    await pause(SPACING_MS);
  }
  await changing;
  await toldAll(receiver);
  return receiver;

  async function writeUntilAcknowledged(number: number, value: number): Promise<void> {
    for (;;) {
      const done = await broker.merge(lampId(number), level(value)).then(
        () => true,
        () => false,
      );
      if (done) return;
      await pause(50);
    }
  }
}

async function toldAll({ received }: Receiver): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (new Set(received.map(({ body }) => body.id)).size >= ENTITIES * UPDATES) break;
    await pause(50);
  }
  await pause(300);
}

/**
 * Checks that each of the 500 arrived once by its id, in order per entity. Returns the number of repetitions with the
 * same id.
 */
function check({ received }: Receiver): number {
  const seen = new Set<string>();
  const last = new Map<string, number>();
  for (const { body } of received) {
    if (seen.has(body.id)) continue;
    seen.add(body.id);
    const { id, level: now } = body.data[0];
    assert.equal(now.value, (last.get(id) ?? 0) + 1, `${id} ${now.value} after ${last.get(id)}`);
    last.set(id, now.value);
  }
  assert.equal(seen.size, ENTITIES * UPDATES);
  return received.length - seen.size;
}

test('100 entities × 5 updates: exactly 500 notifications, in order per entity', {
  skip: database === undefined && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)',
  timeout: 300_000,
}, async (t) => {
  const receiver = await run(t, (await database?.url()) as string, async (broker) => broker);
  assert.equal(check(receiver), 0);
  assert.equal(receiver.received.length, 500);
});

test('the same with kill -9 in the middle: none lost', {
  skip: database === undefined && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)',
  timeout: 300_000,
}, async (t) => {
  const url = (await database?.url()) as string;
  const receiver = await run(t, url, async (broker, tenant) => {
    await pause(20);
    await broker.stop('SIGKILL');
    return startBroker(t, url, tenant);
  });
  t.diagnostic(`${check(receiver)} came twice`);
});

test('the same with PostgreSQL restarted in the middle: none lost', { skip, timeout: 300_000 }, async (t) => {
  const postgres = await startPostgres(server as string); // otherwise skipped
  t.after(() => postgres.stop());
  const receiver = await run(t, postgres.url, async (broker) => {
    await pause(20);
    await postgres.restart();
    return broker;
  });
  t.diagnostic(`${check(receiver)} came twice`);
});
