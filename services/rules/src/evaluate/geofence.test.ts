import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Condition, RuleDocument } from '../contract/rule.ts';
import { compileRule } from './compile-rule.ts';
import { newEntity, observe, pass } from './follow-entity.ts';

const START = Date.parse('2026-11-28T09:00:00Z');
const MINUTE = 60_000;
const PARTS = {
  place: { timeZone: 'Europe/Paris', position: [5.93, 49.47] },
  inUnitOf: (_attr: string, value: number) => value,
} as const;

const DEPOT = { center: [5.93, 49.47], radius: 200 } as const;
const BOROUGH = {
  type: 'Polygon',
  coordinates: [
    [
      [5.92, 49.46],
      [5.94, 49.46],
      [5.94, 49.48],
      [5.92, 49.48],
      [5.92, 49.46],
    ],
  ],
} as const;
const [AT_DEPOT, IN_BOROUGH, AWAY] = [
  [5.931, 49.47],
  [5.925, 49.465],
  [6.1, 49.6],
];

/** The alarms of a rule on a vehicle at these positions, one per minute: minutes after the start. */
function driven(when: Condition, places: readonly (readonly number[] | undefined)[]): string[] {
  const rule: RuleDocument = {
    id: 'urn:ngsi-ld:Rule:fence',
    name: { fr: 'Enclos', en: 'Fence' },
    scope: { types: ['Vehicle'] },
    when,
    clear: { whenOver: true },
    severity: 'low',
  };
  const compiled = compileRule(rule, 1, PARTS, 0);
  const state = newEntity(START, 'fr');
  const changes = places.flatMap((coordinates, minute) => {
    if (coordinates === undefined) return [];
    const value = { type: 'Point', coordinates: [...coordinates] };
    return observe(state, [compiled], [{ attr: 'location', at: START + minute * MINUTE, value }]);
  });
  return [...changes, ...pass(state, [compiled], START + 60 * MINUTE)].map(
    ({ kind, at }) => `${kind} ${(at - START) / MINUTE}`,
  );
}

describe('A geofence', () => {
  const way = [AWAY, IN_BOROUGH, AT_DEPOT, AT_DEPOT, IN_BOROUGH, AWAY];
  for (const [what, when, expected] of [
    ['inside a circle', { geofence: 'inside', area: DEPOT }, ['raise 2', 'clear 4']],
    ['inside a polygon', { geofence: 'inside', area: BOROUGH }, ['raise 1', 'clear 5']],
    ['outside a polygon', { geofence: 'outside', area: BOROUGH }, ['raise 0', 'clear 1', 'raise 5']],
    ['entering, for five minutes', { geofence: 'enter', area: BOROUGH }, ['raise 1', 'clear 6']],
    ['entering, for a minute', { geofence: 'enter', area: DEPOT, window: 'PT1M' }, ['raise 2', 'clear 3']],
    ['leaving', { geofence: 'leave', area: BOROUGH, window: 'PT2M' }, ['raise 5', 'clear 7']],
  ] as const satisfies [string, Condition, string[]][]) {
    test(`is true ${what}`, () => assert.deepEqual(driven(when, way), expected));
  }

  test('is not left by a vehicle that was never inside, nor entered by one that begins there', () => {
    assert.deepEqual(driven({ geofence: 'leave', area: BOROUGH }, [AWAY, AWAY]), []);
    assert.deepEqual(driven({ geofence: 'enter', area: BOROUGH }, [IN_BOROUGH, AT_DEPOT]), []);
  });
});
