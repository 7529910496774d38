import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { type AlarmAct, rules } from '../src/rules.ts';
import { freePort } from './support/rules-platform.ts';

const RULE = 'urn:ngsi-ld:Rule:full';
const FULL = {
  id: RULE,
  name: { fr: 'Plein', en: 'Full' },
  scope: { types: ['WasteContainer'] },
  when: { attr: 'fillingLevel', op: '>', value: 0.85 },
  clear: { when: { attr: 'fillingLevel', op: '<', value: 0.75 } },
  severity: 'low',
};
const ID = 'urn:ngsi-ld:WasteContainer:1';

eachDatabase('A new rule', (test) => {
  test('raises from what is still owed to it before it reads present values, so that no alarm is withdrawn', async (t, db) => {
    const port = await freePort();
    const acts: AlarmAct[] = [];
    const apply = async (_tenant: string, given: readonly AlarmAct[]) => void acts.push(...given);
    const settings = { PUBLIC_URL: `http://127.0.0.1:${port}`, PORT: String(port) };
    // Nothing listens at its port yet, so all notifications are owed.
    const { app, ask, broker } = await startServiceHost(t, db, [rules], { settings, ports: { alarms: { apply } } });
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const context = `http://127.0.0.1:${port}/contexts/territory/v1.jsonld`;
    const put = await ask('PUT', `/rules/${RULE}`, FULL, headers);
    assert.equal(put.status, 200, JSON.stringify(put.body));
    const subscribed = async () => (await ask('GET', '/ngsi-ld/v1/subscriptions', undefined, headers)).body.length > 0;
    await eventually('the subscription', subscribed);
    const begin = Date.now() - 60_000;
    for (const [second, value] of [0.5, 0.9, 0.95].entries()) {
      const observedAt = new Date(begin + second * 1000).toISOString();
      const entity = { id: ID, type: 'WasteContainer', fillingLevel: { type: 'Property', value, observedAt } };
      await broker.client.batchUpsert([entity], { tenant, context, update: true });
    }
    await app.listen({ port, host: '127.0.0.1' });
    await eventually('the scope is read', async () => {
      const text = 'SELECT is_synced FROM rules.subscription WHERE tenant = $1';
      return (await db.query<{ is_synced: boolean }>({ text, values: [tenant] })).rows[0]?.is_synced;
    });
    await eventually('all is followed', async () => {
      const { rows } = await db.query({ text: 'SELECT 1 FROM rules.inbox WHERE tenant = $1', values: [tenant] });
      return rows.length === 0 && acts.length > 0;
    });
    assert.deepEqual(
      acts.map(({ kind, at }) => [kind, at]),
      [['raise', new Date(begin + 1000).toISOString()]],
    );
  });
});
