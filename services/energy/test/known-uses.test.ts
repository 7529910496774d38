import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { localDaysOf } from '@alzette/kit/calendar';
import type { Counter } from '@alzette/kit/forecasting';
import { RECENT_MS, usesOfAll, usesOfRecent } from '../src/meters/known-uses.ts';
import { numbersFrom } from './support/generated-meters.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** With the day of 25 hours in the middle. */
const START = Date.UTC(2026, 9, 5);
const localDays = localDaysOf('Europe/Paris');

/** Readings with gaps of hours and days, and a replaced meter. */
function readings(seed: number, hours: number): Counter {
  const random = numbersFrom(seed);
  const counter: (readonly [number, number])[] = [];
  let total = 500;
  for (let at = START; at < START + hours * HOUR; at += HOUR * (random() < 0.03 ? 1 + Math.floor(random() * 60) : 1)) {
    total = random() < 0.002 ? 0 : total + Math.round(random() * 1000) / 1000;
    counter.push([total, at + Math.floor(random() * 600_000)]);
  }
  return counter;
}

describe('the days and nights of a meter', () => {
  test('are the same from the last days and what was known, hour after hour, as from all readings', () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const counter = readings(seed, 40 * 24);
      const until = (now: number) => counter.filter(([, at]) => at <= now);
      let now = START + 20 * DAY;
      let known = usesOfAll(until(now), localDays);
      for (; now < START + 40 * DAY; now += 7 * HOUR) {
        const since = now - RECENT_MS;
        known = usesOfRecent(
          until(now).filter(([, at]) => at >= since),
          localDays,
          known,
          since,
        );
        assert.deepEqual(known, usesOfAll(until(now), localDays), `seed ${seed}, ${new Date(now).toISOString()}`);
      }
    }
  });

  test('stay known once their readings are removed, and are forgotten with the last of them', () => {
    const counter = readings(9, 30 * 24);
    const all = usesOfAll(counter, localDays);
    const later = counter.filter(([, at]) => at >= START + 20 * DAY + HOUR / 2);
    assert.deepEqual(usesOfAll(later, localDays, all), all);
    assert.deepEqual(usesOfAll([], localDays, all), { days: [], nights: [] });
  });
});
