import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CacheUse, cacheUses } from '@alzette/kit/caches';
import { DateTime } from 'luxon';
import { InvalidInput } from '../src/input/invalid-input.ts';
import { readNightTime, writeNightTime } from '../src/programmes/night-time.ts';
import { levelSteps } from '../src/programmes/programme.ts';
import { readProgramme } from '../src/programmes/read-programme.ts';
import { daysAfter, daysBetween, instantOf } from '../src/sun/local-time.ts';
import { sunNight } from '../src/sun/sun-night.ts';
import { noaaEvent } from './noaa-sun.ts';

const SITES = {
  Villerupt: { longitude: 5.93, latitude: 49.47, timeZone: 'Europe/Paris' },
  'Saint-Denis de La Réunion': { longitude: 55.45, latitude: -20.88, timeZone: 'Indian/Reunion' },
  Reykjavík: { longitude: -21.94, latitude: 64.15, timeZone: 'Atlantic/Reykjavik' },
  Auckland: { longitude: 174.76, latitude: -36.85, timeZone: 'Pacific/Auckland' },
  Honolulu: { longitude: -157.86, latitude: 21.31, timeZone: 'Pacific/Honolulu' },
  Kashgar: { longitude: 75.99, latitude: 39.47, timeZone: 'Asia/Shanghai' },
};
const VILLERUPT = SITES.Villerupt;
const MINUTE = 60_000;
const HORIZON = -0.833;

describe('the sun', () => {
  test('the nights of ten years are more than the cache keeps', () => {
    const dates = daysBetween('2000-01-01', '2009-12-31');
    for (const date of dates) sunNight(VILLERUPT, date);
    const { entries, bytes, mostBytes } = cacheUses('others').sun_nights as CacheUse;
    assert.ok(bytes <= mostBytes && entries > 1000 && entries < dates.length, `${entries} nights, ${bytes} bytes`);
  });

  for (const [name, site] of Object.entries(SITES)) {
    for (const year of [2024, 2031]) {
      test(`sets and rises in ${name} in ${year} as NOAA’s equations say`, () => {
        for (const date of daysBetween(`${year}-01-01`, `${year}-12-31`)) {
          const night = sunNight(site, date, ['sunset', 'sunrise']);
          // The event may be in either solar day.
          const apart = (at: number, altitude: number, side: 'rise' | 'set') =>
            Math.min(
              ...[-1, 0, 1, 2].map((day) => {
                const expected = noaaEvent(daysAfter(date, day), site, altitude, side);
                return expected === undefined ? Infinity : Math.abs(at - expected);
              }),
            );
          assert.ok(apart(night.sunset, HORIZON, 'set') < 2.5 * MINUTE, `${date}: sunset`);
          assert.ok(apart(night.sunrise, HORIZON, 'rise') < 2.5 * MINUTE, `${date}: sunrise`);
          const noon = instantOf(date, 720, site.timeZone);
          assert.ok(noon < night.sunset && night.sunset < night.sunrise && night.sunrise - noon < 36 * 60 * MINUTE);
          if (Math.abs(site.latitude) > 60) continue; // white nights
          const civil = sunNight(site, date);
          assert.ok(apart(civil.civilDusk, -6, 'set') < 2.5 * MINUTE, `${date}: dusk`);
          assert.ok(apart(civil.civilDawn, -6, 'rise') < 2.5 * MINUTE, `${date}: dawn`);
        }
      });
    }
  }

  test('that does not set, or does not rise, is an error with place and day', () => {
    const tromso = { longitude: 18.96, latitude: 69.65, timeZone: 'Europe/Oslo' };
    for (const [date, words] of [
      ['2025-06-21', /place: got \[18.96,69.65\].*2025-06-21 \(polar day there\)/],
      ['2025-12-21', /2025-12-21 \(polar night there\)/],
    ] as const) {
      assert.throws(() => sunNight(tromso, date, ['sunset', 'sunrise']), words);
    }
    assert.ok(sunNight(tromso, '2025-03-21', ['sunset', 'sunrise']));
    assert.throws(() => sunNight(SITES.Reykjavík, '2025-06-21'), /civil dusk in the night of 2025-06-21 \(white night/);
  });

  test('need not set if lamps go only by the clock', () => {
    assert.ok(sunNight({ longitude: 18.96, latitude: 69.65, timeZone: 'Europe/Oslo' }, '2025-06-21', []));
  });
});

describe('a night of local time', () => {
  const programme = readProgramme({ level: 1, slots: [{ from: '21:00', to: '05:30', level: 0.5 }] }, 'programme');
  const window = { on: readNightTime('20:00', 'on'), off: readNightTime('07:00', 'off') };
  const hours = (date: string, chosen = programme) =>
    levelSteps(window, chosen, sunNight(VILLERUPT, date), VILLERUPT).map(({ from, to, level }) => [
      (to - from) / 3_600_000,
      level,
    ]);

  for (const [date, slotHours] of [
    ['2025-03-28', 8.5],
    ['2025-03-29', 7.5],
    ['2025-10-24', 8.5],
    ['2025-10-25', 9.5],
  ] as const) {
    test(`of ${date} has ${slotHours} hours between 21:00 and 05:30`, () => {
      assert.deepEqual(hours(date), [
        [1, 1],
        [slotHours, 0.5],
        [1.5, 1],
      ]);
    });
  }

  test('are the instants that a calendar library finds, on each day of a year', () => {
    for (const { timeZone } of Object.values(SITES)) {
      for (const date of daysBetween('2025-01-01', '2025-12-31')) {
        for (const hour of [0, 1, 12, 23]) {
          const found = DateTime.fromISO(`${date}T${String(hour).padStart(2, '0')}:30`, { zone: timeZone });
          assert.equal(instantOf(date, hour * 60 + 30, timeZone), found.toMillis(), `${date} ${hour}:30 ${timeZone}`);
        }
      }
    }
  });

  test('moves a skipped time an hour later, and uses the first of a repeated one', () => {
    assert.equal(new Date(instantOf('2025-03-30', 150, 'Europe/Paris')).toISOString(), '2025-03-30T01:30:00.000Z');
    assert.equal(new Date(instantOf('2025-10-26', 150, 'Europe/Paris')).toISOString(), '2025-10-26T00:30:00.000Z');
  });

  test('applies the later of two overlapping slots', () => {
    const both = readProgramme(
      {
        level: 1,
        slots: [
          { from: '21:00', to: '05:00', level: 0.5 },
          { from: '23:00', to: '01:00', level: 0.2 },
        ],
      },
      'programme',
    );
    assert.deepEqual(hours('2025-01-10', both), [
      [1, 1],
      [2, 0.5],
      [2, 0.2],
      [4, 0.5],
      [2, 1],
    ]);
  });

  test('is empty if offsets leave no time', () => {
    const never = { on: readNightTime('sunset+06:00', 'on'), off: readNightTime('sunrise-06:00', 'off') };
    assert.deepEqual(levelSteps(never, programme, sunNight(VILLERUPT, '2025-06-21'), VILLERUPT), []);
  });
});

describe('the time of a night', () => {
  for (const text of ['21:00', '00:00', 'sunset', 'civilDawn+00:15', 'sunrise-01:30']) {
    test(`is parsed and written: ${text}`, () => assert.equal(writeNightTime(readNightTime(text, 'on')), text));
  }
  for (const text of ['24:00', '9:00', 'dusk', 'sunset+7', 'sunset+07:00', '', 5, null]) {
    test(`can't be ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => readNightTime(text, 'on'),
        (error) => error instanceof InvalidInput && error.member === 'on',
      );
    });
  }
});
