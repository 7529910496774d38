import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastGoesOn, seriesRows, summaryOf } from './series.ts';

test('a summary of a series, including its band', () => {
  const points = [
    [1, 5],
    [2, null],
    [3, 7],
  ] as const;
  assert.deepEqual(summaryOf({ name: 'a', points }), { count: 2, lowest: 5, highest: 7, last: 7 });
  assert.deepEqual(summaryOf({ name: 'a', points, band: [[1, 2, 9]] }), { count: 2, lowest: 2, highest: 9, last: 7 });
  assert.equal(summaryOf({ name: 'a', points: [[1, null]] }), undefined);
});

test('series as rows: one row per time, in order, empty where a series has no value', () => {
  const a = { name: 'a', points: [[2, 20] as const, [1, 10] as const] };
  const b = { name: 'b', points: [[2, 0] as const, [3, null] as const] };
  assert.deepEqual(seriesRows([a, b]), [
    { at: 1, values: [10, undefined] },
    { at: 2, values: [20, 0] },
    { at: 3, values: [undefined, undefined] },
  ]);
});

test('the last of equal periods goes on until it is as long as the one before', () => {
  const days = (...at: number[]) => at.map((each) => [each, 1] as const);
  for (const [points, now, goesOn] of [
    [days(0, 24, 48), 50, true],
    [days(0, 24, 48), 72, false],
    [days(0, 24, 48), 47, false],
    [days(0, 24, 72), 97, false], // a day is missing
    [days(0, 31, 59), 86, true], // months
    [days(48), 50, false],
    [[], 50, false],
  ] as const) {
    assert.equal(lastGoesOn(points, now), goesOn);
  }
});
