import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterKey, cut, wholeOf, within } from './zoom.ts';

test('the whole is the period, or from the first to the last point', () => {
  const points = [
    [10, 1],
    [30, 2],
  ] as const;
  assert.deepEqual(wholeOf([{ name: 'a', points }], { from: 0, to: 40 }), [0, 40]);
  assert.deepEqual(wholeOf([{ name: 'a', points }], {}), [10, 30]);
  assert.equal(wholeOf([{ name: 'a', points: [] }], {}), undefined);
});

test('keys zoom by half around the middle, move by a quarter and stay in the whole', () => {
  const whole = [0, 100] as const;
  for (const [key, from, to] of [
    ['+', [0, 100], [25, 75]],
    ['-', [40, 60], [30, 70]],
    ['-', [25, 75], undefined],
    ['ArrowLeft', [40, 60], [35, 55]],
    ['ArrowRight', [90, 100], [90, 100]],
    ['ArrowLeft', [2, 42], [0, 40]],
    ['Escape', [40, 60], undefined],
  ] as const) {
    assert.deepEqual(afterKey(key, from, whole), to, `${key} ${from}`);
  }
  assert.deepEqual(within([50, 50], whole), [50, 50.1], 'never empty');
});

test('a cut keeps the points beside it, and only the last is one that goes on', () => {
  const points = [10, 20, 30, 40, 50].map((at) => [at, at] as const);
  const band = points.map(([at]) => [at, 0, 1] as const);
  const [part] = cut([{ name: 'a', points, band, goesOn: true }], [25, 35]);
  assert.deepEqual(
    part?.points.map(([at]) => at),
    [20, 30, 40],
  );
  assert.deepEqual(
    part?.band?.map(([at]) => at),
    [20, 30, 40],
  );
  assert.equal(part?.goesOn, false);
  assert.equal(cut([{ name: 'a', points, goesOn: true }], [45, 60])[0]?.goesOn, true);
});
