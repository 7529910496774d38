import assert from 'node:assert/strict';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { startTemporalBroker } from './temporal-broker.ts';

const ID = 'urn:ngsi-ld:Lamp:late';
const measured = (value: number, observedAt: string) => ({ type: 'Property', value, observedAt });

eachHistoryDatabase('Late measurements by the client', (test) => {
  test('go to the history, and the present value stays if it is more recent', async (t, db) => {
    const tenant = freshTenant();
    const { broker, close } = await startTemporalBroker(db, tenant);
    t.after(close);
    const { client } = broker;
    await client.createEntity({ id: ID, type: 'Lamp', level: measured(5, '2026-01-01T12:00:00Z') }, { tenant });

    await client.upsertTemporal(
      { id: ID, type: 'Lamp', level: [measured(3, '2026-01-01T10:00:00Z'), measured(4, '2026-01-01T11:00:00Z')] },
      { tenant },
    );

    const present = await client.retrieveEntity<{ level: { value: number } }>(ID, { tenant });
    assert.equal(present?.level.value, 5);
    const response = await broker.app.inject({
      url: `/ngsi-ld/v1/temporal/entities/${ID}?options=temporalValues`,
      headers: { 'ngsild-tenant': tenant },
    });
    assert.deepEqual(response.json().level.values, [
      [3, '2026-01-01T10:00:00Z'],
      [4, '2026-01-01T11:00:00Z'],
      [5, '2026-01-01T12:00:00Z'],
    ]);
  });

  test('create an unknown entity, and name errors', async (t, db) => {
    const tenant = freshTenant();
    const { broker, close } = await startTemporalBroker(db, tenant);
    t.after(close);
    const { client } = broker;
    await client.upsertTemporal({ id: ID, type: 'Lamp', level: [measured(1, '2026-01-01T10:00:00Z')] }, { tenant });
    const present = await client.retrieveEntity<{ level: { value: number } }>(ID, { tenant });
    assert.equal(present?.level.value, 1);
    await assert.rejects(
      client.upsertTemporal({ id: ID, type: 'Lamp', level: [measured(1, 'yesterday')] }, { tenant }),
      /level\[0\]\.observedAt: got "yesterday"/,
    );
  });
});
