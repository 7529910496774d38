import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EntityType } from './entity-view.ts';
import { type Freshness, freshness } from './freshness.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const CASES: [type: EntityType, age: number | undefined, expected: Freshness][] = [
  ['Streetlight', 0, 'fresh'],
  ['Streetlight', -5 * MINUTE, 'fresh'],
  ['Streetlight', 45 * MINUTE - 1, 'fresh'],
  ['Streetlight', 45 * MINUTE, 'late'],
  ['Streetlight', 6 * HOUR, 'silent'],
  ['StreetlightControlCabinet', 3 * HOUR, 'silent'],
  ['WasteContainer', 3 * HOUR, 'fresh'],
  ['WasteContainer', 6 * HOUR, 'late'],
  ['WasteContainer', 24 * HOUR, 'silent'],
  ['WasteContainer', undefined, 'never'],
];

describe('freshness', () => {
  for (const [type, age, expected] of CASES) {
    test(`${type} of age ${age} ms is ${expected}`, () => {
      assert.equal(freshness(type, age === undefined ? undefined : NOW - age, NOW), expected);
    });
  }
});
