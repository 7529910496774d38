import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@alzette/kit/testing';
import { freshTenant, testDatabases } from '../support/index.ts';
import { reader } from './event-reader.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';
import { type BrokerProcess, startBroker } from './two-brokers.ts';

const lampId = (number: number) => `urn:ngsi-ld:Lamp:${number}`;
const level = (value: number) => ({ level: { type: 'Property', value } });
const lamp = (number: number) => ({ id: lampId(number), type: 'Lamp', ...level(0) });
const database = testDatabases().find(({ kind }) => kind === 'postgres');

async function startTwo(t: TestContext) {
  if (database === undefined) throw new Error('skipped without a PostgreSQL');
  const url = await database.url();
  await database.open();
  const tenant = freshTenant();
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  return {
    one: await startBroker(t, url, tenant),
    two: await startBroker(t, url, tenant),
    another: () => startBroker(t, url, tenant),
    receiver,
    endpoint: { uri: receiver.url },
    tenant,
  };
}

function changeIn({ body }: Received): string {
  return `${body.data[0].id} ${body.data[0].level.value}`;
}

/** Each notification arrives once, or repeatedly with the same id; the levels of an entity never decrease. */
function checkOrder({ received }: Receiver): void {
  const seen = new Set<string>();
  const last = new Map<string, number>();
  for (const { body } of received) {
    if (seen.has(body.id)) continue;
    seen.add(body.id);
    const { id, level: now } = body.data[0];
    assert.ok(now.value > (last.get(id) ?? -1), `${id} ${now.value} came after ${last.get(id)}`);
    last.set(id, now.value);
  }
}

describe('Two processes of one public URL on one database', {
  skip: database === undefined && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)',
}, () => {
  test('a subscription created on one notifies of a write on the other', { timeout: 120_000 }, async (t) => {
    const { one, two, receiver, endpoint } = await startTwo(t);
    await two.create(lamp(0));
    await one.subscribe({ entities: [{ type: 'Lamp' }], notification: { endpoint } });
    const subscribedAt = performance.now();
    const writtenAt: number[] = [];
    for (let value = 1; receiver.received.length === 0 && value < 1000; value++) {
      writtenAt[value] = performance.now() - subscribedAt;
      await two.merge(lampId(0), level(value));
      await pause(5);
    }
    await eventually('the first notification', () => receiver.received.length > 0);
    const first = receiver.received[0]?.body.data[0].level.value as number;
    t.diagnostic(
      `the first write that was told began ${writtenAt[first]?.toFixed(1)} ms after the subscription's answer`,
    );
    assert.ok((writtenAt[first] as number) < 5000, 'soon, on a loaded machine too');
  });

  test('alternating changes on both are notified once, in order, and counted', { timeout: 120_000 }, async (t) => {
    const { one, two, receiver, endpoint } = await startTwo(t);
    const id = await one.subscribe({ entities: [{ type: 'Lamp' }], notification: { endpoint } });
    await pause(1000);
    // Answers after a random time, so that a process that does not wait for the other would overtake it.
    receiver.answerWith((_request, response) => setTimeout(() => response.writeHead(204).end(), Math.random() * 10));
    await Promise.all(Array.from({ length: 20 }, (_, number) => writeInTurn(number, 30, [one, two])));
    await eventually('all notifications', () => receiver.received.length >= 20 * 31);
    await pause(300);
    assert.equal(receiver.received.length, 20 * 31);
    assert.equal(new Set(receiver.received.map(changeIn)).size, 20 * 31);
    checkOrder(receiver);

    for (const broker of [one, two]) {
      let shown: { timesSent: number; timesFailed?: number } | undefined;
      for (let tries = 0; tries < 100 && shown?.timesSent !== 20 * 31; tries++) {
        const answer = await broker.ask('GET', `/subscriptions/${id}`);
        shown = ((await answer.json()) as { notification: NonNullable<typeof shown> }).notification;
        await pause(50);
      }
      assert.equal(shown?.timesSent, 20 * 31);
      assert.equal(shown?.timesFailed ?? 0, 0);
    }
  });

  test('kill -9 of one in the middle: the other sends its pending notifications, in order', {
    timeout: 240_000,
  }, async (t) => {
    const { one, two, another, receiver, endpoint } = await startTwo(t);
    await one.subscribe({ entities: [{ type: 'Lamp' }], notification: { endpoint } });
    await pause(1000);
    receiver.answerWith((_request, response) => setTimeout(() => response.writeHead(204).end(), 20));
    const acknowledged = new Set<string>();
    const writing = Promise.all(
      Array.from({ length: 20 }, async (_, number) => {
        await one.create(lamp(number));
        acknowledged.add(`${lampId(number)} 0`);
        for (let value = 1; value <= 60; value++) {
          const broker = value % 2 === 0 ? one : two;
          await broker.merge(lampId(number), level(value)).then(
            () => acknowledged.add(`${lampId(number)} ${value}`),
            () => {}, // it was killed
          );
        }
      }),
    );
    await eventually('200 notifications', () => receiver.received.length > 200);
    await one.stop('SIGKILL');
    const toldBefore = receiver.received.length;
    await writing;
    let missing = [...acknowledged];
    await eventually('all that was acknowledged is notified', () => {
      const received = new Set(receiver.received.map(changeIn));
      missing = missing.filter((change) => !received.has(change));
      return missing.length === 0;
    });
    assert.deepEqual(missing, []);
    checkOrder(receiver);
    t.diagnostic(
      `${acknowledged.size} acknowledged, ${toldBefore} received before the kill, ${receiver.received.length} in all`,
    );

    const third = await another();
    await third.merge(lampId(0), level(1000));
    await two.merge(lampId(0), level(1001));
    await eventually('the change of the second is notified', () =>
      receiver.received.some((each) => changeIn(each) === `${lampId(0)} 1001`),
    );
    checkOrder(receiver);
  });

  test('the live feed of each sends the changes of both, and each can resume the other’s', {
    timeout: 120_000,
  }, async (t) => {
    const { one, two, tenant } = await startTwo(t);
    // A process does not know changes from before its start, nor from the two seconds by which clocks may differ.
    await pause(3500);
    const follow = async (broker: BrokerProcess, query: string, lastId?: string) => {
      const stop = new AbortController();
      t.after(() => stop.abort());
      const headers = lastId === undefined ? undefined : { 'last-event-id': lastId };
      const response = await fetch(`${broker.url}/events?tenant=${tenant}&type=Lamp${query}`, {
        signal: stop.signal,
        ...(headers && { headers }),
      });
      const next = reader(response);
      assert.equal((await next()).event, 'ready');
      return next;
    };
    const at = (longitude: number) => ({
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [longitude, 49.45] } },
    });
    const onOne = await follow(one, '&bbox=5.9,49.4,6,49.5');
    const onTwo = await follow(two, '&attrs=level&scopeQ=/Thil');
    const heard = async (next: Awaited<ReturnType<typeof follow>>, count: number) => {
      const events = [];
      while (events.length < count) events.push(await next());
      return events;
    };
    const brief = (events: Awaited<ReturnType<typeof heard>>) =>
      events.map(({ data }) => `${data.trigger} ${data.entity.id.at(-1)} ${data.changed?.length}`);

    // A change of another process is sent as the entity is when it is read, so it must be read before the next write.
    await two.create({ ...lamp(1), ...at(5.95), scope: '/Thil' });
    const first = await heard(onOne, 1);
    await one.merge(lampId(1), at(1)); // leaves the box
    await two.merge(lampId(1), level(7)); // outside of it
    await two.create({ ...lamp(2), ...at(5.92) });
    first.push(...(await heard(onOne, 2)));
    await one.ask('DELETE', `/entities/${lampId(2)}`);
    await one.ask('DELETE', `/entities/${lampId(1)}`);
    first.push(...(await heard(onOne, 1)));
    assert.deepEqual(brief(first), [
      'entityCreated 1 2',
      'entityUpdated 1 1',
      'entityCreated 2 2',
      'entityDeleted 2 2',
    ]);
    const second = await heard(onTwo, 3);
    assert.deepEqual(brief(second), ['entityCreated 1 2', 'entityUpdated 1 1', 'entityDeleted 1 2']);

    // Events of the last two seconds may be repeated, but none is missing.
    await pause(2500);
    await two.create({ ...lamp(3), ...at(5.95) });
    await one.create({ ...lamp(4), ...at(5.95) });
    const resumed = await follow(two, '&bbox=5.9,49.4,6,49.5', first.at(-1)?.id);
    const ids = new Set<string>();
    while (!ids.has(lampId(3)) || !ids.has(lampId(4))) ids.add((await resumed()).data.entity.id);
  });

  test('throttling applies over both', { timeout: 120_000 }, async (t) => {
    const { one, two, receiver, endpoint } = await startTwo(t);
    await one.subscribe({ entities: [{ type: 'Lamp' }], throttling: 1, notification: { endpoint } });
    await pause(1000);
    const end = performance.now() + 3500;
    await one.create(lamp(0));
    await two.create(lamp(1));
    for (let value = 1; performance.now() < end; value++) {
      await Promise.all([one.merge(lampId(0), level(value)), two.merge(lampId(1), level(value))]);
      await pause(20);
    }
    await pause(1000);
    // By the times of the changes, because notifications sent late are throttled as well.
    const times = receiver.received.map(({ body }) => Date.parse(body.notifiedAt)).sort((a, b) => a - b);
    t.diagnostic(`${times.length} told: ${times.map((time) => time - (times[0] as number)).join(', ')} ms`);
    assert.ok(times.length >= 2, 'more than one pause went by');
    for (const [n, time] of times.entries()) {
      if (n > 0) assert.ok(time - (times[n - 1] as number) >= 1000, 'a pause lies between');
    }
  });
});

async function writeInTurn(number: number, times: number, brokers: readonly BrokerProcess[]): Promise<void> {
  await (brokers[number % 2] as BrokerProcess).create(lamp(number));
  for (let value = 1; value <= times; value++) {
    await (brokers[(number + value) % 2] as BrokerProcess).merge(lampId(number), level(value));
  }
}
