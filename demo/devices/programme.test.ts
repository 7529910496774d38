import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantOf, readStrategy } from '@alzette/lighting';
import { localDays } from './local-days.ts';
import { changeableProgramme, lightingProgramme } from './programme.ts';

const ZONE = 'Europe/Paris';
const SITE = { latitude: 49.47, longitude: 5.93, timeZone: ZONE };
const HOUR = 3_600_000;

function programmeOf(document: object) {
  return lightingProgramme({
    strategy: readStrategy({ name: 'x', ...document }),
    site: SITE,
    firstNight: '2025-01-01',
  });
}

test('local days follow Paris through winter, summer and the changes between', () => {
  const table: [string, number, number][] = [
    ['2025-01-15T21:00:00Z', 22, 0],
    ['2025-07-15T20:00:00Z', 22, 0],
    ['2025-03-30T01:00:00Z', 3, 0],
    ['2025-10-26T01:00:00Z', 2, 0],
  ];
  for (const [at, hour, minute] of table) {
    const time = (localDays(Date.parse(at)) % 1) * 24;
    assert.equal(Math.round(time * 60), hour * 60 + minute, at);
  }
});

describe('the programme of the demo', () => {
  const programme = programmeOf({
    on: 'sunset+00:12',
    off: 'sunrise-00:12',
    programme: { level: 1, slots: [{ from: '22:00', to: '05:00', level: 0.5 }] },
  });

  test('lights at dusk, dims at 22:00, is bright again at 5:00 and goes out before sunrise', () => {
    // Sunset and sunrise of these days by the national ephemeris: 16:46 and 8:08, 21:39 and 5:28.
    const table: [string, number][] = [
      ['2025-11-24T15:40:00Z', 0],
      ['2025-11-24T16:10:00Z', 1],
      ['2025-11-24T20:59:00Z', 1],
      ['2025-11-24T21:01:00Z', 0.5],
      ['2025-11-25T03:59:00Z', 0.5],
      ['2025-11-25T04:01:00Z', 1],
      ['2025-11-25T06:30:00Z', 1],
      ['2025-11-25T07:00:00Z', 0],
      ['2025-06-21T19:30:00Z', 0],
      ['2025-06-21T20:30:00Z', 0.5],
      ['2025-06-22T03:30:00Z', 0],
    ];
    for (const [at, level] of table) assert.equal(programme.levelAt(Date.parse(at)), level, at);
  });

  test('has the known hours of a year: 4,286 at full light, a third less if dimmed to half from 21:00 to 5:30', () => {
    const end = instantOf('2026-01-01', 12 * 60, ZONE);
    const slot = { from: '21:00', to: '05:30' };
    const hours = (level: number) =>
      programmeOf({ programme: { level: 1, slots: [{ ...slot, level }] } }).fullPowerHours(end);
    const [full, dimmed] = [hours(1), hours(0.5)];
    assert.ok(Math.abs(full - 4286) < 25, `${full} h`);
    assert.ok(Math.abs((1 - dimmed / full) * 100 - 32.8) < 0.5, `${100 * (1 - dimmed / full)} %`);
  });

  test('counts hours that never decrease, whatever the commands', () => {
    const lamp = changeableProgramme(programme);
    const dark = programmeOf({ programme: { level: 0.1 } });
    const start = instantOf('2025-03-22', 0, ZONE);
    let before = 0;
    for (let at = start; at < start + 360 * HOUR; at += HOUR / 6) {
      if (at === start + 100 * HOUR) lamp.follow(dark, at);
      if (at === start + 200 * HOUR) lamp.override(1, at);
      if (at === start + 210 * HOUR) lamp.override(undefined, at);
      const hours = lamp.fullPowerHours(at);
      assert.ok(hours >= before, `${hours} h after ${before} h`);
      if (at > start + 200 * HOUR && at <= start + 210 * HOUR) {
        assert.equal(lamp.levelAt(at), at < start + 210 * HOUR ? 1 : dark.levelAt(at));
        if (at > start + 200 * HOUR + HOUR / 6)
          assert.ok(Math.abs(hours - before - 1 / 6) < 1e-6, 'full power by hand');
      }
      before = hours;
    }
    assert.ok(lamp.fullPowerHours(start + 360 * HOUR) < programme.fullPowerHours(start + 360 * HOUR));
  });
});
