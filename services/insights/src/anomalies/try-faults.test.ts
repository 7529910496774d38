import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Series, slotsOf } from '@alzette/kit/forecasting';
import { electricity } from '../../evaluate/generated-series.ts';
import { faultFigures } from './fault-figures.ts';
import { tryFaults } from './try-faults.ts';

const FIRST_DAY = Math.floor(Date.UTC(2026, 8, 7) / 86_400_000);
const slotOf = slotsOf(24, () => false);
const seriesOf = (values: readonly number[]): Series => ({
  perDay: 24,
  first: FIRST_DAY * 24,
  values: Float64Array.from(values),
});
const trialsOf = (make: (seed: number) => readonly number[]) =>
  Array.from({ length: 6 }, (_, turn) => tryFaults(seriesOf(make(turn + 1)), slotOf, { kind: 'gauge', turn })).filter(
    (trial) => trial !== undefined,
  );

describe('artificial faults in held-back weeks', () => {
  test('are detected in a series with a weekly pattern, more than by a simple method', () => {
    const { faults, own, plain, isBetter } = faultFigures(trialsOf((seed) => electricity(seed, FIRST_DAY, 63).truth));
    assert.ok(faults >= 15 && isBetter, JSON.stringify({ faults, own, plain }));
    assert.ok(own.recall > 0.6 && own.recall > plain.recall, JSON.stringify({ own, plain }));
    assert.ok(own.falsePerYear < 20, JSON.stringify(own));
  });

  test('leave the series unchanged, and there are none if too little is known', () => {
    const { truth } = electricity(1, FIRST_DAY, 63);
    const series = seriesOf(truth);
    tryFaults(series, slotOf, { kind: 'counter' });
    assert.deepEqual([...series.values], truth);
    assert.equal(tryFaults(seriesOf(truth.slice(0, 20 * 24)), slotOf, { kind: 'counter' }), undefined);
  });

  test('are detected by a simple method as well if the overall level matters', () => {
    const counts = (found: number, falseAlarms: number) => ({ faults: 10, found, falseAlarms, days: 73 });
    const trial = { own: counts(8, 4), fromMean: counts(8, 4), fromWeekBefore: counts(9, 40) };
    assert.deepEqual(faultFigures([trial, trial]), {
      ...{ series: 2, faults: 20, isBetter: false },
      own: { recall: 0.8, falsePerYear: 20 },
      plain: { recall: 0.8, falsePerYear: 20 },
    });
    assert.equal(faultFigures([{ ...trial, own: counts(8, 3) }]).isBetter, true);
  });
});
