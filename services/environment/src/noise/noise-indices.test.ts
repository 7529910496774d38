import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DateTime } from 'luxon';
import { dayBeginsAt, energyMean, type Levels, noiseDays, noiseOf } from './noise-indices.ts';

const ZONE = 'Europe/Paris';
const MINUTE = 60_000;
/** A level for each clock hour, and quarter-hours around it whose mean energy is that of the hour. */
const levelAt = (hour: number) => (hour >= 6 && hour < 18 ? 60 : hour >= 18 && hour < 22 ? 55 : 50);

/** A sample each quarter of an hour between two instants, by the clock of the zone. */
function quarters(from: string, to: string, level: (hour: number) => number): Levels {
  const [start, end] = [from, to].map((text) => DateTime.fromISO(text, { zone: ZONE }).toMillis()) as [number, number];
  const samples: [number, number][] = [];
  for (let at = start; at < end; at += 15 * MINUTE) {
    samples.push([level(DateTime.fromMillis(at, { zone: ZONE }).hour), at]);
  }
  return samples;
}

const today = (text: string) => DateTime.fromISO(text, { zone: ZONE });

/** The formula of the directive, from sound power: 60, 55 and 50 dB. */
const LDEN = 10 * Math.log10((12 * 1e6 + 4 * 10 ** ((55 + 5) / 10) + 8 * 10 ** ((50 + 10) / 10)) / 24);

describe('noise indices', () => {
  test('add 5 dB in the evening and 10 dB at night', () => {
    assert.ok(Math.abs(LDEN - 60) < 1e-9, 'chosen so that each part weighs the same');
    const days = noiseDays(quarters('2026-05-04T06:00', '2026-05-07T06:00', levelAt), today('2026-05-07'), 3, 6);
    assert.deepEqual(
      days,
      ['2026-05-04', '2026-05-05', '2026-05-06'].map((day) => ({ day, lden: 60, lnight: 50 })),
    );
  });

  test('use the energy of samples, not their mean', () => {
    // A minute of 80 dB among silence: 10 lg of a fifteenth of the energy.
    assert.ok(Math.abs(energyMean([80, ...Array(14).fill(30)]) - (80 - 10 * Math.log10(15))) < 0.01);
    const loud = noiseDays(
      quarters('2026-05-04T22:00', '2026-05-05T06:00', (hour) => (hour === 3 ? 80 : 30)),
      today('2026-05-05'),
      1,
      6,
    );
    assert.deepEqual(loud, [{ day: '2026-05-04', lnight: 71 }]); // 80 − 10 lg 8 = 70.97
    assert.deepEqual(
      noiseOf([
        { day: 'a', lnight: 40 },
        { day: 'b', lnight: 60 },
      ]),
      { lnight: 57 },
    ); // 10 lg (1e4 + 1e6)/2
  });

  test('of nights with seven and nine hours have the level of all their hours', () => {
    for (const [evening, next, hours] of [
      ['2026-03-28', '2026-03-29', 7],
      ['2026-10-24', '2026-10-25', 9],
    ] as const) {
      // Silent but for the hour from 5:00 to 6:00.
      const samples = quarters(`${evening}T06:00`, `${next}T06:00`, (hour) => (hour === 5 ? 70 : 20));
      const [day] = noiseDays(samples, today(next), 1, 6);
      const expected = 10 * Math.log10((1e7 + (hours - 1) * 100) / hours);
      assert.equal(day?.lnight, Math.round(expected * 10) / 10);
    }
  });

  test('are not told of parts with less than three quarters of their hours', () => {
    const night = (from: string) =>
      noiseDays(quarters(`2026-05-05T0${from}`, '2026-05-05T06:00', levelAt), today('2026-05-05'), 1, 6);
    assert.deepEqual(night('1:00'), []);
    assert.deepEqual(night('0:00'), [{ day: '2026-05-04', lnight: 50 }]);
    assert.deepEqual(noiseDays([], today('2026-05-05'), 3, 6), []);
    assert.deepEqual(noiseOf([]), {});
  });

  test('begin their day by the country', () => {
    assert.deepEqual(['FR', 'LU', 'BE', 'DE'].map(dayBeginsAt), [6, 7, 7, 6]);
  });
});
