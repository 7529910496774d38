import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantOf, localDays } from './local-time.ts';
import { lightingProgramme } from './programme.ts';

const DAY = 86_400_000;
const FIRST_DAY_2025 = Math.floor(Date.UTC(2025, 0, 1) / DAY);
const PLACE = { latitude: 49.47, longitude: 5.93, twilightMinutes: 0, firstDay: FIRST_DAY_2025 };

describe('local time', () => {
  test('follows Paris through winter, summer and the changes between', () => {
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

  test('finds the instant of a local hour', () => {
    const day = Math.floor(Date.UTC(2025, 6, 14) / DAY);
    assert.equal(new Date(instantOf(day, 22)).toISOString(), '2025-07-14T20:00:00.000Z');
    assert.equal(new Date(instantOf(day - 180, 5)).toISOString(), '2025-01-15T04:00:00.000Z');
  });
});

describe('the lighting programme', () => {
  const programme = lightingProgramme({ ...PLACE, dims: [{ from: 22, until: 5, level: 0.5 }], twilightMinutes: 12 });

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

  test('comes to the known hours of a year: 4,286 at full light, a third less when dimmed to half from 21:00 to 5:30', () => {
    const endOf2025 = instantOf(FIRST_DAY_2025 + 365, 12);
    const full = lightingProgramme({ ...PLACE, dims: [{ from: 21, until: 5.5, level: 1 }] }).fullPowerHours(endOf2025);
    const dimmed = lightingProgramme({ ...PLACE, dims: [{ from: 21, until: 5.5, level: 0.5 }] }).fullPowerHours(
      endOf2025,
    );
    assert.ok(Math.abs(full - 4286) < 25, `${full} h`);
    assert.ok(Math.abs((1 - dimmed / full) * 100 - 32.8) < 0.5, `${100 * (1 - dimmed / full)} %`);
  });

  test('counts hours that never fall', () => {
    let before = 0;
    for (let at = instantOf(FIRST_DAY_2025 + 80, 0); at < instantOf(FIRST_DAY_2025 + 95, 0); at += 600_000) {
      const hours = programme.fullPowerHours(at);
      assert.ok(hours >= before);
      before = hours;
    }
  });
});
