import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantOf, isHolidayOf, localDaysOf } from '../calendar/calendar.ts';
import { dayUses, hourUses } from './counter.ts';
import { chooseForecast, heldMeans, learnUsual, oddityOf, type Series, slotsOf } from './forecasting.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const FIRST_DAY = Date.UTC(2026, 8, 7) / DAY;
const slotOf = slotsOf(24, () => false);

/** From -1 to 1, the same for a number. */
const chance = (n: number) => {
  const x = Math.sin(n * 12.9898) * 43_758.5453;
  return (x - Math.floor(x)) * 2 - 1;
};

function hours(days: number, value: (day: number, hour: number, i: number) => number): Series {
  const values = Float64Array.from({ length: days * 24 }, (_, i) => value(Math.floor(i / 24), i % 24, i));
  return { perDay: 24, first: FIRST_DAY * 24, values };
}

const office = (day: number, hour: number, i: number) =>
  2 + (day % 7 < 5 && hour >= 8 && hour < 18 ? 10 : 0) + 1.5 * chance(i);

describe('a forecast', () => {
  test('predicts a week better than a copy of the previous week, and its interval covers the promised share', () => {
    const made = chooseForecast(hours(60, office), { slotOf, ahead: 48, min: 0, max: 12.5 });
    assert.ok(made);
    const { evaluation, isBaseline, points } = made;
    assert.equal(isBaseline, false);
    assert.ok(evaluation.error < 0.8 * evaluation.baselineError, JSON.stringify(evaluation));
    assert.ok(Math.abs(evaluation.coverage - 0.8) < 0.08, String(evaluation.coverage));
    assert.equal(points.length, 48);
    for (const { value, low, high } of points) assert.ok(0 <= low && low <= value && value <= high && high <= 12.5);
  });

  test('uses a baseline where nothing is better', () => {
    let level = 0;
    const walk = hours(60, (_day, _hour, i) => {
      level += chance(i);
      return level;
    });
    const made = chooseForecast(walk, { slotOf, ahead: 24 });
    assert.deepEqual([made?.method, made?.isBaseline], ['naive', true]);
    assert.equal(made?.points[0]?.value, walk.values.at(-1));
  });

  test('adds up values day by day', () => {
    const days = Float64Array.from({ length: 70 }, (_, i) => 0.1 + 0.05 * chance(i));
    const series = { perDay: 1, first: FIRST_DAY, values: days };
    const made = chooseForecast(series, { slotOf: slotsOf(1, () => false), ahead: 7, min: 0, isSum: true });
    const values = made?.points.map(({ value }) => value) ?? [];
    assert.ok(Math.abs((values.at(-1) ?? 0) - 0.7) < 0.12, values.join());
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
    );
  });

  test('treats holidays like Sundays', () => {
    const isHoliday = (day: number) => day === FIRST_DAY + 60;
    const made = chooseForecast(hours(60, office), { slotOf: slotsOf(24, isHoliday), ahead: 24 });
    assert.ok(
      made?.points.every(({ value }) => value < 5),
      'a Friday on which nobody works',
    );
  });

  test('requires enough data, and continues over gaps', () => {
    assert.equal(chooseForecast(hours(15, office), { slotOf, ahead: 24 }), undefined);
    const gappy = hours(60, (day, hour, i) => (day % 5 === 2 ? Number.NaN : office(day, hour, i)));
    assert.ok(chooseForecast(gappy, { slotOf, ahead: 24 })?.points.every(({ value }) => Number.isFinite(value)));
  });
});

describe('an anomaly', () => {
  const usual = learnUsual(hours(35, office), slotOf);
  assert.ok(usual);
  const after = (value: (hour: number) => number): Series => ({
    perDay: 24,
    first: (FIRST_DAY + 35) * 24,
    values: Float64Array.from({ length: 12 }, (_, hour) => value(hour)),
  });

  test('is reported with the compared values after three unusual hours', () => {
    const oddity = oddityOf(
      after((hour) => office(0, hour, hour) + (hour >= 9 ? 20 : 0)),
      usual,
      slotOf,
    );
    assert.ok(oddity && oddity.score > 6, JSON.stringify(oddity));
    assert.ok(oddity.observed > oddity.high && oddity.usual > 10 && oddity.usual < 14);
  });

  test('is neither one unusual hour nor a usual night', () => {
    for (const odd of [11, -1]) {
      const oddity = oddityOf(
        after((hour) => office(0, hour, hour) + (hour === odd ? 40 : 0)),
        usual,
        slotOf,
      );
      assert.ok(oddity && Math.abs(oddity.score) < 4, JSON.stringify(oddity));
    }
  });

  test('is not detected from a few days', () => assert.equal(learnUsual(hours(2, office), slotOf), undefined));
});

test('steps are local hours, and a value applies for a limited time', () => {
  const localDays = localDaysOf('Europe/Paris');
  const start = Date.parse('2026-03-28T23:00:00Z');
  const options = { perDay: 24, localDays, until: start + 9 * HOUR, holdMs: 4 * HOUR };
  const { values, first } = heldMeans(
    [
      [4, start],
      [8, start + 1.5 * HOUR],
    ],
    options,
  );
  assert.equal(first / 24, Date.UTC(2026, 2, 29) / DAY, 'midnight in Paris');
  // A value before the skipped hour of this night also applies after it.
  assert.deepEqual([...values], [4, 6, 8, 8, 8, 8, 8]);
  for (const iso of ['2026-03-29T00:00:00Z', '2026-03-29T10:00:00Z', '2026-10-25T12:00:00Z']) {
    assert.equal(instantOf(localDays(Date.parse(iso)), localDays), Date.parse(iso));
  }
  assert.equal(isHolidayOf('fr-moselle')(Date.UTC(2026, 11, 26) / DAY), true);
});

describe('the consumption of a meter', () => {
  const paris = localDaysOf('Europe/Paris');
  for (const [change, midnight, length] of [
    ['back', '2026-10-24T22:00:00Z', 25],
    ['forward', '2026-03-28T23:00:00Z', 23],
  ] as const) {
    for (const minutes of [15, 60]) {
      test(`is complete on the day on which the clock goes ${change}, with a reading every ${minutes} minutes`, () => {
        const begin = Date.parse(midnight);
        const counter = Array.from({ length: (length * 60) / minutes + 1 }, (_, n) => {
          return [(n * minutes) / 60, begin + n * minutes * 60_000] as const;
        });
        assert.deepEqual(
          dayUses(counter, paris).map(({ used }) => Math.round(used * 1e6) / 1e6),
          [length],
        );
        const ofHours = hourUses(counter, paris).reduce((sum, { used }) => sum + used, 0);
        assert.ok(Math.abs(ofHours - length) < 1e-6, `${ofHours}`);
      });
    }
  }
});
