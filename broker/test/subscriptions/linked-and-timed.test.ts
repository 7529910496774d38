import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/database/database.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { startNotifyingBroker } from './notifying-broker.ts';
import { startReceiver } from './receiver.ts';

async function start(t: TestContext, db: Database) {
  const broker = await startNotifyingBroker(db);
  const receiver = await startReceiver();
  t.after(async () => {
    await broker.close();
    await receiver.close();
  });
  return { broker, receiver, tenant: freshTenant() };
}

const property = (value: unknown) => ({ type: 'Property', value });
const device = (name: string, level: number) => ({
  id: `urn:ngsi-ld:Device:${name}`,
  type: 'Device',
  batteryLevel: property(level),
});
const car = (name: string, to: string) => ({
  id: `urn:ngsi-ld:Car:${name}`,
  type: 'Car',
  name: property(name),
  near: { type: 'Relationship', object: to },
});

eachDatabase('4.5.23 Linked entities in notifications', (test) => {
  test('flat has them after, inline within, simplified in the place of the URI', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const forms: [path: string, params: object][] = [
      ['flat', { join: 'flat' }],
      ['inline', { join: 'inline' }],
      ['simplified', { join: 'inline', format: 'simplified' }],
      ['picked', { join: 'inline', format: 'simplified', pick: ['id', 'near{id,batteryLevel}'] }],
      ['none', { join: '@none', format: 'simplified' }],
    ];
    for (const [path, params] of forms) {
      const endpoint = { uri: `${receiver.url}/${path}` };
      await broker.subscribe(tenant, { entities: [{ type: 'Car' }], notification: { endpoint, ...params } });
    }
    const battery = device('a', 0.3);
    await broker.create(tenant, battery);
    const vehicle = car('x', battery.id);
    await broker.create(tenant, vehicle);

    await receiver.expect(5);
    const received = Object.fromEntries(receiver.received.map(({ path, body }) => [path.slice(1), body.data]));

    assert.deepEqual(received.flat, [vehicle, battery]);
    assert.deepEqual(received.inline, [{ ...vehicle, near: { ...vehicle.near, entity: battery } }]);
    const short = { id: battery.id, type: 'Device', batteryLevel: 0.3 };
    assert.deepEqual(received.simplified, [{ id: vehicle.id, type: 'Car', name: 'x', near: short }]);
    assert.deepEqual(received.picked, [{ id: vehicle.id, near: { id: battery.id, batteryLevel: 0.3 } }]);
    assert.deepEqual(received.none, [{ id: vehicle.id, type: 'Car', name: 'x', near: battery.id }]);
  });

  test('a q over linked entities selects matching changes, deletions too, and throttling counts only notified ones', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    await broker.create(tenant, device('low', 0.3));
    await broker.create(tenant, device('full', 0.9));
    const about = { entities: [{ type: 'Car' }], q: 'near{batteryLevel}<0.5', throttling: 60 };
    await broker.subscribe(tenant, { ...about, notification: { endpoint: { uri: `${receiver.url}/changed` } } });
    await broker.subscribe(tenant, {
      ...about,
      throttling: undefined,
      notificationTrigger: ['entityDeleted'],
      notification: { endpoint: { uri: `${receiver.url}/deleted` } },
    });

    await broker.create(tenant, car('ok', device('full', 0).id));
    await broker.create(tenant, car('bad', device('low', 0).id));
    await receiver.expect(1);
    await broker.remove(tenant, car('ok', '').id);
    await broker.remove(tenant, car('bad', '').id);
    await receiver.expect(2);

    assert.deepEqual(
      receiver.received.map(({ path, body }) => [path, body.data[0].id]),
      [
        ['/changed', 'urn:ngsi-ld:Car:bad'],
        ['/deleted', 'urn:ngsi-ld:Car:bad'],
      ],
    );
  });
});

eachDatabase('5.8.6 timeInterval', (test) => {
  test('all matches are sent at each interval, and nothing if there are none', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    await broker.create(tenant, device('low', 0.3));
    await broker.create(tenant, device('lower', 0.1));
    await broker.create(tenant, device('full', 0.9));
    const timed = (q: string, path: string) => ({
      entities: [{ type: 'Device' }],
      q,
      timeInterval: 0.4,
      notification: { format: 'simplified', endpoint: { uri: `${receiver.url}/${path}` } },
    });
    const id = await broker.subscribe(tenant, timed('batteryLevel<0.5', 'low'));
    await broker.subscribe(tenant, timed('batteryLevel<0', 'none'));
    const since = Date.now();

    await receiver.expect(3, { thenWait: 0 });
    const took = Date.now() - since;
    assert.ok(took > 1000, `three rounds took ${took} ms`);
    for (const { path, body } of receiver.received) {
      assert.equal(path, '/low');
      assert.deepEqual(body.data.map((entity: { id: string }) => entity.id).sort(), [
        'urn:ngsi-ld:Device:low',
        'urn:ngsi-ld:Device:lower',
      ]);
    }
    await broker.merge(tenant, device('low', 0).id, { batteryLevel: property(0.8) });
    await broker.revise(tenant, id, { isActive: false });
    await pause(200);
    const before = receiver.received.length;
    await pause(600);
    assert.equal(receiver.received.length, before, 'a paused one is not notified');

    await broker.revise(tenant, id, { isActive: true, timeInterval: 0.1 });
    await receiver.expect(before + 2, { thenWait: 0 });
    assert.deepEqual(
      receiver.received.at(-1)?.body.data.map((entity: { id: string }) => entity.id),
      ['urn:ngsi-ld:Device:lower'],
    );
    const { notification, timeInterval } = await broker.retrieve(tenant, id);
    assert.equal(timeInterval, 0.1);
    assert.equal(notification.status, 'ok');
  });

  test('intervals do not accumulate behind an endpoint that is down', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    receiver.answerWith((_request, response) => response.writeHead(500).end());
    await broker.create(tenant, device('low', 0.3));
    const uri = receiver.url;
    await broker.subscribe(tenant, {
      entities: [{ type: 'Device' }],
      timeInterval: 0.05,
      notification: { endpoint: { uri } },
    });
    await receiver.expect(4);

    const ids = new Set(receiver.received.map(({ body }) => body.id));
    assert.equal(ids.size, 1, 'the same is tried again');
  });
});
