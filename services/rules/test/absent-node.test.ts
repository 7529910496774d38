import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withAbsentNode } from '@alzette/broker/test-support';
import type { RuleDocument } from '../src/rules.ts';
import { databaseKinds, eventually, rulesOn } from './support/rules-platform.ts';

const FAILURE: RuleDocument = {
  id: 'urn:ngsi-ld:Rule:lamp-failure',
  name: { fr: 'Lampe en panne', en: 'Lamp failure' },
  scope: { types: ['Streetlight'] },
  when: { attr: 'status', op: '==', value: 'defectiveLamp' },
  clear: { whenOver: true },
  severity: 'medium',
};

const lamp = (status: string) => ({
  id: 'urn:ngsi-ld:Streetlight:1',
  type: 'Streetlight',
  status: { type: 'Property', value: status, observedAt: new Date().toISOString() },
});

for (const kind of databaseKinds()) {
  test(`While a node is away, rules of the tenants of other nodes are evaluated, and its own when it is back (${kind.label})`, async (t) => {
    const away = new Set<string>();
    const host = await rulesOn(t, kind, { around: (db) => withAbsentNode(db, /\brules\.\w/, away) });
    const rules = await host.start();
    const there = rules.inTenant('there');
    const gone = rules.inTenant('gone');
    for (const each of [there, gone]) {
      await each.client.batchUpsert([lamp('ok')]);
      await each.put(FAILURE);
    }
    const unsynced = { text: 'SELECT count(*)::int AS count FROM rules.subscription WHERE is_synced' };
    await eventually('both are read', async () => {
      const { rows } = await rules.db.query<{ count: number }>(unsynced);
      return rows[0]?.count === 2 || undefined;
    });
    const raised = ({ acts }: typeof rules) => acts.some(({ kind }) => kind === 'raise') || undefined;
    away.add('gone');
    await there.client.batchUpsert([lamp('defectiveLamp')], { update: true });
    await eventually('the alarm of the other', () => raised(there));
    await gone.client.batchUpsert([lamp('defectiveLamp')], { update: true });
    assert.deepEqual(gone.acts, []);
    away.clear();
    await eventually('its own alarm', () => raised(gone));
  });
}
