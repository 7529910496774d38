import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dayUses, hourUses } from '@alzette/kit/forecasting';
import { degreeDays, fitHeating, normalisedYear } from '../src/analysis/degree-days.ts';
import { BASELOAD, LEAK, neverStops, nightFaults, nightsOf } from '../src/analysis/nights.ts';
import { electricityMeter, type Fault, FIRST, waterMeter } from './support/generated-meters.ts';

const METERS = 100;
/** A fault must be found within this number of days. */
const WITHIN_DAYS = 7;
const DAY = 86_400_000;

type Meter = typeof waterMeter;

function found(meter: Meter, rule: typeof LEAK) {
  let hits = 0;
  let falseAlarms = 0;
  for (let seed = 1; seed <= METERS; seed += 1) {
    const { hours, fault } = meter(seed, true) as { hours: ReturnType<Meter>['hours']; fault: Fault };
    const faults = nightFaults(nightsOf(hours), rule);
    const isHit = (each: { since: number; found: number }) =>
      each.found >= fault.from && each.found <= fault.from + WITHIN_DAYS;
    if (faults.some(isHit)) hits += 1;
    falseAlarms += faults.filter((each) => each.found < fault.from || each.since > fault.to).length;
    falseAlarms += nightFaults(nightsOf(meter(seed + 1000, false).hours), rule).length;
  }
  return { share: hits / METERS, falseAYear: falseAlarms / (2 * METERS) };
}

describe('faults on a year of generated meters', () => {
  for (const [name, meter, rule] of [
    ['leaks', waterMeter, LEAK],
    ['raised baseloads', electricityMeter, BASELOAD],
  ] as const) {
    test(`${name}: at least 95 % found within a week, at most one false alarm a meter and year`, (t) => {
      const { share, falseAYear } = found(meter, rule);
      t.diagnostic(`${(share * 100).toFixed(0)} % found, ${falseAYear.toFixed(3)} false alarms a meter and year`);
      assert.ok(share >= 0.95, `${share}`);
      assert.ok(falseAYear <= 1, `${falseAYear}`);
    });
  }

  test('have a beginning, an amount and an end', () => {
    const { hours, fault } = waterMeter(4, true) as { hours: ReturnType<Meter>['hours']; fault: Fault };
    const [leak] = nightFaults(nightsOf(hours), LEAK);
    assert.ok(leak);
    assert.ok(Math.abs(leak.since - fault.from) <= 1);
    assert.ok(Math.abs((leak.until ?? 0) - fault.to) <= 2);
    assert.ok(Math.abs(leak.excess / fault.excess - 1) < 0.25);
  });

  test('small leaks count where nothing flows at night', () => {
    const from = FIRST + 60;
    const quiet = Array.from({ length: 90 * 24 }, (_, i) => ({ day: FIRST + Math.floor(i / 24), hour: i % 24 }));
    const hours = quiet.map(({ day, hour }) => {
      const leaked = day >= from ? 0.004 : 0;
      const used = hour >= 7 && hour < 19 ? 0.1 : 0;
      return { day, hour, used: used + leaked };
    });
    const [leak] = nightFaults(nightsOf(hours), LEAK);
    assert.deepEqual([leak?.since, leak?.excess], [from, 0.004]);
  });

  test('water that never stops at night is told, with its least flow, from the first night on', () => {
    const year = (leaked: number, days: number) =>
      nightsOf(
        Array.from({ length: days * 24 }, (_, i) => {
          const [day, hour] = [FIRST + Math.floor(i / 24), i % 24];
          return { day, hour, used: leaked + (hour >= 7 && hour < 19 ? 0.1 : 0) };
        }),
      );
    for (const leaked of [0.03, 0.004]) {
      assert.deepEqual(neverStops(year(leaked, 40)), { since: FIRST, least: leaked });
      assert.deepEqual(nightFaults(year(leaked, 40), LEAK), [], 'it is not more than usual');
    }
    assert.equal(neverStops(year(0, 40)), undefined);
    assert.equal(neverStops(year(0.03, 10)), undefined);
    assert.equal(neverStops([...year(0.03, 40), { day: FIRST + 40, least: 0, mean: 0 }]), undefined);
  });

  test('nothing is found with fewer than two weeks', () => {
    const { hours } = waterMeter(4, true);
    assert.deepEqual(nightFaults(nightsOf(hours.filter(({ day }) => day < FIRST + 10)), LEAK), []);
  });
});

describe('counters', () => {
  const localDays = (at: number) => at / DAY;
  const counter = Array.from({ length: 24 * 4 + 1 }, (_, i) => [i * 2, FIRST * DAY + i * (DAY / 24)] as const);

  test('give the consumption of hours and days, whatever the interval of readings', () => {
    assert.deepEqual(
      dayUses(counter, localDays).map(({ used }) => Math.round(used)),
      [48, 48, 48, 48],
    );
    assert.equal(hourUses(counter, localDays).length, 96);
    const daily = counter.filter((_, i) => i % 24 === 12);
    assert.deepEqual(
      dayUses(daily, localDays).map(({ used }) => Math.round(used)),
      [48, 48],
    );
    assert.deepEqual(hourUses(daily, localDays), []);
  });

  test('start again after the meter is replaced, and a gap hides its consumption', () => {
    const changed = counter.map(([total, at], i) => [i < 50 ? total : total - 100, at] as const);
    const sum = dayUses(changed, localDays).reduce((all, { used }) => all + used, 0);
    assert.ok(sum > 180 && sum < 196, `${sum}`);
    const gap = counter.filter((_, i) => i < 24 || i > 30);
    assert.ok(hourUses(gap, localDays).length < 96);
  });
});

describe('degree days', () => {
  test('explain heating, so that years with different winters can be compared', () => {
    const celsius = (day: number) => 9 - 10 * Math.cos((2 * Math.PI * (day - FIRST)) / 365);
    const samples = Array.from({ length: 365 * 8 }, (_, i) => {
      const at = (FIRST + i / 8) * DAY;
      return [celsius(FIRST + i / 8) + 3 * Math.sin((2 * Math.PI * i) / 8), at] as const;
    });
    const degrees = degreeDays(samples, (at) => at / DAY);
    const uses = [...degrees].map(([day, own]) => ({ day, used: 20 + 6 * own }));
    const model = fitHeating(uses, degrees);
    assert.ok(model);
    assert.ok(Math.abs(model.perDegreeDay - 6) < 0.01 && Math.abs(model.base - 20) < 0.1);
    assert.ok(model.fit > 0.99);
    assert.equal(Math.round(normalisedYear(model, 2500)), 20 * 365 + 6 * 2500);
    assert.equal(fitHeating(uses.slice(0, 20), degrees), undefined);
  });
});
