import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digitsOver, timeLabel, withoutRepeats } from './axis.ts';

test('labels of neighbouring values differ, with as few digits as that needs', () => {
  for (const [values, digits] of [
    [[0, 40], 0],
    [[1507.2, 1508.1], 1],
    [[1.5079, 1.5083], 5],
    [[0, 3], 1],
    [[7, 7], 2],
    [[], 2],
  ] as const) {
    assert.equal(digitsOver(values), digits, values.join());
  }
  const steps = [1507.2, 1507.4, 1507.6].map((value) => value.toFixed(digitsOver([1507.2, 1508.1])));
  assert.equal(new Set(steps).size, 3);
});

test('a time axis names hours, days where they begin, and months only on long axes', () => {
  const at = (text: string) => Date.parse(`${text}Z`);
  const texts = {
    time: (moment: number) => new Date(moment).toISOString().slice(11, 16),
    day: (moment: number) => new Date(moment).toISOString().slice(5, 10),
    month: (moment: number) => new Date(moment).toISOString().slice(0, 7),
    starts: (moment: number, what: 'day' | 'month') =>
      new Date(moment).toISOString().slice(what === 'day' ? 11 : 8, 16) === (what === 'day' ? '00:00' : '01T00:00'),
  };
  const DAY_MS = 86_400_000;
  for (const [moment, days, label] of [
    ['2026-11-30T18:00', 1, '18:00'],
    ['2026-12-01T00:00', 1, '12-01'],
    ['2026-12-01T00:00', 30, '12-01'],
    ['2026-12-01T00:00', 365, '2026-12'],
    ['2026-12-16T00:00', 90, '12-16'],
  ] as const) {
    assert.equal(timeLabel(at(moment), days * DAY_MS, texts), label);
  }
});

test('a label is not repeated, and each drawing begins anew', () => {
  const label = withoutRepeats((at) => `day ${Math.floor(at)}`);
  const labels = () => [1, 1.5, 2].map((at, place) => label(at, place));
  assert.deepEqual(
    [labels(), labels()],
    [
      ['day 1', '', 'day 2'],
      ['day 1', '', 'day 2'],
    ],
  );
});
