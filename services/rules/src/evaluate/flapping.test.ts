import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RuleDocument } from '../contract/rule.ts';
import { compileRule } from './compile-rule.ts';
import { newEntity, observe } from './follow-entity.ts';

const START = Date.parse('2026-11-28T00:00:00Z');
const MINUTE = 60_000;
const PARTS = {
  place: { timeZone: 'Europe/Paris', position: [5.93, 49.47] },
  inUnitOf: (_attr: string, value: number) => value,
} as const;

/** The alarms for a signal that alternates every ten minutes for a day. */
function flapping(more: Partial<RuleDocument>) {
  const rule: RuleDocument = {
    id: 'urn:ngsi-ld:Rule:flap',
    name: { fr: 'Va-et-vient', en: 'Flapping' },
    scope: { types: ['WasteContainer'] },
    when: { attr: 'fillingLevel', op: '>=', value: 0.8 },
    clear: { when: { attr: 'fillingLevel', op: '<', value: 0.8 } },
    severity: 'medium',
    ...more,
  };
  const compiled = compileRule(rule, 1, PARTS, 0);
  const state = newEntity(START, 'fr');
  const changes = Array.from({ length: 144 }, (_, n) =>
    observe(
      state,
      [compiled],
      [{ attr: 'fillingLevel', at: START + n * 10 * MINUTE, value: n % 2 === 0 ? 0.79 : 0.81 }],
    ),
  ).flat();
  const raises = changes.filter(({ kind }) => kind === 'raise');
  return { raises: raises.length, alarms: new Set(raises.map(({ alarm }) => alarm)).size };
}

describe('A flapping signal', () => {
  test('is 72 alarms for a rule without hysteresis and delay', () => {
    assert.deepEqual(flapping({}), { raises: 72, alarms: 72 });
  });

  for (const [how, more] of [
    ['a clear condition some way off', { clear: { when: { attr: 'fillingLevel', op: '<', value: 0.6 } } }],
    ['a clear condition that must hold for a while', { clear: { whenOver: true, for: 'PT15M' } }],
  ] as [string, Partial<RuleDocument>][]) {
    test(`is one alarm, raised once, with ${how}`, () => assert.deepEqual(flapping(more), { raises: 1, alarms: 1 }));
  }

  test('is one alarm, raised again, if close episodes are combined', () => {
    assert.deepEqual(flapping({ dedup: { minInterval: 'PT30M' } }), { raises: 72, alarms: 1 });
  });

  test('is no alarm if the condition must hold for longer', () => {
    assert.deepEqual(flapping({ for: 'PT15M' }), { raises: 0, alarms: 0 });
  });
});
