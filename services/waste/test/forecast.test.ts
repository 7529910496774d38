import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deposits, expectedRise, fitWeek } from '@alzette/kit/forecasting';
import { forecastFill } from '../src/forecast/forecast.ts';
import { sensorFaults } from '../src/forecast/sensor-health.ts';
import { generatedLevels, isHoliday, localDays } from './support/generated-levels.ts';

const DAY = 86_400_000;
/** Twelve weeks for learning, then four weeks that include Ascension Day and Whit Monday. */
const FIRST = Math.floor(Date.UTC(2026, 1, 16) / DAY);
const LEARN = 84;
const HELD_BACK = 28;
const CONTAINERS = 30;

describe('the forecast of filling', () => {
  test('is at least a fifth better than "same as last week" on held-back weeks', (t) => {
    const errors = { ours: 0, lastWeek: 0, count: 0 };
    const within = { hits: 0, count: 0 };
    for (let seed = 1; seed <= CONTAINERS; seed += 1) {
      const { came, levels } = generatedLevels(seed, FIRST, LEARN + HELD_BACK);
      const sum = (from: number, days: number) =>
        Array.from({ length: days }, (_, i) => came.get(from + i) ?? 0).reduce((all, each) => all + each, 0);
      for (let day = FIRST + LEARN; day + 7 <= FIRST + LEARN + HELD_BACK; day += 1) {
        const known = levels.filter(([, at]) => at <= day * DAY);
        const past = deposits(known, localDays).filter((each) => each.day < day);
        const model = fitWeek(past, isHoliday);
        assert.ok(model);
        const before = new Map(past.map((each) => [each.day, each.amount]));
        const mean = past.reduce((all, { amount }) => all + amount, 0) / past.length;
        for (const ahead of [1, 3, 7]) {
          const truth = sum(day, ahead);
          const { mean: ours, variance } = expectedRise(model, day, day + ahead, isHoliday);
          const weekBefore = Array.from({ length: ahead }, (_, i) => before.get(day + i - 7) ?? mean);
          errors.ours += Math.abs(ours - truth);
          errors.lastWeek += Math.abs(weekBefore.reduce((all, each) => all + each, 0) - truth);
          errors.count += 1;
          within.count += 1;
          if (Math.abs(ours - truth) <= 1.2816 * Math.sqrt(variance)) within.hits += 1;
        }
      }
    }
    const [ours, lastWeek] = [errors.ours / errors.count, errors.lastWeek / errors.count];
    const better = 1 - ours / lastWeek;
    const share = within.hits / within.count;
    t.diagnostic(
      `mean absolute error ${(ours * 100).toFixed(2)} % of a container, same as last week ` +
        `${(lastWeek * 100).toFixed(2)} %: ${(better * 100).toFixed(1)} % better; ` +
        `${(share * 100).toFixed(0)} % lie within the interval for 80 %`,
    );
    assert.ok(better >= 0.2, `${better}`);
    assert.ok(share > 0.7 && share < 0.92, `${share}`);
  });

  test('has an uncertainty and its own measured error', () => {
    const { levels } = generatedLevels(3, FIRST, 60);
    const now = (FIRST + 60) * DAY;
    const forecast = forecastFill(levels, { localDays, isHoliday, now });
    assert.ok(forecast?.fullAt && forecast.earliest);
    assert.ok(forecast.earliest < forecast.fullAt);
    assert.ok(forecast.latest === undefined || forecast.latest > forecast.fullAt);
    assert.ok(forecast.error.oneDay > 0 && forecast.error.threeDays > 0);
  });

  test('is undefined with too little history', () => {
    const { levels } = generatedLevels(4, FIRST, 12);
    assert.equal(forecastFill(levels, { localDays, isHoliday, now: (FIRST + 12) * DAY }), undefined);
    assert.equal(forecastFill([], { localDays, isHoliday, now: 0 }), undefined);
  });
});

describe('the health of sensors', () => {
  const days = 40;
  const now = (FIRST + days) * DAY;
  const faultsOf = (change: (level: number, at: number, i: number) => number | undefined, status?: string) => {
    const levels = generatedLevels(7, FIRST, days).levels.flatMap(([level, at], i): [number, number][] => {
      const changed = change(level, at, i);
      return changed === undefined ? [] : [[changed, at]];
    });
    return sensorFaults(levels, { localDays, now, ...(status !== undefined && { status }) });
  };

  test('is good for working sensors', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const { levels } = generatedLevels(seed, FIRST, days);
      assert.deepEqual(sensorFaults(levels, { localDays, now, status: 'ok' }), [], `seed ${seed}`);
    }
  });

  test('detects silence, a stuck level, a wrong zero, jumps and tilting', () => {
    assert.deepEqual(
      faultsOf((level, at) => (at > now - 2 * DAY ? undefined : level)),
      ['silent'],
    );
    assert.deepEqual(
      faultsOf((level, at) => (at > now - 6 * DAY ? 0.42 : level)),
      ['stuck'],
    );
    assert.deepEqual(
      faultsOf((level) => 0.4 + level * 0.6),
      ['misSet'],
    );
    assert.ok(faultsOf((level, _, i) => Math.min(1, level * 0.5 + (i % 3 === 0 ? 0.3 : 0))).includes('noisy'));
    assert.deepEqual(
      faultsOf((level) => level, 'dropped'),
      ['tilted'],
    );
    assert.deepEqual(sensorFaults([], { localDays, now }), ['silent']);
  });
});
