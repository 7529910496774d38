import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withAbsentNode } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { RuleDocument } from '../src/rules.ts';
import { databaseKinds, rulesOn } from './support/rules-platform.ts';

const FAILURE: RuleDocument = {
  id: 'urn:ngsi-ld:Rule:lamp-failure',
  name: { fr: 'Lampe en panne', en: 'Lamp failure' },
  scope: { types: ['Streetlight'] },
  when: { attr: 'status', op: '==', value: 'defectiveLamp' },
  clear: { whenOver: true },
  severity: 'medium',
};

/** Holds for each lamp, in a scope of its own. */
const SECOND: RuleDocument = {
  ...FAILURE,
  id: 'urn:ngsi-ld:Rule:lamp-known',
  scope: { types: ['Streetlight'], q: 'status' },
};

const lamp = (status: string, n = 1) => ({
  id: `urn:ngsi-ld:Streetlight:${n}`,
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
    const raisedOf = ({ acts }: typeof rules) =>
      acts.filter(({ kind }) => kind === 'raise').map(({ details }) => details?.rule.id);
    const raised = (of: typeof rules, rule: RuleDocument) => raisedOf(of).includes(rule.id) || undefined;
    away.add('gone');
    // The notification of the absent one is refused before that of the other, in between, and after it.
    await gone.client.batchUpsert([lamp('defectiveLamp')], { update: true });
    await there.client.batchUpsert([lamp('defectiveLamp')], { update: true });
    await gone.client.batchUpsert([lamp('defectiveLamp', 2)]);
    await eventually('the alarm of the other', () => raised(there, FAILURE));
    // A new rule makes the engine read all rules again.
    await there.put(SECOND);
    await eventually('the alarm of a rule that was written meanwhile', () => raised(there, SECOND));
    await gone.client.batchUpsert([lamp('defectiveLamp', 3)]);
    await there.client.batchUpsert([lamp('defectiveLamp', 2)]);
    await eventually('another alarm of the other', () => raisedOf(there).length === 4 || undefined);
    assert.deepEqual(gone.acts, []);
    away.clear();
    await eventually('its own alarms', () => raisedOf(gone).length >= 3 || undefined);
    assert.deepEqual(raisedOf(gone), [FAILURE.id, FAILURE.id, FAILURE.id]);
    await gone.put(SECOND);
    await eventually('the alarms of its own new rule', () => raisedOf(gone).length === 6 || undefined);
    assert.equal(raisedOf(there).length, 4);
  });
}
