import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOption } from './chart-option.ts';

test('an axis has no room below zero for data without negative values', () => {
  const series = [{ name: 'Power', points: [] }];
  const texts = { number: String, dateTime: String };
  const [axis] = chartOption(series, {}, 'day', texts).yAxis;
  assert.deepEqual(
    [
      { min: 0, max: 50 },
      { min: 2, max: 50 },
      { min: 44, max: 50 },
      { min: -1, max: 50 },
    ].map((extent) => axis?.min(extent)),
    [0, 0, null, null],
  );
});
