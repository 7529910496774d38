import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aYearLater, meanOf, yearBefore } from './comparison.ts';

test('the mean of neighbours includes those with a value at that time', () => {
  const one = [[1, 10] as const, [2, 20] as const];
  const other = [[2, 40] as const, [3, 5] as const];
  assert.deepEqual(meanOf([one, other]), [
    [1, 10],
    [2, 30],
    [3, 5],
  ]);
  assert.deepEqual(meanOf([]), []);
});

test('the previous year is 52 weeks earlier, so that weekdays match', () => {
  const range = { from: Date.parse('2026-11-28T00:00:00Z'), to: Date.parse('2026-11-29T00:00:00Z') };
  const before = yearBefore(range);
  assert.equal(new Date(before.from).getUTCDay(), new Date(range.from).getUTCDay());
  assert.deepEqual(aYearLater([[before.from, 1]]), [[range.from, 1]]);
});
