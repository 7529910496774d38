import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { startReceiver } from '../subscriptions/receiver.ts';
import { startTemporalBroker } from './temporal-broker.ts';

const ID = 'urn:ngsi-ld:Alert:1';
const property = (value: unknown) => ({ type: 'Property', value });
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const SECONDS_AWAY = 1_500;
const NEVER = 2 ** 30;
const DELETED = `/temporal/entities/${ID}?timeproperty=deletedAt&timerel=before&timeAt=2100-01-01T00:00:00Z`;

eachHistoryDatabase('4.22 Entities that expire', (test) => {
  test('are deleted, and their deletion is recorded and notified like any other', async (t, db) => {
    const tenant = freshTenant();
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    const { ask, close } = await startTemporalBroker(db, tenant, 32, { expiryEveryMs: 100 });
    t.after(close);
    const subscription = await ask('POST', '/subscriptions', {
      type: 'Subscription',
      entities: [{ type: 'Alert' }],
      q: 'level>3',
      notificationTrigger: ['entityDeleted'],
      notification: { endpoint: { uri: receiver.url } },
    });
    assert.equal(subscription.statusCode, 201, subscription.body);
    const lasting = { id: 'urn:ngsi-ld:Alert:2', type: 'Alert', level: property(5), expiresAt: inMs(3_600_000) };
    const passing = { id: ID, type: 'Alert', level: property(4), expiresAt: inMs(SECONDS_AWAY) };
    for (const entity of [lasting, passing]) {
      const response = await ask('POST', '/entities', entity);
      assert.equal(response.statusCode, 201, response.body);
    }

    while ((await ask('GET', DELETED)).statusCode !== 200) await pause(50);

    const { level, deletedAt } = (await ask('GET', DELETED)).json();
    assert.ok(deletedAt >= passing.expiresAt, `${deletedAt}`);
    const gone = [level].flat()[0].deletedAt;
    assert.ok(gone >= passing.expiresAt && gone <= deletedAt, gone);
    const { rows } = await db.query({ text: 'SELECT id FROM entity WHERE tenant = $1', values: [tenant] });
    assert.deepEqual(rows, [{ id: lasting.id }]);
    const [expiryNotification] = await receiver.expect(1);
    assert.equal(receiver.received.length, 1);
    assert.equal(expiryNotification?.body.data[0].id, ID);

    // A new entity with the same id has nothing of the old one.
    assert.equal((await ask('POST', '/entities', { id: ID, type: 'Alert', cause: property('wind') })).statusCode, 201);
    const recreated = (await ask('GET', `/entities/${ID}`)).json();

    assert.equal('level' in recreated, false);
  });

  test('are deleted by an earlier write, whatever its outcome', async (t, db) => {
    const { ask, close } = await startTemporalBroker(db, freshTenant(), 32, { expiryEveryMs: NEVER });
    t.after(close);
    const expired = { id: ID, type: 'Alert', level: property(4), expiresAt: inMs(300) };
    assert.equal((await ask('POST', '/entities', expired)).statusCode, 201);
    while ((await ask('GET', `/entities/${ID}`)).statusCode !== 404) await pause(50);

    assert.equal((await ask('PATCH', `/entities/${ID}/attrs/level`, property(5))).statusCode, 404);

    const gone = (await ask('GET', `/temporal/entities/${ID}?options=sysAttrs`)).json();
    assert.ok(gone.deletedAt, JSON.stringify(gone));
    assert.equal((await ask('POST', '/entities', expired)).statusCode, 201);
    while ((await ask('GET', `/entities/${ID}`)).statusCode !== 404) await pause(50);

    assert.equal((await ask('POST', '/entities', { id: ID, type: 'Alert', cause: property('wind') })).statusCode, 201);

    const { level, cause } = (await ask('GET', `/temporal/entities/${ID}`)).json();
    const values = [level].flat().map(({ value, deletedAt }) => (deletedAt ? 'deleted' : value));
    assert.deepEqual(values, [4, 'deleted', 4, 'deleted']);
    assert.equal([cause].flat().length, 1);
    assert.equal('level' in (await ask('GET', `/entities/${ID}`)).json(), false);
  });
});
