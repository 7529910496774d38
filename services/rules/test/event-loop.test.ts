import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { quietestRun } from '../../kit/test/support/busiest-turn.ts';
import { type RuleDocument, rules } from '../src/rules.ts';

const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
const LAMPS = 12;
const SAMPLES = 4000;
const MINUTE = 60_000;
const BLOCK_MS = 50;

/** Begins and ends every ten minutes, so the book has some thousand alarms. */
const HOT: RuleDocument = {
  id: 'urn:ngsi-ld:Rule:hot',
  name: { fr: 'Chaude', en: 'Hot' },
  scope: { types: ['Streetlight'] },
  when: { attr: 'temperature', op: '>', value: 20 },
  clear: { whenOver: true },
  severity: 'low',
};

test(`a back-test over ${LAMPS * SAMPLES} samples leaves the event loop free`, async (t) => {
  const db = await newDatabase();
  const host = await startServiceHost(t, db, [rules], { ports: { alarms: { apply: async () => {} } } });
  t.after(() => db.close()); // after the host
  const now = Date.now();
  const from = now - SAMPLES * MINUTE;
  for (let lamp = 0; lamp < LAMPS; lamp++) {
    const temperature = Array.from({ length: SAMPLES }, (_, n) => ({
      type: 'Property',
      value: n % 10 < 5 ? 15 : 25,
      observedAt: new Date(from + n * MINUTE).toISOString(),
    }));
    const entity = { id: `urn:ngsi-ld:Streetlight:${lamp}`, type: 'Streetlight' };
    await host.broker.client.batchUpsert([{ ...entity, temperature: temperature.at(-1) }], { context: CONTEXT });
    await host.broker.client.upsertTemporal({ ...entity, temperature }, { context: CONTEXT });
  }
  const period = { from: new Date(from).toISOString(), to: new Date(now).toISOString() };
  const backtest = () => host.ask('POST', '/rules/backtest', { rule: HOT, ...period });
  const { result, busiestMs } = await quietestRun(BLOCK_MS, backtest);
  assert.equal(result.status, 200, JSON.stringify(result.body));
  const { samples, raised } = result.body;
  assert.ok(samples >= LAMPS * SAMPLES * 0.99 && raised > 4000, JSON.stringify({ samples, raised }));
  t.diagnostic(`${samples} samples, ${raised} alarms: the longest turn took ${Math.round(busiestMs)} ms`);
  assert.ok(busiestMs < BLOCK_MS, `a turn of ${busiestMs} ms`);
});
