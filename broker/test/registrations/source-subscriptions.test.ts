import assert from 'node:assert/strict';
import { type Receiver, startReceiver } from '../subscriptions/receiver.ts';
import { eachDatabase } from '../support/index.ts';
import { type RegisteringBroker, startRegisteringBroker } from './registering-broker.ts';

const PATH = '/csourceSubscriptions';
const ONE = 'urn:ngsi-ld:ContextSourceRegistration:1';

async function subscribe(broker: RegisteringBroker, receiver: Receiver, members: Record<string, unknown> = {}) {
  const { notification, ...others } = members as { notification?: Record<string, unknown> };
  const response = await broker.ask('POST', PATH, {
    type: 'Subscription',
    entities: [{ type: 'Building' }],
    notification: { endpoint: { uri: receiver.url }, ...notification },
    ...others,
  });
  assert.equal(response.statusCode, 201, response.body);
  return decodeURIComponent(String(response.headers.location).split('/').at(-1) ?? '');
}

eachDatabase('5.11 Subscriptions to context source registrations', (test) => {
  test('one is created, shown, listed, changed and deleted, separate from those to entities', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    const subscription = {
      id: 'urn:ngsi-ld:Subscription:sources',
      type: 'Subscription',
      description: 'Who has buildings',
      entities: [{ type: 'Building' }],
      temporalQ: { timerel: 'after', timeAt: '2026-01-01T00:00:00Z' },
      csf: 'owner=="Thil"',
      notification: { endpoint: { uri: `${receiver.url}/`, accept: 'application/json' } },
    };
    const made = await broker.ask('POST', PATH, subscription);
    assert.equal(made.statusCode, 201, made.body);
    assert.equal(made.headers.location, `/ngsi-ld/v1${PATH}/${subscription.id}`);
    const shown = { ...subscription, status: 'active' };
    assert.deepEqual((await broker.ask('GET', `${PATH}/${subscription.id}`)).json(), shown);
    assert.deepEqual((await broker.ask('GET', PATH)).json(), [shown]);
    assert.deepEqual((await broker.ask('GET', '/subscriptions')).json(), []);
    assert.equal((await broker.ask('GET', `/subscriptions/${subscription.id}`)).statusCode, 404);
    assert.equal((await broker.ask('DELETE', `/subscriptions/${subscription.id}`)).statusCode, 404);
    const again = await broker.ask('POST', PATH, subscription);
    assert.equal(again.statusCode, 409);

    const patch = await broker.ask('PATCH', `${PATH}/${subscription.id}`, { isActive: false, temporalQ: null });
    assert.equal(patch.statusCode, 204, patch.body);
    const changed = (await broker.ask('GET', `${PATH}/${subscription.id}`)).json();
    assert.deepEqual([changed.status, changed.temporalQ], ['paused', undefined]);
    assert.equal((await broker.ask('DELETE', `${PATH}/${subscription.id}`)).statusCode, 204);
    assert.equal((await broker.ask('GET', `${PATH}/${subscription.id}`)).statusCode, 404);
  });

  test('errors are named', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const valid = {
      type: 'Subscription',
      entities: [{ type: 'Building' }],
      notification: { endpoint: { uri: 'http://127.0.0.1:9' } },
    };
    const wrong: [member: string, changes: Record<string, unknown>][] = [
      ['notification', { notification: undefined }],
      ['entities', { entities: undefined }],
      ['temporalQ', { temporalQ: 'after' }],
      ['temporalQ.timerel', { temporalQ: { timerel: 5 } }],
      ['timeAt', { temporalQ: { timerel: 'after' } }],
      ['temporalQ.lastN', { temporalQ: { timerel: 'after', timeAt: '2026-01-01T00:00:00Z', lastN: '4' } }],
      ['csf', { csf: 7 }],
      [
        'notification.endpoint.accept',
        { notification: { endpoint: { uri: 'http://127.0.0.1:9', accept: 'application/geo+json' } } },
      ],
    ];
    for (const [member, changes] of wrong) {
      const response = await broker.ask('POST', PATH, { ...valid, ...changes });
      assert.equal(response.statusCode, 400, `${JSON.stringify(changes)}: ${response.body}`);
      assert.ok(response.json().detail.startsWith(`${member}: `), `${member}: ${response.json().detail}`);
    }
  });

  test('5.11.7 it is notified of initial, new, changed and ended matches', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    await broker.register({ id: `${ONE}0`, owner: 'Thil' });
    const id = await subscribe(broker, receiver);
    await receiver.expect(1);
    const lamp = { entities: [{ type: 'Lamp' }] };
    const building = { entities: [{ type: 'Building' }], propertyNames: ['height'] };
    await broker.register({ id: ONE, information: [lamp] });
    const patch = (fragment: unknown) => broker.ask('PATCH', `/csourceRegistrations/${ONE}`, fragment);
    await patch({ information: [lamp, building] });
    await receiver.expect(2);
    await patch({ description: 'the same' });
    await receiver.expect(3);
    await patch({ information: [lamp] });
    await receiver.expect(4);
    await broker.ask('DELETE', `/csourceRegistrations/${ONE}`);
    await broker.ask('DELETE', `/csourceRegistrations/${ONE}0`);
    await receiver.expect(5);
    const received = receiver.received.map(({ body }) => [
      body.triggerReason,
      body.data.map((each: { id: string }) => each.id),
    ]);
    assert.deepEqual(received, [
      ['newlyMatching', [`${ONE}0`]],
      ['newlyMatching', [ONE]],
      ['updated', [ONE]],
      ['noLongerMatching', [ONE]],
      ['noLongerMatching', [`${ONE}0`]],
    ]);
    const [first, second] = receiver.received;
    assert.deepEqual(Object.keys(first?.body).sort(), [
      'data',
      'id',
      'notifiedAt',
      'subscriptionId',
      'triggerReason',
      'type',
    ]);
    assert.deepEqual([first?.body.type, first?.body.subscriptionId], ['ContextSourceNotification', id]);
    assert.equal(first?.headers['ngsild-tenant'], broker.tenant);
    assert.match(String(first?.headers.link), /json-ld#context/);
    // Only the matching part.
    assert.deepEqual(second?.body.data[0].information, [building]);
    const { notification } = (await broker.ask('GET', `${PATH}/${id}`)).json();
    assert.deepEqual([notification.timesSent, notification.status], [5, 'ok']);
  });

  test('it is not notified of other sources, and of nothing while paused', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    const id = await subscribe(broker, receiver, { watchedAttributes: ['height'], csf: 'owner=="Thil"' });
    const own = [{ entities: [{ type: 'Building' }], propertyNames: ['height'] }];
    await broker.register({ owner: 'Rome', information: own });
    await broker.register({ owner: 'Thil', information: [{ propertyNames: ['width'] }] });
    const interval = { startAt: '2026-01-01T00:00:00Z' };
    await broker.register({ owner: 'Thil', information: own, observationInterval: interval });
    await broker.register({ id: ONE, owner: 'Thil', information: own });
    await receiver.expect(1);
    assert.deepEqual(
      receiver.received[0]?.body.data.map((each: { id: string }) => each.id),
      [ONE],
    );
    await broker.ask('PATCH', `${PATH}/${id}`, { isActive: false });
    await broker.ask('PATCH', `/csourceRegistrations/${ONE}`, { description: 'x' });
    await receiver.expect(1, { thenWait: 400 });
    assert.equal(receiver.received.length, 1);
    // Activated again, it is notified of all matches.
    await broker.ask('PATCH', `${PATH}/${id}`, { isActive: true });
    await receiver.expect(2);
    assert.equal(receiver.received[1]?.body.triggerReason, 'newlyMatching');
  });

  test('one for past data is notified of sources by their intervals, and of one that expires', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    await subscribe(broker, receiver, {
      temporalQ: { timerel: 'before', timeAt: '2026-03-01T00:00:00Z' },
      notification: { endpoint: { uri: receiver.url, accept: 'application/ld+json' } },
    });
    await broker.register({});
    await broker.register({ observationInterval: { startAt: '2026-04-01T00:00:00Z' } });
    await broker.register({
      id: ONE,
      observationInterval: { startAt: '2026-01-01T00:00:00Z' },
      expiresAt: new Date(Date.now() + 1500).toISOString(),
    });
    await receiver.expect(2, { within: 60_000 });
    const received = receiver.received.map(({ body }) => [body.triggerReason, body.data[0].id]);
    assert.deepEqual(received, [
      ['newlyMatching', ONE],
      ['noLongerMatching', ONE],
    ]);
    assert.notEqual(receiver.received[0]?.body['@context'], undefined);
  });

  test('with a time interval it is repeatedly notified of all matches', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    await broker.register({ id: ONE });
    const id = await subscribe(broker, receiver, { timeInterval: 0.5 });
    await receiver.expect(3, { within: 60_000 });
    for (const { body } of receiver.received) assert.equal(body.data[0].id, ONE);
    assert.equal((await broker.ask('DELETE', `${PATH}/${id}`)).statusCode, 204);
  });

  test('pending notifications survive the process', async (t, db) => {
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    let isUp = false;
    receiver.answerWith((_request, response) => response.writeHead(isUp ? 204 : 503).end());
    const first = await startRegisteringBroker(t, db, 'the-same');
    await subscribe(first, receiver);
    await first.register({ id: ONE });
    await receiver.expect(1);
    await first.app.close();
    isUp = true;
    receiver.received.length = 0;
    await startRegisteringBroker(t, db, 'the-same');
    await receiver.expect(1, { within: 60_000 });
    assert.equal(receiver.received[0]?.body.data[0].id, ONE);
  });
});
