import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { eachDatabase } from '../support/index.ts';
import { type Guarded, given, guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';
import { reading, receiver } from './notification-receiver.ts';

const API = '/ngsi-ld/v1';
const lamp = (id: string, scope: string, brightness = 1) => ({
  id: `urn:ngsi-ld:Lamp:${id}`,
  type: 'Lamp',
  scope,
  brightness: { type: 'Property', value: brightness },
  operator: { type: 'Property', value: 'hush' },
});
const readers = { may: ['read'], types: ['Lamp'], scopeQ: '/Villerupt/#', exceptAttributes: ['operator'] };

const subscription = (uri: string, more: object = {}) => ({
  type: 'Subscription',
  entities: [{ type: 'Lamp' }],
  notificationTrigger: ['entityCreated', 'entityUpdated', 'entityDeleted'],
  notification: { endpoint: { uri, accept: 'application/json' }, ...more },
});

const put = ({ admin }: Guarded, id: string, attributes: object) =>
  admin('PATCH', `${API}/entities/urn:ngsi-ld:Lamp:${id}`, attributes);

eachDatabase('Notifications to callers who see a part', (test) => {
  test('notifications contain what their subscriber may see, and end with the key', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { ask, admin, key, policy } = broker;
    const made = await key({ title: 'Reader', roles: ['reader'] });
    await policy({ id: 'readers', who: { roles: ['reader'] }, ...readers });
    await given(broker, lamp('own', '/Villerupt'), lamp('foreign', '/Aumetz'));
    const { bodies, url } = await receiver(t);
    const all = await receiver(t);
    const reader = { 'x-api-key': made.key };
    const created = await ask(reader, 'POST', `${API}/subscriptions`, subscription(url, { showChanges: true }));
    assert.equal(created.statusCode, 201, created.body);
    assert.equal((await admin('POST', `${API}/subscriptions`, subscription(all.url))).statusCode, 201);

    // A caller sees only their own subscriptions; an administrator sees all.
    const other = { 'x-api-key': (await key({ title: 'Other', roles: ['reader'] })).key };
    assert.deepEqual((await ask(other, 'GET', `${API}/subscriptions`)).json(), []);
    assert.equal((await ask(other, 'DELETE', String(created.headers.location))).statusCode, 404);
    assert.equal((await ask(reader, 'GET', `${API}/subscriptions`)).json().length, 1);
    assert.equal((await admin('GET', `${API}/subscriptions`)).json().length, 2);

    await put(broker, 'foreign', { brightness: 5, operator: 'hush2' });
    await put(broker, 'own', { operator: 'hush3' });
    await put(broker, 'own', { brightness: 6, operator: 'hush4' });
    await admin('DELETE', `${API}/entities/urn:ngsi-ld:Lamp:foreign`);
    await admin('DELETE', `${API}/entities/urn:ngsi-ld:Lamp:own`);
    await eventually('both are notified', () => all.bodies.length >= 5 && bodies.length >= 2);
    assert.equal(bodies.length, 2, bodies.join('\n'));
    assert.ok(
      bodies.every((body) => !body.includes('hush') && !body.includes('foreign') && !body.includes('operator')),
    );
    assert.ok(all.bodies.some((body) => body.includes('hush4')));

    await admin('DELETE', `/ops/access/keys/${made.id}`);
    await given(broker, lamp('later', '/Villerupt'));
    await eventually('the other is notified', () => all.bodies.length >= 6);
    assert.equal(bodies.length, 2);
  });

  test('the same holds at time intervals and with linked entities', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { ask, as, policy } = broker;
    await policy({ id: 'readers', who: { roles: ['reader'] }, ...readers });
    await given(broker, lamp('own', '/Villerupt'), lamp('foreign', '/Aumetz'));
    await given(broker, {
      ...lamp('linking', '/Villerupt'),
      next: { type: 'Relationship', object: 'urn:ngsi-ld:Lamp:foreign' },
    });
    const { bodies, url } = await receiver(t);
    const reader = await as({ roles: ['reader'], sub: 'reader' });
    const { notificationTrigger: _trigger, ...timed } = subscription(url, { join: 'inline', joinLevel: 1 });
    assert.equal((await ask(reader, 'POST', `${API}/subscriptions`, { ...timed, timeInterval: 1 })).statusCode, 201);
    await eventually('the interval is over', () => bodies.length > 0);
    const { data } = JSON.parse(bodies[0] as string);
    assert.deepEqual(data.map(({ id }: { id: string }) => id).sort(), [
      'urn:ngsi-ld:Lamp:linking',
      'urn:ngsi-ld:Lamp:own',
    ]);
    assert.equal(bodies.join().includes('hush'), false);
    assert.equal(bodies.join().includes('"urn:ngsi-ld:Lamp:foreign","type"'), false);
  });

  test('a stream contains only visible data, and ends when its key is revoked', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { admin, key, policy, tenant } = broker;
    const made = await key({ title: 'Reader', roles: ['reader'] });
    await policy({ id: 'readers', who: { roles: ['reader'] }, ...readers });
    const base = await broker.broker.app.listen({ host: '127.0.0.1', port: 0 });
    assert.equal((await fetch(`${base}/events?tenant=${tenant}`)).status, 401);
    const stream = await fetch(`${base}/events?tenant=${tenant}`, { headers: { 'x-api-key': made.key } });
    assert.equal(stream.status, 200);
    const streamed = reading(stream);
    await given(broker, lamp('foreign', '/Aumetz'), lamp('own', '/Villerupt'));
    await put(broker, 'foreign', { brightness: 5 });
    await put(broker, 'own', { brightness: 6 });
    await eventually('the stream has the last change', () => streamed.text().includes('"brightness":6'));
    assert.equal(/hush|foreign|operator/.test(streamed.text()), false, streamed.text());
    await admin('DELETE', `/ops/access/keys/${made.id}`);
    await eventually('the stream ends', () => streamed.hasEnded());
  });
});
