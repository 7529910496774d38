import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleDocument } from '../contract/rule.ts';
import { compileRule } from './compile-rule.ts';
import { newEntity, observe, pass } from './follow-entity.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-28T00:00:00Z');
const RULE: RuleDocument = {
  id: 'urn:ngsi-ld:Rule:full',
  name: { fr: 'Plein', en: 'Full' },
  scope: { types: ['WasteContainer'] },
  when: { attr: 'fillingLevel', op: '>=', value: 0.8 },
  clear: { whenOver: true },
  severity: 'medium',
  lateness: 'PT1H',
};
const COMPILED = compileRule(
  RULE,
  1,
  { place: { timeZone: 'Europe/Paris', position: [5.93, 49.47] }, inUnitOf: (_, value) => value },
  0,
);

test('A value read during a backlog of notifications does not make the backlog late', () => {
  const state = newEntity(START, 'fr');
  const levels = [0.1, 0.9, 0.9, 0.2, 0.3];
  const series = levels.map((value, n) => [{ attr: 'fillingLevel', at: START + n * 3 * HOUR, value }]);
  const now = START + 13 * HOUR;
  const changes = [series[0], series[4]].flatMap((arrivals, n) => observe(state, [COMPILED], arrivals ?? [], n === 1));
  changes.push(...pass(state, [COMPILED], now));
  for (const arrivals of series.slice(1))
    changes.push(...observe(state, [COMPILED], arrivals), ...pass(state, [COMPILED], now));
  assert.deepEqual(
    changes.map(({ kind, at }) => [kind, (at - START) / HOUR]),
    [
      ['raise', 3],
      ['clear', 12], // by the value that was read
      ['clear', 9],
    ],
  );
  // For a notified value instead of a read one, older samples beyond the lateness are ignored.
  const other = newEntity(START, 'fr');
  const late = [series[0], series[4], series[1]].flatMap((arrivals) => observe(other, [COMPILED], arrivals ?? []));
  assert.deepEqual(late, []);
});
