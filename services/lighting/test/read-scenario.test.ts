import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bodyReader } from '@alzette/kit/bodies';
import { Problem } from '@alzette/kit/problems';
import { type SimulationBody, simulationContract } from '../src/contract/contract.ts';
import { checkLaw } from '../src/legal/legal-checks.ts';
import { readScenario } from '../src/simulation/read-scenario.ts';

const checked = bodyReader<SimulationBody>(simulationContract.operations.simulate.body);
const read = (body: unknown) => readScenario(checked(body), '', 'test');

const GOOD = {
  place: { type: 'Point', coordinates: [5.93, 49.47] },
  timeZone: 'Europe/Paris',
  from: '2025-01-01',
  to: '2025-12-31',
  luminaires: { count: 4146, power: 51 },
  driverLosses: 0.08,
  on: 'sunset',
  off: 'sunrise',
  programme: { level: 1, slots: [{ from: '21:00', to: '05:30', level: 0.5 }] },
  tariff: { energy: 0.25 },
};

/** The changed members, and the member that the error names. */
const WRONG: [object, string][] = [
  [{ place: undefined }, 'place'],
  [{ place: { type: 'Polygon', coordinates: [] } }, 'place.type'],
  [{ place: { type: 'Point', coordinates: [49.47, 590] } }, 'place.coordinates.1'],
  [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
  [{ from: '2025-02-30' }, 'from'],
  [{ to: '2024-12-31' }, 'to'],
  [{ to: '2225-12-31' }, 'to'],
  [{ luminaires: { count: -1, power: 51 } }, 'luminaires.count'],
  [{ luminaires: { count: 1.5, power: 51 } }, 'luminaires.count'],
  [{ luminaires: { count: 5, power: '51' } }, 'luminaires.power'],
  [{ luminaires: { count: 5, watts: 51 } }, 'luminaires.watts'],
  [{ luminaires: { query: {}, count: 5 } }, 'luminaires.count'],
  [{ luminaires: { query: { where: 'x' } } }, 'luminaires.query.where'],
  [{ driverLosses: 1.2 }, 'driverLosses'],
  [
    {
      driver: {
        curve: [
          { level: 0.5, power: 0.5 },
          { level: 1, power: 1 },
        ],
      },
    },
    'driverLosses',
  ],
  [
    {
      driverLosses: undefined,
      driver: {
        curve: [
          { level: 0.5, power: 0.5 },
          { level: 0.9, power: 1 },
        ],
      },
    },
    'driver.curve',
  ],
  [{ on: 'moonrise' }, 'on'],
  [{ programme: { level: 2 } }, 'programme.level'],
  [{ programme: { level: 1, slots: [{ from: '21:00', to: '25:00', level: 0.5 }] } }, 'programme.slots.0.to'],
  [{ programme: { level: 1, slots: [{ from: '21:00', to: '21:00', level: 0.5 }] } }, 'programme.slots.0.to'],
  [{ programme: { level: 1, slots: [{ from: '21:00', to: '23:00', level: -0.1 }] } }, 'programme.slots.0.level'],
  [{ programmes: {}, programme: undefined }, 'programmes'],
  [{ programmes: { usual: { level: 1 } } }, 'programme'],
  [{ calendar: { defaultProgramme: 'other' } }, 'calendar.defaultProgramme'],
  [
    { calendar: { defaultProgramme: 'programme', rules: [{ weekdays: [0], programme: 'programme' }] } },
    'calendar.rules.0.weekdays.0',
  ],
  [
    { calendar: { defaultProgramme: 'programme', rules: [{ from: '13-01', programme: 'programme' }] } },
    'calendar.rules.0.from',
  ],
  [{ tariff: {} }, 'tariff.energy'],
  [{ tariff: { energy: 0.2, slots: [{ name: 'HC', from: '22:00', to: 'six', energy: 0.1 }] } }, 'tariff.slots.0.to'],
  [{ co2Factors: [] }, 'co2Factors'],
  [{ reference: { kind: 'measured', name: '2019', energy: 5 } }, 'reference.burningHours'],
  [{ category: 'z' }, 'category'],
  [{ closing: 'sunset' }, 'closing'],
  [{ programm: {} }, 'programm'],
];

describe('an invalid scenario', () => {
  for (const [change, member] of WRONG) {
    test(`is refused with ${member}: ${JSON.stringify(change)}`, () => {
      assert.throws(
        () => read({ ...GOOD, ...change }),
        (error) => {
          assert.ok(error instanceof Problem && error.status === 400, String(error));
          assert.ok(error.message.startsWith(`${member}: got `), error.message);
          assert.match(error.message, /: got .*, expected /);
          return true;
        },
      );
    });
  }

  for (const body of [undefined, null, [], 'text', 5]) {
    test(`is refused as a whole: ${JSON.stringify(body)}`, () => {
      assert.throws(() => read(body), /^Problem: body: got .*, expected object$/);
    });
  }
});

describe('the order of 27 December 2018', () => {
  const check = (change: object, colourTemperatures: { kelvin: number; count: number }[] = []) =>
    checkLaw({ ...read({ ...GOOD, ...change }), colourTemperatures }).map(({ rule }) => rule);

  test('finds lamps above 3,000 K on roads, not at a sports ground', () => {
    const lamps = [
      { kelvin: 4000, count: 3 },
      { kelvin: 3000, count: 5 },
    ];
    assert.deepEqual(check({}, lamps), ['colourTemperature']);
    assert.deepEqual(check({ category: 'c' }, lamps), []);
  });

  test('requires heritage and parks dark from one in the morning', () => {
    const off = (from: string, to: string) => ({ level: 1, slots: [{ from, to, level: 0 }] });
    assert.deepEqual(check({ category: 'b' }), ['offInTheNight']);
    assert.deepEqual(check({ category: 'b', programme: off('01:00', '06:00') }), []);
    assert.deepEqual(check({ category: 'b', programme: off('01:30', '06:00') }), ['offInTheNight']);
    assert.deepEqual(check({ category: 'b', programme: off('23:00', '02:00') }), ['offInTheNight']);
    assert.deepEqual(check({ category: 'b', closing: '21:00', programme: off('23:00', '06:00') }), ['offInTheNight']);
    assert.deepEqual(check({ category: 'b', closing: '21:00', programme: off('22:00', 'sunrise') }), []);
  });

  test('allows a road to burn all night, and a business area until an hour after it closes', () => {
    assert.deepEqual(check({}), []);
    assert.deepEqual(check({ closing: '20:00' }), ['offInTheNight']);
  });

  test('requires heritage and car parks lit at sunset at the earliest', () => {
    assert.deepEqual(check({ category: 'e', on: 'sunset-00:10' }), ['onBeforeSunset']);
  });
});
