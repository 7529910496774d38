import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOption } from './chart-option.ts';

test('an axis has no room below zero for data without negative values', () => {
  const series = [{ name: 'Power', points: [] }];
  const texts = { number: String, dateTime: String, time: String };
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

test('a period that goes on is dashed as a line, and pale as a bar', () => {
  const texts = { number: String, dateTime: String, time: String };
  const points = [
    [0, 5],
    [1, 6],
    [2, 1],
  ] as const;
  const { series } = chartOption([{ name: 'Power', points, goesOn: true }], {}, 'day', texts);
  const values = series.map(({ data }) => (data as number[][]).map(([at]) => at));
  assert.deepEqual(values, [
    [0, 1],
    [1, 2],
  ]);
  const styles = series.map((each) => (each.type === 'line' ? each.lineStyle?.type : 'bar'));
  assert.deepEqual(styles, [undefined, 'dashed']);
  const [bars] = chartOption([{ name: 'Energy', points, kind: 'bar', goesOn: true }], {}, 'day', texts).series;
  const data = (bars?.data ?? []) as { itemStyle?: object }[];
  const pale = data.map(({ itemStyle }) => itemStyle !== undefined);
  assert.deepEqual(pale, [false, false, true]);
  assert.equal(chartOption([{ name: 'Power', points }], {}, 'day', texts).series.length, 1);
});
