import { setTimeout as sleep } from 'node:timers/promises';
import { clause } from '../clause.ts';
import { geoProperty, NULL, point, property } from '../documents.ts';
import { at, expectSame, expectStatus, expectThat } from '../expect.ts';
import { attributePath, type Broker, entityPath, type Json, subscriptionPath } from '../rig/broker.ts';
import type { Answer } from '../rig/exchange.ts';
import type { Endpoint, EndpointBehaviour } from '../rig/notification-receiver.ts';
import { aDateTime, aUri } from '../same.ts';
import { passed, soon } from '../soon.ts';
import { until } from '../until.ts';
import { attrs, dataOf, watch } from '../watch.ts';

type Change = (broker: Broker, id: string) => Promise<unknown>;

const CHANGES: { readonly [what: string]: Change } = {
  'a new value': (broker, id) => broker.patch(attrs(id), { a: property(2) }),
  'the same value': (broker, id) => broker.patch(attrs(id), { a: property(1) }),
  'another unitCode': (broker, id) => broker.patch(attributePath(id, 'a'), { unitCode: 'X' }),
  'a new attribute': (broker, id) => broker.post(attrs(id), { n: property(1) }),
  'a deleted attribute': (broker, id) => broker.delete(attributePath(id, 'a')),
  'an attribute deleted by NGSI-LD Null': (broker, id) => broker.patch(entityPath(id), { a: NULL }),
  'a deleted entity': (broker, id) => broker.delete(entityPath(id)),
  'a batch update': (broker, id) => broker.post('/entityOperations/update', [{ id, a: property(2) }]),
  'a batch merge': (broker, id) => broker.post('/entityOperations/merge', [{ id, a: property(2) }]),
  'a batch delete': (broker, id) => broker.post('/entityOperations/delete', [id]),
};

/** For each trigger, a change that is notified. */
const CONTROLS: { readonly [trigger: string]: (broker: Broker, id: string, type: string) => Promise<unknown> } = {
  attributeCreated: (broker, _id, type) => broker.create({ type, a: property(1) }),
  attributeUpdated: (broker, id) => broker.patch(attrs(id), { b: property(99) }),
  attributeDeleted: (broker, id) => broker.delete(attributePath(id, 'b')),
  entityCreated: (broker, _id, type) => broker.create({ type, a: property(1) }),
  entityDeleted: (broker, id) => broker.delete(entityPath(id)),
};

/** Whether a change of an entity with attributes a and b is notified. */
const TOLD: readonly (readonly [triggers: readonly string[] | undefined, change: string, isTold: boolean])[] = [
  [undefined, 'a new value', true],
  [undefined, 'the same value', false],
  [undefined, 'another unitCode', true],
  [undefined, 'a new attribute', true],
  [undefined, 'a deleted attribute', false],
  [undefined, 'a deleted entity', false],
  [undefined, 'a batch update', true],
  [undefined, 'a batch merge', true],
  [['attributeCreated'], 'a new value', false],
  [['attributeCreated'], 'a new attribute', true],
  [['attributeUpdated'], 'a new attribute', false],
  [['attributeUpdated'], 'a new value', true],
  [['attributeDeleted'], 'a deleted attribute', true],
  [['attributeDeleted'], 'an attribute deleted by NGSI-LD Null', true],
  [['attributeDeleted'], 'a deleted entity', true],
  [['attributeDeleted'], 'a new value', false],
  [['entityUpdated'], 'a new value', true],
  [['entityUpdated'], 'a new attribute', true],
  [['entityUpdated'], 'a deleted attribute', true],
  [['entityDeleted'], 'a deleted entity', true],
  [['entityDeleted'], 'a batch delete', true],
  [['entityDeleted'], 'a new value', false],
  [['entityCreated'], 'a new value', false],
];

/** Reads a subscription until its `notification` has the value, which may be some time after the endpoint has answered. */
async function readUntil(broker: Broker, subscription: string, member: string, value: unknown): Promise<Answer> {
  let answer = await broker.get(subscriptionPath(subscription));
  const isReached = () => at(answer.body, 'notification', member) === value;
  await until(async () => {
    if (!isReached()) answer = await broker.get(subscriptionPath(subscription));
    return isReached();
  });
  return answer;
}

export const triggers = clause('5.8.6', 'Notifications', ({ test }) => {
  for (const [notificationTrigger, change, isTold] of TOLD) {
    const by = notificationTrigger === undefined ? 'by default' : `with ${notificationTrigger}`;
    test(`${isTold ? 'notifies' : 'does not notify'} of ${change} ${by}`, async (broker, rig) => {
      const { type, endpoint } = await watch(broker, rig, {
        members: notificationTrigger === undefined ? {} : { notificationTrigger },
      });
      const id = await broker.create({ type, a: property(1), b: property(1) });
      const isToldOfCreation =
        notificationTrigger === undefined || notificationTrigger.some((name) => /Created|^entityUpdated/.test(name));
      if (isToldOfCreation) await endpoint.next();
      await CHANGES[change]?.(broker, id);
      if (isTold) await endpoint.next();
      await endpoint.quiet(400);
      if (isTold) return;
      // Silence proves something only for a subscription that can send notifications, so a control change follows.
      await CONTROLS[notificationTrigger?.[0] ?? 'attributeCreated']?.(broker, id, type);
      await endpoint.next();
    });
  }

  test('notifies of a new entity with entityCreated, and by default', async (broker, rig) => {
    for (const members of [{}, { notificationTrigger: ['entityCreated'] }]) {
      const { type, endpoint } = await watch(broker, rig, { members });
      const id = await broker.create({ type, a: property(1) });
      expectSame(dataOf(await endpoint.next()), [{ id, type, a: property(1) }]);
    }
  });

  test('does not notify of the state before the subscription', async (broker, rig) => {
    const type = broker.name();
    const id = await broker.create({ type, a: property(1) });
    const endpoint = rig.receiver.endpoint();
    await broker.subscribe({ entities: [{ type }], notification: { endpoint: { uri: endpoint.url } } });
    await endpoint.quiet();
    await broker.patch(attrs(id), { a: property(2) });
    await endpoint.next();
  });

  test('notifies of all entities that a batch changed in one notification', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig);
    const entities = ['x', 'y', 'z'].map((name) => ({ id: broker.id(name), type, a: property(1) }));
    await broker.post('/entityOperations/create', entities);
    const created = dataOf(await endpoint.next()) as { id: string }[];
    expectSame(created.map(({ id }) => id).sort(), entities.map(({ id }) => id).sort());
    await broker.post('/entityOperations/update', [
      { id: entities[0]?.id, a: property(1) },
      { id: entities[1]?.id, a: property(2) },
    ]);
    expectSame(dataOf(await endpoint.next()), [{ ...entities[1], a: property(2) }]); // the first one did not change
    await endpoint.quiet();
  });

  test('notifies only of watched attributes', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, { members: { watchedAttributes: ['a'] } });
    const id = await broker.create({ type, b: property(1) });
    await broker.patch(attrs(id), { b: property(2) });
    await endpoint.quiet(400);
    await broker.patch(attrs(id), { a: property(3) });
    expectSame(dataOf(await endpoint.next()), [{ id, type, a: property(3), b: property(2) }]);
  });

  test('notifies of any entity with a watched attribute when there are no entity selectors', async (broker, rig) => {
    const endpoint = rig.receiver.endpoint();
    const name = broker.name('watched');
    await broker.subscribe({ watchedAttributes: [name], notification: { endpoint: { uri: endpoint.url } } });
    const type = broker.name();
    const id = await broker.create({ type, [name]: property(1) });
    expectSame(dataOf(await endpoint.next()), [{ id, type, [name]: property(1) }]);
  });

  test('has exactly the members of a Notification', async (broker, rig) => {
    const { type, endpoint, subscription } = await watch(broker, rig);
    const id = await broker.create({ type, a: property(1) });
    const { body } = await endpoint.next();
    const expected = {
      id: aUri,
      type: 'Notification',
      subscriptionId: subscription,
      notifiedAt: aDateTime,
      data: [{ id, type, a: property(1) }],
    };
    expectSame(body, expected);
  });

  const filters: readonly (readonly [what: string, members: Json, outside: Json, inside: Json])[] = [
    ['q', { q: 'a>10' }, { a: property(5) }, { a: property(15) }],
    ['a percent-encoded q', { q: 'a==%22Tour%20Eiffel%22' }, { a: property('x') }, { a: property('Tour Eiffel') }],
    [
      'geoQ',
      { geoQ: { geometry: 'Point', coordinates: [6, 49], georel: 'near;maxDistance==100' } },
      { location: geoProperty(point(7, 50)) },
      { location: geoProperty(point(6, 49)) },
    ],
    ['scopeQ', { scopeQ: '/x/#' }, { scope: '/y', a: property(1) }, { scope: '/x/z', a: property(2) }],
  ];
  for (const [what, members, outside, inside] of filters) {
    test(`notifies of changes after which ${what} matches`, async (broker, rig) => {
      const { type, endpoint } = await watch(broker, rig, { members });
      const id = await broker.create({ type, ...outside });
      await endpoint.quiet(400);
      expectStatus(await broker.post(attrs(id), inside), 204);
      await endpoint.next();
      expectStatus(await broker.post(attrs(id), outside), 204);
      await endpoint.quiet(400);
    });
  }

  test('notifies of entities by id, by pattern and by type selection', async (broker, rig) => {
    const [wanted, other] = [broker.id(), broker.id()];
    const [one, two] = [broker.name('One'), broker.name('Two')];
    const rows: readonly (readonly [Json, readonly string[]])[] = [
      [{ type: one, id: wanted }, [wanted]],
      [{ type: one, idPattern: `${wanted}$` }, [wanted]],
      [{ type: one, id: wanted, idPattern: other }, [wanted]],
      [{ type: `${one},${two}` }, [wanted, other]],
    ];
    const endpoints = rows.map(() => rig.receiver.endpoint());
    for (const [index, [selector]] of rows.entries()) {
      const uri = (endpoints[index] as Endpoint).url;
      await broker.subscribe({ entities: [selector], notification: { endpoint: { uri } } });
    }
    await broker.create({ id: wanted, type: one, a: property(1) });
    await broker.create({ id: other, type: two, a: property(1) });
    for (const [index, [, ids]] of rows.entries()) {
      const endpoint = endpoints[index] as Endpoint;
      const got: unknown[] = [];
      for (const _ of ids) got.push(at(dataOf(await endpoint.next()), 0, 'id'));
      expectSame(got.sort(), [...ids].sort());
    }
    for (const endpoint of endpoints) await endpoint.quiet(100);
  });

  test('does not notify while paused, and again when resumed', async (broker, rig) => {
    const { type, endpoint, subscription } = await watch(broker, rig, { members: { isActive: false } });
    const id = await broker.create({ type, a: property(1) });
    await endpoint.quiet(400);
    expectStatus(await broker.patch(subscriptionPath(subscription), { isActive: true }), 204);
    await broker.patch(attrs(id), { a: property(2) });
    expectSame(dataOf(await endpoint.next()), [{ id, type, a: property(2) }]);
    expectStatus(await broker.patch(subscriptionPath(subscription), { isActive: false }), 204);
    await broker.patch(attrs(id), { a: property(3) });
    await endpoint.quiet(400);
  });

  test('does not notify after it has expired, and can still be read', async (broker, rig) => {
    const expiresAt = soon(broker);
    const { type, endpoint, subscription } = await watch(broker, rig, { members: { expiresAt } });
    await passed(expiresAt);
    await broker.create({ type, a: property(1) });
    await endpoint.quiet(400);
    const answer = await broker.get(subscriptionPath(subscription));
    expectSame(at(answer.body, 'status'), 'expired', answer);
  });

  test('does not notify after it is deleted', async (broker, rig) => {
    const { type, endpoint, subscription } = await watch(broker, rig);
    await broker.create({ type, a: property(1) });
    await endpoint.next();
    expectStatus(await broker.delete(subscriptionPath(subscription)), 204);
    await broker.create({ type, a: property(1) });
    await endpoint.quiet(400);
  });

  test('drops changes within throttling', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, { members: { throttling: 30 } });
    const id = await broker.create({ type, a: property(1) });
    await endpoint.next();
    await broker.patch(attrs(id), { a: property(2) });
    await endpoint.quiet();
  });

  test('notifies of all matches with timeInterval, and does not if there are none', async (broker, rig) => {
    const members = { timeInterval: 1, q: 'a>1' };
    const beginMs = Date.now();
    const { type, endpoint } = await watch(broker, rig, { members });
    const id = await broker.create({ type, a: property(2) });
    expectSame(dataOf(await endpoint.next()), [{ id, type, a: property(2) }]);
    await endpoint.next();
    const third = await endpoint.next();
    // From the beginning, as each may be late: then the next one comes sooner after it.
    expectThat(third.atMs - beginMs > 1500, 'about a second between notifications', broker.last as never);
    await broker.delete(entityPath(id));
    const isQuiet = await until(async () => {
      const count = endpoint.received.length;
      await sleep(2000);
      return endpoint.received.length === count;
    });
    expectThat(isQuiet, 'no notification without a matching entity', broker.last as never);
  });

  test('notifies of each entity of a batch', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig);
    const ids = [broker.id(), broker.id(), broker.id()];
    await broker.createAll(ids.map((id) => ({ id, type, a: property(1) })));
    const got = new Set<unknown>();
    while (got.size < 3) {
      for (const entity of dataOf(await endpoint.next()) as Json[]) got.add(entity.id);
    }
    expectSame([...got].sort(), [...ids].sort());
  });

  test('counts notifications and shows their outcome', async (broker, rig) => {
    const rows: readonly (readonly [EndpointBehaviour, status: string, failed: number])[] = [
      [{}, 'ok', 0],
      [{ status: 204 }, 'ok', 0],
      [{ status: 500 }, 'failed', 1],
    ];
    for (const [behaviour, status, failed] of rows) {
      // Otherwise it might be retried before the check.
      const options = { behaviour, endpoint: { cooldown: 60000 } };
      const { type, endpoint, subscription } = await watch(broker, rig, options);
      await broker.create({ type, a: property(1) });
      await endpoint.next();
      const answer = await readUntil(broker, subscription, 'status', status);
      const shown = at(answer.body, 'notification') as Json;
      expectSame([shown.timesSent, shown.status, shown.timesFailed ?? 0], [1, status, failed], answer);
      expectSame(shown.lastNotification, aDateTime, answer);
      expectSame(status === 'ok' ? shown.lastSuccess : shown.lastFailure, aDateTime, answer);
      expectSame(at(answer.body, 'status'), 'active', answer);
    }
  });

  test('fails when the endpoint answers later than its timeout', async (broker, rig) => {
    const options = { behaviour: { delayMs: 1500 }, endpoint: { timeout: 200 } };
    const { type, endpoint, subscription } = await watch(broker, rig, options);
    await broker.create({ type, a: property(1) });
    await endpoint.next();
    const answer = await readUntil(broker, subscription, 'status', 'failed');
    expectSame(at(answer.body, 'notification', 'status'), 'failed', answer);
  });

  test('is not sent during the cooldown after a failure', async (broker, rig) => {
    const options = { behaviour: { status: 500 }, endpoint: { cooldown: 60000 } };
    const { type, endpoint, subscription } = await watch(broker, rig, options);
    const id = await broker.create({ type, a: property(1) });
    await endpoint.next();
    await readUntil(broker, subscription, 'timesFailed', 1);
    await broker.patch(attrs(id), { a: property(2) });
    await endpoint.quiet();
    const answer = await broker.get(subscriptionPath(subscription));
    expectSame(at(answer.body, 'notification', 'timesSent'), 1, answer);
  });
});
