import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/database/database.ts';
import { startReceiver } from '../subscriptions/receiver.ts';
import { eachDatabase } from '../support/index.ts';
import { type Member, startMember } from './fleet.ts';
import { startOtherSource } from './other-source.ts';

type Document = Record<string, unknown>;

const property = (value: unknown) => ({ type: 'Property', value });
const lamp = (number: number, members: Document = {}) => ({
  id: `urn:ngsi-ld:Lamp:${number}`,
  type: 'Lamp',
  ...members,
});

/** Waits for a result, with time for a loaded machine. */
async function seen<Found>(look: () => Promise<Found | undefined> | Found | undefined): Promise<Found> {
  for (let tries = 0; tries < 2400; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(25);
  }
  throw new Error('It never came');
}

/** The subscriptions of a broker, when it has this number. */
const subscriptionsOf = (member: Member, count: number): Promise<Document[]> =>
  seen(async () => {
    const { body } = await member.ask('GET', '/subscriptions');
    const list = Array.isArray(body) ? body : []; // the tenant may not exist yet
    return list.length === count ? list : undefined;
  });

async function startPair(t: TestContext, db: Database, count = 2) {
  const members: Member[] = [];
  for (let index = 0; index < count; index++) members.push(await startMember(t, db));
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  const [first, other, third] = members as [Member, Member, Member];
  const subscribe = async (subscription: Document): Promise<string> => {
    const notification = { endpoint: { uri: receiver.url }, ...(subscription.notification as Document) };
    const whole = { type: 'Subscription', entities: [{ type: 'Lamp' }], ...subscription, notification };
    const { status, headers, body } = await first.ask('POST', '/subscriptions', whole);
    assert.equal(status, 201, JSON.stringify(body));
    return decodeURIComponent(String(headers.get('location')).split('/').at(-1) ?? '');
  };
  const receive = async (count: number) => (await receiver.expect(count, { within: 60_000 })).map(({ body }) => body);
  return { first, other, third, receiver, subscribe, receive };
}

eachDatabase('5.8.1.4 A subscription is copied to context sources', (test) => {
  test('reduced to the registered data, and their notifications are passed on as those of the broker', async (t, db) => {
    const { first, other, receiver, subscribe, receive } = await startPair(t, db);
    const info = { entities: [{ type: 'Lamp' }, { type: 'Pole' }], propertyNames: ['power', 'note'] };
    await first.register({ ...other.source, information: [info] });
    const id = await subscribe({
      watchedAttributes: ['power', 'colour'],
      q: 'power>2',
      notification: { format: 'simplified', endpoint: { uri: receiver.url } },
    });
    const [copy] = await subscriptionsOf(other, 1);
    const { endpoint, ...shape } = (copy?.notification ?? {}) as Document & { endpoint: Document };
    assert.match(String(endpoint.uri), new RegExp(`^${first.url.slice(0, 12)}.*/ngsi-ld/ex/remote-notify$`));
    assert.deepEqual(copy?.entities, [{ type: 'Lamp' }]);
    assert.deepEqual([copy?.watchedAttributes, copy?.q], [['power'], 'power>2']);
    assert.deepEqual([shape.attributes, shape.format, shape.sysAttrs], [['power', 'note'], 'normalized', true]);
    assert.notEqual(copy?.id, id);

    await other.ask('POST', '/entities', lamp(1, { power: property(1) }));
    await other.ask('POST', '/entities', lamp(2, { power: property(3), note: property('n'), colour: property('red') }));
    await first.ask('POST', '/entities', lamp(3, { power: property(4) }));
    const notifications = await receive(2);
    assert.equal(notifications.length, 2);
    for (const { subscriptionId, type } of notifications)
      assert.deepEqual([subscriptionId, type], [id, 'Notification']);
    const data = notifications.flatMap((notification) => notification.data).sort((a, b) => (a.id < b.id ? -1 : 1));
    assert.deepEqual(data, [lamp(2, { power: 3, note: 'n' }), lamp(3, { power: 4 })]);
  });

  test('and the copies follow changes of it and of the registrations', async (t, db) => {
    const { first, other, third, subscribe } = await startPair(t, db, 3);
    const registration = await first.register(other.source);
    const id = await subscribe({ watchedAttributes: ['power'] });
    const before = (await subscriptionsOf(other, 1))[0];
    const serving = (await first.ask('GET', '/csourceSubscriptions')).body;
    assert.deepEqual(serving[0].entities, [{ type: 'Lamp' }]);
    assert.equal((await first.ask('DELETE', `/csourceSubscriptions/${serving[0].id}`)).status, 422);

    await first.ask('PATCH', `/subscriptions/${id}`, { watchedAttributes: ['note'], isActive: false });
    const after = await seen(async () => {
      const copy = (await other.ask('GET', `/subscriptions/${before?.id}`)).body;
      return copy.watchedAttributes[0] === 'note' ? copy : undefined;
    });
    assert.equal(after.status, 'paused');

    const later = await first.register(third.source);
    await subscriptionsOf(third, 1);
    const information = [{ entities: [{ type: 'Bin' }] }];
    await first.ask('PATCH', `/csourceRegistrations/${later}`, { information });
    await subscriptionsOf(third, 0);
    await first.ask('PATCH', `/csourceRegistrations/${registration}`, third.source);
    await subscriptionsOf(other, 0);
    await subscriptionsOf(third, 1);
    await first.ask('DELETE', `/csourceRegistrations/${registration}`);
    await subscriptionsOf(third, 0);
    // After its copy.
    await seen(async () => ((await first.ask('GET', '/csourceSubscriptions')).body.length === 0 ? true : undefined));

    await first.register(other.source);
    await subscriptionsOf(other, 1);
    assert.equal((await first.ask('DELETE', `/subscriptions/${id}`)).status, 204);
    assert.deepEqual((await first.ask('GET', '/csourceSubscriptions')).body, []);
    await subscriptionsOf(other, 0);
  });

  test('until it expires; not if it is local, or for sources of another mode or operation', async (t, db) => {
    const { first, other, third, subscribe } = await startPair(t, db, 3);
    await first.register({ ...third.source, mode: 'auxiliary', operations: ['retrieveOps'] });
    await first.register({ ...third.source, operations: ['retrieveOps'] });
    await first.register(other.source);
    await subscribe({ localOnly: true });
    await subscribe({ entities: [{ type: 'Bin' }] });
    const id = await subscribe({});
    await subscriptionsOf(other, 1);
    const soon = new Date(Date.now() + 1000).toISOString();
    await first.ask('PATCH', `/subscriptions/${id}`, { expiresAt: soon });
    await subscriptionsOf(other, 0);
    assert.deepEqual((await third.ask('GET', '/subscriptions')).status, 404);
  });

  test('and sends complete entities where they are split: combined with local and other parts', async (t, db) => {
    const { first, other, third, subscribe, receive } = await startPair(t, db, 3);
    await first.register(other.source);
    await first.register(third.source);
    await first.ask('POST', '/entities', lamp(1, { brand: property('Lux') }));
    await third.ask('POST', '/entities', lamp(1, { colour: property('red') }));
    const id = await subscribe({
      q: 'power>50;brand=="Lux"',
      splitEntities: true,
      notification: { format: 'keyValues' },
    });
    const [copy] = await subscriptionsOf(other, 1);
    assert.deepEqual([copy?.q, copy?.splitEntities], [undefined, true]);
    await other.ask('POST', '/entities', lamp(1, { power: property(10) }));
    await other.ask('PATCH', '/entities/urn:ngsi-ld:Lamp:1', { power: property(99) });
    const [notification, ...more] = await receive(1);
    assert.deepEqual(more, []);
    assert.equal(notification.subscriptionId, id);
    assert.deepEqual(notification.data, [lamp(1, { power: 99, brand: 'Lux', colour: 'red' })]);
  });

  test('and is notified of deletions and previous values', async (t, db) => {
    const { first, other, subscribe, receive } = await startPair(t, db);
    await first.register(other.source);
    const notificationTrigger = ['attributeUpdated', 'attributeDeleted', 'entityDeleted'];
    await subscribe({ notificationTrigger, notification: { showChanges: true } });
    await subscriptionsOf(other, 1);
    await other.ask('POST', '/entities', lamp(1, { power: property(1), note: property('n') }));
    await other.ask('PATCH', '/entities/urn:ngsi-ld:Lamp:1', { power: property(2) });
    await other.ask('DELETE', '/entities/urn:ngsi-ld:Lamp:1/attrs/note');
    await other.ask('DELETE', '/entities/urn:ngsi-ld:Lamp:1');
    const data = (await receive(3)).map((notification) => notification.data[0]);
    assert.deepEqual(data[0].power, { ...property(2), previousValue: 1 });
    assert.equal(data[1].note.value, 'urn:ngsi-ld:null');
    assert.equal(typeof data[2].deletedAt, 'string');
    assert.equal(data[2].power.previousValue, 2);
  });

  test('once, by however many paths it comes', async (t, db) => {
    const { first, other, third, subscribe, receive } = await startPair(t, db, 3);
    await first.register(other.source);
    await first.register(third.source);
    await other.register(third.source);
    await subscribe({});
    await subscriptionsOf(other, 1);
    const copies = await subscriptionsOf(third, 2);
    await third.ask('POST', '/entities', lamp(1, { power: property(1) }));
    const notifications = await receive(1);
    // By then the second has notified its own subscriber, and there is nothing to pass on.
    await seen(async () => {
      const { body } = await other.ask('GET', '/subscriptions');
      return body[0].notification.timesSent === 1 ? true : undefined;
    });
    await pause(200);
    assert.equal(notifications.length, 1);
    assert.equal(copies.length, 2);

    const again = {
      type: 'Notification',
      id: 'urn:ngsi-ld:Notification:again',
      data: [lamp(2, { power: property(2) })],
    };
    const copy = copies.find(({ notification }) => String((notification as { endpoint: Document }).endpoint.uri));
    for (const expected of [200, 200]) {
      const response = await fetch(`${first.url}/ngsi-ld/ex/remote-notify`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...again, subscriptionId: copy?.id }),
      });
      assert.equal(response.status, expected);
    }
    const unknown = await fetch(`${first.url}/ngsi-ld/ex/remote-notify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...again, subscriptionId: 'urn:ngsi-ld:Subscription:unknown' }),
    });
    assert.equal(unknown.status, 404);
    assert.equal((await receive(2)).length, 2);
  });

  test('that is down: repeatedly, by name, while others are served', async (t, db) => {
    const { first, other, subscribe } = await startPair(t, db);
    const down = await startOtherSource(t);
    down.hang(true);
    const registration = await first.register({ endpoint: down.endpoint, management: { timeout: 100 } });
    await first.register(other.source);
    const id = await subscribe({});
    await subscriptionsOf(other, 1);
    const tries = () => down.seen.filter(({ method, url }) => method === 'POST' && url === '/ngsi-ld/v1/subscriptions');
    await seen(() => (tries().length > 2 ? true : undefined));
    const copies = await seen(async () => {
      const headers = { 'ngsild-tenant': first.tenant };
      const response = await fetch(`${first.url}/ops/notifications/sources`, { headers });
      const { sources } = (await response.json()) as { sources: Document[] };
      return sources.some(({ error }) => error) ? sources : undefined;
    });
    const failing = copies.find(({ registrationId }) => registrationId === registration);
    assert.deepEqual([failing?.subscriptionId, failing?.confirmed], [id, false]);
    assert.match(String(failing?.error), new RegExp(`${down.endpoint}.*no answer within`));
    // The same id each time, so that the source has at most one copy.
    assert.equal(new Set(tries().map(({ body }) => body.id)).size, 1);
    assert.match(String(tries()[0]?.headers.via), /^1\.1 alzette-/);
  });
});

eachDatabase('5.8.6 A subscription with a time interval', (test) => {
  test('sends at each interval the combined matches of the broker and its context sources', async (t, db) => {
    const { first, other, subscribe, receiver } = await startPair(t, db);
    await first.register(other.source);
    await first.ask('POST', '/entities', lamp(1, { power: property(5) }));
    await first.ask('POST', '/entities', lamp(2, { note: property('here') }));
    await other.ask('POST', '/entities', lamp(2, { power: property(6) }));
    await other.ask('POST', '/entities', lamp(3, { power: property(1) }));
    const all = await subscribe({
      timeInterval: 1,
      notification: { format: 'simplified', endpoint: { uri: receiver.url } },
    });
    const some = await subscribe({
      timeInterval: 1,
      q: 'power>2',
      notification: { format: 'simplified', endpoint: { uri: receiver.url } },
    });
    const own = await subscribe({
      timeInterval: 1,
      localOnly: true,
      notification: { format: 'simplified', endpoint: { uri: receiver.url } },
    });
    const dataOf = async (id: string) => {
      const found = await seen(() => receiver.received.find(({ body }) => body.subscriptionId === id));
      return found.body.data;
    };
    const whole = lamp(2, { note: 'here', power: 6 });
    assert.deepEqual(await dataOf(all), [lamp(1, { power: 5 }), whole, lamp(3, { power: 1 })]);
    assert.deepEqual(await dataOf(some), [lamp(1, { power: 5 }), whole]);
    assert.deepEqual(await dataOf(own), [lamp(1, { power: 5 }), lamp(2, { note: 'here' })]);
  });
});
