import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { airIndex, levelOf, levelsFrom, type Pollutant, type Scheme, valueOfDay, valueOfHour } from './air-index.ts';

describe('levels of air', () => {
  const cases: [Scheme, Pollutant, number, number][] = [
    ['ATMO', 'pm25', 10.4, 1],
    ['ATMO', 'pm25', 10.5, 2],
    ['ATMO', 'pm25', 76, 6],
    ['ATMO', 'pm10', 50, 3],
    ['ATMO', 'pm10', 51, 4],
    ['ATMO', 'no2', 40, 1],
    ['ATMO', 'no2', 231, 5],
    ['ATMO', 'o3', 130, 3],
    ['ATMO', 'o3', 381, 6],
    ['ATMO', 'so2', 350, 3],
    ['EAQI', 'pm25', 5, 1],
    ['EAQI', 'pm25', 51, 4],
    ['EAQI', 'pm10', 196, 5],
    ['EAQI', 'no2', 11, 2],
    ['EAQI', 'o3', 181, 6],
    ['EAQI', 'so2', 125, 3],
  ];
  for (const [scheme, pollutant, value, level] of cases) {
    test(`${scheme}: ${value} µg/m³ of ${pollutant} is ${level}`, () => {
      assert.equal(levelOf(scheme, pollutant, value), level);
    });
  }

  test('the worst pollutant decides, and unknown ones are ignored', () => {
    assert.deepEqual(airIndex('ATMO', { no2: 20, o3: 120, pm10: undefined }), {
      scheme: 'ATMO',
      level: 3,
      pollutant: 'o3',
      levels: { no2: 1, o3: 3 },
    });
    assert.equal(airIndex('EAQI', {}), undefined);
  });

  test('of pollutants with the same level the first one is named', () => {
    // In alphabetical order.
    assert.equal(airIndex('ATMO', { pm25: 12, no2: 50, o3: 60 })?.pollutant, 'no2');
    assert.equal(airIndex('ATMO', { pm25: 12, no2: 50, o3: 120 })?.pollutant, 'o3');
    assert.equal(airIndex('ATMO', { pm25: 12, no2: 50 })?.level, 2);
  });

  test('the bounds between levels lie half a microgram above the last whole value', () => {
    assert.deepEqual(levelsFrom('EAQI', 'pm25'), [0, 5.5, 15.5, 50.5, 90.5, 140.5]);
    assert.deepEqual(levelsFrom('ATMO', 'o3')[1], 50.5);
  });
});

describe('values of a day', () => {
  const HOUR = 3_600_000;
  const samples = Array.from({ length: 10 * 6 }, (_, i) => [Math.floor(i / 6) * 10, i * (HOUR / 6)] as const);

  test('are the highest hour of gases and the mean of particles', () => {
    assert.equal(valueOfDay('no2', samples, 0, 10 * HOUR), 90);
    assert.equal(valueOfDay('pm10', samples, 0, 10 * HOUR), 45);
    assert.equal(valueOfHour(samples, 10 * HOUR), 90);
  });

  test('are undefined if most hours are missing', () => {
    assert.equal(valueOfDay('pm10', samples, 0, 24 * HOUR), undefined);
    assert.equal(valueOfHour(samples, 12 * HOUR), undefined);
  });

  test('are known if half of the hours are, of a day that does not begin at zero too', () => {
    const later = samples.map(([value, at]) => [value, at + 100 * HOUR] as const);
    assert.equal(valueOfDay('pm10', later, 100 * HOUR, 120 * HOUR), 45);
    assert.equal(valueOfDay('pm10', later, 100 * HOUR, 121 * HOUR), undefined);
    assert.equal(valueOfDay('no2', [], 0, HOUR / 2), undefined);
  });

  test('leave out what was observed before or at the end, and what is no number', () => {
    const around = [
      [1000, -1],
      [10, 0],
      [Number.NaN, 1],
      [20, HOUR - 1],
      [1000, HOUR],
    ] as const;
    assert.equal(valueOfDay('no2', around, 0, HOUR), 15);
  });
});
