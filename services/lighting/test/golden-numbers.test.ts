import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countedLamps, readScenario } from '../src/simulation/read-scenario.ts';
import { simulate } from '../src/simulation/simulate.ts';

/** The body of a simulation of 2025 in Pays Haut Val d'Alzette. */
function body(given: object): object {
  return {
    place: { type: 'Point', coordinates: [5.93, 49.47] },
    timeZone: 'Europe/Paris',
    from: '2025-01-01',
    to: '2025-12-31',
    luminaires: { count: 4146, power: 51 },
    tariff: { energy: 0.25 },
    ...given,
  };
}

export function run(given: object) {
  const scenario = readScenario(given, '', 'test');
  const { luminaires } = scenario;
  assert.equal(luminaires.kind, 'count');
  return simulate({ ...scenario, lamps: countedLamps(luminaires as never), colourTemperatures: [] });
}

const slot = (from: string, to: string, level: number) => ({ from, to, level });

const STRATEGIES = {
  A: [],
  B: [slot('21:00', '05:30', 0.5)],
  C: [slot('21:00', '23:00', 0.5), slot('05:00', '05:30', 0.5), slot('23:00', '05:00', 0.3)],
  D: [slot('22:00', '06:00', 0.3)],
  E: [slot('22:00', '06:00', 0.15)],
  F: [slot('23:00', '05:00', 0)],
};

const SUN = { on: 'sunset', off: 'sunrise' };
const CIVIL = { on: 'civilDusk', off: 'civilDawn' };

/**
 * Strategy, window, equivalent hours, saving in % without losses, and with a driver with 8 % losses and 1 % standby.
 */
const GOLDEN: [keyof typeof STRATEGIES, object, number, number, number, number][] = [
  ['A', SUN, 4286, 4286, 0, 0],
  ['B', SUN, 4286, 2759, 35.6, 32.8],
  ['C', SUN, 4286, 2321, 45.8, 42.2],
  ['D', SUN, 4286, 2260, 47.3, 43.5],
  ['E', SUN, 4286, 1826, 57.4, 52.8],
  ['F', SUN, 4286, 2096, 51.1, 50.6],
  ['A', CIVIL, 3848, 3848, 0, 0],
  ['B', CIVIL, 3848, 2382, 38.1, 35.1],
  ['C', CIVIL, 3848, 1945, 49.4, 45.5],
  ['D', CIVIL, 3848, 1887, 51.0, 46.9],
  ['E', CIVIL, 3848, 1467, 61.9, 56.9],
  ['F', CIVIL, 3848, 1666, 56.7, 56.1],
];

const DRIVERS = [
  { name: 'linear', given: {} },
  { name: 'losses of 8 %', given: { driverLosses: 0.08, driver: { standbyPower: 0.51 } } },
  {
    name: 'a curve that says the same as losses of 8 %',
    given: {
      driver: {
        standbyPower: 0.51,
        curve: [
          { level: 0.1, power: 0.172 },
          { level: 0.25, power: 0.31 },
          { level: 0.5, power: 0.54 },
          { level: 1, power: 1 },
        ],
      },
    },
  },
];

describe('the golden numbers of 2025 at 49.47° N, 5.93° E', () => {
  for (const [strategy, window, hours, equivalent, linear, withDriver] of GOLDEN) {
    for (const [i, { name, given }] of DRIVERS.entries()) {
      test(`${strategy}, ${JSON.stringify(window)}, ${name}`, () => {
        const result = run(body({ ...window, ...given, programme: { level: 1, slots: STRATEGIES[strategy] } }));
        const percent = i === 0 ? linear : withDriver;
        assert.ok(Math.abs(result.saving * 100 - percent) <= 0.5, `${result.saving * 100} is not ${percent} %`);
        assert.ok(Math.abs(result.burningHours - hours) <= hours * 0.005, `${result.burningHours} is not ${hours} h`);
        assert.ok(Math.abs(result.equivalentHours - equivalent) <= hours * 0.005, `${result.equivalentHours} h`);
      });
    }
  }
});

describe('the simulator', () => {
  test('gives the calibration of 30 % to 15 %: 434 hours, 91.8 MWh, 22.9 k€', () => {
    const [d, e] = [STRATEGIES.D, STRATEGIES.E].map((slots) => run(body({ programme: { level: 1, slots } })));
    assert.ok(d && e);
    assert.ok(Math.abs(d.equivalentHours - e.equivalentHours - 434) < 4);
    assert.ok(Math.abs(d.energy - e.energy - 91_800) < 500);
    assert.ok(Math.abs(d.cost - e.cost - 22_900) < 150);
  });

  test('charges each hour of the night by its tariff slot, by season', () => {
    const prices = (slots: object[]) => run(body({ programme: { level: 1 }, tariff: { energy: 0.2, slots } }));
    const offPeak = { name: 'off-peak', from: '22:00', to: '06:00', energy: 0.1 };
    const all = prices([offPeak]);
    const winter = prices([{ ...offPeak, months: [11, 12, 1, 2, 3] }]);
    const hours = run(body({ programme: { level: 0, slots: [slot('22:00', '06:00', 1)] } })).equivalentHours;
    const kW = (4146 * 51) / 1000;
    assert.ok(Math.abs(all.cost - kW * (all.burningHours * 0.2 - hours * 0.1)) < 1);
    assert.ok(winter.cost > all.cost && winter.cost < all.energy * 0.2);
    assert.deepEqual(new Set(all.costByTariffSlot.map((s) => s.slot)), new Set(['base', 'off-peak']));
  });

  test('names its reference, and corrects a measured year for its burning hours', () => {
    const reference = { kind: 'measured', name: 'invoices of 2019', energy: 500_000, burningHours: 4000 };
    const result = run(body({ programme: { level: 1 }, reference }));
    assert.equal(result.referenceName, 'invoices of 2019');
    assert.ok(Math.abs(result.reference - (500_000 * result.burningHours) / 4000) < 1e-6);
  });

  test('gives a range for each figure, wider with more uncertainty', () => {
    const given = { programme: { level: 1, slots: STRATEGIES.B }, driverLosses: 0.08 };
    const [sure, unsure] = [0.01, 0.05].map((driverLosses) =>
      run(body({ ...given, uncertainty: { driverLosses, price: 0.1 } })),
    );
    assert.ok(sure && unsure);
    for (const figure of ['energy', 'saving', 'cost', 'savedCost'] as const) {
      const [a, b] = [sure, unsure];
      assert.ok(a.band[figure].low <= a[figure] && a[figure] <= a.band[figure].high, figure);
      assert.ok(b.band[figure].high - b.band[figure].low > a.band[figure].high - a.band[figure].low, figure);
    }
  });

  test('selects programmes by season, weekday, holiday and zone', () => {
    const programmes = { usual: { level: 0.5 }, feast: { level: 1 }, summer: { level: 0 } };
    const levels = (calendar: object, from: string, to = from) =>
      run(body({ programmes, calendar: { defaultProgramme: 'usual', ...calendar }, from, to })).equivalentHours /
      run(body({ programme: { level: 1 }, from, to })).equivalentHours;
    const rules = [
      { name: 'national day', dates: ['2025-07-13'], programme: 'feast' },
      { from: '06-15', to: '08-31', programme: 'summer' },
      { weekdays: [5, 6], programme: 'feast' },
    ];
    assert.equal(levels({ rules }, '2025-07-13'), 1);
    assert.equal(levels({ rules }, '2025-07-14'), 0);
    assert.equal(levels({ rules }, '2025-10-03'), 1, 'a Friday');
    assert.equal(levels({ rules }, '2025-10-02'), 0.5);
    assert.equal(levels({ rules: [{ from: '12-20', to: '01-05', programme: 'feast' }] }, '2025-01-02'), 1);
    assert.equal(levels({ rules: [{ zones: ['park'], programme: 'summer' }] }, '2025-01-02'), 0.5, 'no zone is meant');
  });

  test('weights a motion sensor by the share of the time with detections', () => {
    const presence = { level: 1, share: 0.25 };
    const result = run(body({ programme: { level: 1, slots: [{ ...slot('sunset', 'sunrise', 0.2), presence }] } }));
    assert.ok(Math.abs(result.saving - (1 - 0.4)) < 1e-9);
  });
});
