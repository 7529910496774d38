import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesIn, sinceOf } from './changes.ts';
import { meanPeriod } from './history.ts';

const VALUES = [
  [1, 'off'],
  [2, 'on'],
  [3, 'on'],
  [4, 'on'],
] as const;

test('a series changes where its value changes', () => {
  assert.deepEqual(changesIn('powerState', VALUES), [{ attribute: 'powerState', at: 2, before: 'off', after: 'on' }]);
  assert.deepEqual(changesIn('powerState', []), []);
});

test('the last value applies since the beginning of its uninterrupted run', () => {
  assert.deepEqual(sinceOf(VALUES), { at: 2, isKnown: true });
  assert.deepEqual(sinceOf([[5, 'on']]), { at: 5, isKnown: false });
  assert.deepEqual(sinceOf([...VALUES, [5, 'off']]), { at: 5, isKnown: true });
  assert.equal(sinceOf([]), undefined);
});

const DAY_MS = 86_400_000;
for (const [days, period] of [
  [1, undefined],
  [7, 'PT1H'],
  [30, 'PT6H'],
  [365, 'P1D'],
] as const) {
  test(`for ${days} days ${period ?? 'each measurement'} is drawn`, () => {
    assert.equal(meanPeriod({ from: 0, to: days * DAY_MS }), period);
  });
}
