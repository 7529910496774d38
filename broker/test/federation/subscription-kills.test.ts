import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@alzette/kit/testing';
import { type BrokerProcess, startBrokerProcess } from '../fuzz/broker-process.ts';
import { startReceiver } from '../subscriptions/receiver.ts';
import { anotherPostgres } from '../support/index.ts';
import { client } from './fleet.ts';
import { startOtherSource } from './other-source.ts';

const skip = !process.env.TEST_DATABASE_URL && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)';

/** Waits for a condition, with time for a loaded machine. */
/** A broker in its own process, on a database that it shares with those of the same `database`. */
async function startSite(t: TestContext, database = anotherPostgres()) {
  if (database === undefined) throw new Error('needs PostgreSQL');
  const start = async (settings: Record<string, string> = {}) => {
    const process = await startBrokerProcess(t, database, { SOURCE_TIMEOUT_MS: '60000', ...settings });
    const url = `http://127.0.0.1:${process.port}`;
    return { ...client(url, ''), url, process, kill: () => kill(process) };
  };
  return { start };
}

async function kill(broker: BrokerProcess): Promise<void> {
  process.kill(broker.pid, 'SIGKILL');
  await eventually('the process ends', () => broker.hasEnded());
}

const subscription = (endpoint: string) => ({
  id: 'urn:ngsi-ld:Subscription:lamps',
  type: 'Subscription',
  entities: [{ type: 'Lamp' }],
  notification: { endpoint: { uri: endpoint } },
});
const lamp = (number: number) => ({
  id: `urn:ngsi-ld:Lamp:${number}`,
  type: 'Lamp',
  power: { type: 'Property', value: number },
});

test('5.8.1.4 Copies of subscriptions outlive the processes that created them', { skip }, async (t) => {
  const { start } = await startSite(t);
  const source = await startOtherSource(t, '127.0.0.78');
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  let site = await start();

  await t.test('a kill before the source has answered leaves one copy', async () => {
    source.hang(true);
    await site.register({ endpoint: source.endpoint });
    assert.equal((await site.ask('POST', '/subscriptions', subscription(receiver.url))).status, 201);
    await eventually('the copy is made', () => source.subscriptions.size === 1);
    await site.kill();
    source.hang(false);
    site = await start();
    await eventually('it is made sure of', () => source.seen.some(({ method }) => method === 'PATCH'));
    assert.equal(source.subscriptions.size, 1);
  });

  await t.test('a kill before the deletion at the source leaves none', async () => {
    source.hang(true);
    assert.equal((await site.ask('DELETE', '/subscriptions/urn:ngsi-ld:Subscription:lamps')).status, 204);
    await site.kill();
    source.subscriptions.set('urn:ngsi-ld:Subscription:of-another', {});
    source.hang(false);
    site = await start();
    await eventually('it is gone', () => source.subscriptions.size === 1);
    assert.ok(source.subscriptions.has('urn:ngsi-ld:Subscription:of-another'));
  });
});

test('5.8.6 Two sites of ours, one of two processes', { skip }, async (t) => {
  const [{ start }, far] = [await startSite(t), await startSite(t)];
  const [one, two, other] = [await start(), await start(), await far.start()];
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  const levels = () => new Set(receiver.received.map(({ body }) => body.data[0].power.value));
  await one.register({ endpoint: other.url });
  assert.equal((await two.ask('POST', '/subscriptions', subscription(receiver.url))).status, 201);
  const copies = async () => (await other.ask('GET', '/subscriptions')).body.length;
  await eventually('the copy is made', async () => (await copies()) === 1);
  await other.ask('POST', '/entities', lamp(1));
  await eventually('the first is notified', () => levels().has(1));

  // The other process takes over the copies.
  await one.kill();
  await two.register({ endpoint: other.url, information: [{ entities: [{ type: 'Lamp' }] }] });
  await eventually('another copy is made', async () => (await copies()) === 2);
  await other.ask('POST', '/entities', lamp(2));
  await eventually('the second is notified', () => levels().has(2));
  await pause(200);
  assert.equal(receiver.received.filter(({ body }) => body.data[0].power.value === 2).length, 1);
  for (const { body } of receiver.received) assert.equal(body.subscriptionId, 'urn:ngsi-ld:Subscription:lamps');
  assert.equal((await two.ask('DELETE', '/subscriptions/urn:ngsi-ld:Subscription:lamps')).status, 204);
  await eventually('both are gone', async () => (await copies()) === 0);
});
