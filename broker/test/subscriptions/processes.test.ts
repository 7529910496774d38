import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { startNotifyingBroker } from './notifying-broker.ts';
import { startReceiver } from './receiver.ts';

const lamp = (level: number) => ({
  id: 'urn:ngsi-ld:Lamp:1',
  type: 'Lamp',
  level: { type: 'Property', value: level },
});

/** Two brokers on one database, and a receiver; all end with the test. */
async function startTwo(t: TestContext, db: Database, url: string, as = (other: Database) => other) {
  const other = await openDatabase({ url });
  const one = await startNotifyingBroker(db, { instance: 'one' });
  const two = await startNotifyingBroker(as(other), { instance: 'two' });
  const receiver = await startReceiver();
  t.after(async () => {
    await one.close();
    await two.close();
    await other.close();
    await receiver.close();
  });
  return { one, two, receiver, tenant: freshTenant() };
}

eachDatabase('Several processes on one database', (test, database) => {
  if (database.kind !== 'postgres') return;

  test('a subscription created on one notifies within 200 ms on another, once, and ends there too', async (t, db) => {
    const { one, two, receiver, tenant } = await startTwo(t, db, await database.url());
    await two.create(tenant, lamp(0));
    const id = await one.subscribe(tenant, {
      entities: [{ type: 'Lamp' }],
      notification: { endpoint: { uri: receiver.url } },
    });
    await pause(200);
    await two.merge(tenant, lamp(0).id, { level: { type: 'Property', value: 1 } });
    await receiver.expect(1, { thenWait: 500 });
    assert.equal(receiver.received.length, 1);

    await one.unsubscribe(tenant, id);
    await pause(200);
    await two.merge(tenant, lamp(0).id, { level: { type: 'Property', value: 2 } });
    await pause(300);
    assert.equal(receiver.received.length, 1);
  });

  test('a process finds changes by itself whose message it missed', async (t, db) => {
    // As while its LISTEN connection is down.
    const deafen = (other: Database): Database => ({ ...other, listen: async () => async () => {} });
    const { one, two, receiver, tenant } = await startTwo(t, db, await database.url(), deafen);
    await two.create(tenant, lamp(0));
    const endpoint = { uri: receiver.url };
    const id = await one.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint } });
    await pause(3000);
    await two.merge(tenant, lamp(0).id, { level: { type: 'Property', value: 1 } });
    await receiver.expect(1);
    assert.equal(receiver.received.length, 1);

    await one.unsubscribe(tenant, id);
    await pause(3000);
    await two.merge(tenant, lamp(0).id, { level: { type: 'Property', value: 2 } });
    await pause(300);
    assert.equal(receiver.received.length, 1);
  });

  test('a time interval is served by one of two processes, not by both', async (t, db) => {
    const { one, receiver, tenant } = await startTwo(t, db, await database.url());
    await one.create(tenant, lamp(0));
    await one.subscribe(tenant, {
      entities: [{ type: 'Lamp' }],
      timeInterval: 0.5,
      notification: { endpoint: { uri: receiver.url } },
    });
    await pause(2700);
    const { length } = receiver.received;
    assert.ok(length >= 3 && length <= 5, `${length} rounds in 2.7 s`);
  });
});
