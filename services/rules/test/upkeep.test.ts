import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CacheUse, cacheUses } from '@alzette/kit/caches';
import { eventually } from '@alzette/kit/testing';
import type { RuleDocument } from '../src/rules.ts';
import { databaseKinds, type RulesPlatform, rulesOn } from './support/rules-platform.ts';

const SECOND = 1000;
const kind = databaseKinds().at(-1) as ReturnType<typeof databaseKinds>[number]; // there is always one

const failure: RuleDocument = {
  id: 'urn:ngsi-ld:Rule:lamp-failure',
  name: { fr: 'Lampe en panne', en: 'Lamp failure' },
  scope: { types: ['Streetlight'] },
  when: { attr: 'status', op: '==', value: 'defectiveLamp' },
  clear: { whenOver: true },
  severity: 'medium',
};

function lamp(id: string, status: string, at: number, circuit = 'A') {
  const observedAt = new Date(at).toISOString();
  return {
    id,
    type: 'Streetlight',
    circuit: { type: 'Property', value: circuit },
    status: { type: 'Property', value: status, observedAt },
  };
}

async function run({ ask }: RulesPlatform, job: string): Promise<void> {
  const { status, body } = await ask('POST', `/ops/jobs/${job}/run`);
  assert.ok(status < 300, JSON.stringify(body));
  await eventually(`the end of ${job}`, async () => {
    const { lastRun } = (await ask('GET', `/ops/jobs/${job}`)).body as { lastRun?: { state: string; error?: string } };
    assert.notEqual(lastRun?.state, 'failed', lastRun?.error);
    return lastRun?.state === 'completed' || undefined;
  });
}

test(`The upkeep of rules (${kind.label})`, async (t) => {
  const rules = await (await rulesOn(t, kind, { jobs: true })).start();
  const raised = (id: string) => rules.acts.find(({ details }) => details?.entity.id === id);
  const has = (rows: { text: string }) => rules.db.query(rows).then((found) => found.rows.length);

  await t.test('blocks a rule whose writes trigger itself, and reports it once', async () => {
    const id = 'urn:ngsi-ld:Streetlight:looped';
    await rules.put({ ...failure, actions: [{ on: 'raise', type: 'update', attr: 'visits', value: 1 }] });
    await eventually(
      'that changes are notified',
      async () => (await has({ text: 'SELECT FROM rules.subscription WHERE is_synced' })) > 0 || undefined,
    );
    const start = Date.now() - 300 * SECOND;
    // A program that the check can't see resets the lamp after each write of the rule.
    for (let n = 0; n < 14; n++) {
      await rules.client.batchUpsert([lamp(id, 'defectiveLamp', start + 2 * n * SECOND)], { update: true });
      await rules.client.batchUpsert([lamp(id, 'ok', start + (2 * n + 1) * SECOND)], { update: true });
    }
    const loop = await eventually('the alarm about the rule', () =>
      rules.acts.find(({ details }) => details?.cause === 'loop'),
    );
    assert.equal(loop.details?.rule.id, failure.id);
    assert.match(loop.details?.text.en ?? '', /Lamp failure/);
    await eventually('all of it', () => rules.acts.filter(({ kind }) => kind === 'clear').length >= 14 || undefined);
    assert.equal(rules.acts.filter(({ details }) => details?.cause === 'loop').length, 1);
    assert.equal(
      rules.acts.filter(({ kind, details }) => kind === 'raise' && details?.cause === 'condition').length,
      14,
    );
  });

  await t.test('ends the alarms of an entity that has left the scope by its nightly read', async () => {
    const [gone, stays] = ['urn:ngsi-ld:Streetlight:gone', 'urn:ngsi-ld:Streetlight:stays'];
    const onCircuit: RuleDocument = {
      ...failure,
      id: 'urn:ngsi-ld:Rule:circuit-a',
      scope: { types: ['Streetlight'], q: 'circuit=="A"' },
    };
    await rules.put(onCircuit);
    await rules.client.batchUpsert([gone, stays].map((id) => lamp(id, 'defectiveLamp', Date.now() - SECOND)));
    const own = (id: string) =>
      rules.acts.filter(({ details }) => details?.rule.id === onCircuit.id && details.entity.id === id);
    await eventually(
      'the alarms on both, of both rules',
      () => (own(gone).length === 1 && own(stays).length === 1 && raised(gone)) || undefined,
    );
    await rules.client.mergeEntity(gone, { circuit: { type: 'Property', value: 'B' } });
    await run(rules, 'rules.read-again');
    const ended = await eventually('the end', () =>
      rules.acts.find(({ alarm, reason }) => alarm === own(gone)[0]?.alarm && reason === 'entityRemoved'),
    );
    assert.equal(ended.kind, 'clear');
    await run(rules, 'rules.read-again');
    const removed = rules.acts.filter(({ reason }) => reason === 'entityRemoved');
    assert.equal(removed.length, 1, 'neither that of the other rule, nor that of the lamp that stays');
  });

  await t.test('deletes the evidence of old ended alarms, and no other', async () => {
    const ended = { text: 'SELECT FROM rules.alarm WHERE NOT is_active' };
    const before = await has(ended);
    assert.ok(before > 10);
    await rules.db.query({
      text: `UPDATE rules.alarm SET kept_at = now() - interval '740 days' WHERE is_active OR urn IN (
        SELECT urn FROM rules.alarm WHERE NOT is_active ORDER BY urn LIMIT 5)`,
    });
    const active = await has({ text: 'SELECT FROM rules.alarm WHERE is_active' });
    await run(rules, 'rules.forget-alarms');
    assert.equal(await has(ended), before - 5);
    assert.equal(await has({ text: 'SELECT FROM rules.alarm WHERE is_active' }), active);
  });

  await t.test('limits the memory for entities in bytes, however large they are', async () => {
    const use = () => cacheUses('others').rule_entities as CacheUse;
    const name = { type: 'Property', value: 'x'.repeat(1_000_000) };
    for (let n = 0; n < 40; n++) {
      await rules.client.batchUpsert([{ ...lamp(`urn:ngsi-ld:Streetlight:large${n}`, 'ok', Date.now()), name }]);
    }
    await eventually(
      'all to be followed',
      async () => !(await has({ text: 'SELECT FROM rules.inbox LIMIT 1' })) || undefined,
    );
    // 80 million bytes without a limit. Other engines of this process have caches of the same name.
    const { entries, bytes, mostBytes } = use();
    assert.ok(bytes <= mostBytes && entries > 0, `${entries} entities, ${bytes} bytes`);
  });
});
