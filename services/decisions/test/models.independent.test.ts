import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Model } from '../src/contract/model.ts';
import { readLibrary } from '../src/library/library.ts';
import { compileModel } from '../src/model/compile-model.ts';
import { balanceOf, flowsOf } from '../src/simulate/balance.ts';
import { centralValues, simulate } from '../src/simulate/simulate.ts';

/**
 * Each model is computed a second time here: with formulas and numbers of its own, which are written down from guides and
 * not read from the documents. Within 1 % they must agree.
 */
const { models } = readLibrary();
const WITHIN = 0.01;

function modelOf(name: string): Model {
  const model = models.get(name);
  assert.ok(model, name);
  return model;
}

/** What the product says for the central factors, by name. */
function productOf(name: string, levers: Record<string, number>, factors: Record<string, number> = {}) {
  const model = modelOf(name);
  const set = model.factors.map((f) => ({ ...f, value: factors[f.id] ?? f.value, distribution: 'fixed' as const }));
  const compiled = compileModel({ ...model, factors: set });
  const usual = model.levers.map(({ id, default: given, min }) => [id, typeof given === 'number' ? given : min]);
  const values = centralValues(compiled, { ...Object.fromEntries(usual), ...levers });
  return {
    of: (what: string) => values[compiled.places.get(what) as number] as number,
    balance: (years: number, discountRate: number) => balanceOf(flowsOf(compiled), values, { years, discountRate }),
  };
}

function agree(product: ReturnType<typeof productOf>, expected: Readonly<Record<string, number>>): void {
  for (const [what, value] of Object.entries(expected)) {
    const got = product.of(what);
    assert.ok(Math.abs(got - value) <= WITHIN * Math.abs(value), `${what}: got ${got}, expected ${value}`);
  }
}

test('trees: cover, cooling and water agree with crowns that are planted one by one, and with the study of 93 cities', () => {
  let [covered, stored, watered] = [0, 0, 0];
  for (let tree = 1; tree <= 500; tree += 1) {
    const isAlive = 0.85;
    covered += isAlive * 25;
    stored += isAlive * 17.5;
    for (let year = 1; year <= 3; year += 1) for (let turn = 1; turn <= 15; turn += 1) watered += 0.075;
  }
  const points = (covered / (50 * 100 * 100)) * 100;
  // Iungman et al., Cooling cities through urban green infrastructure, The Lancet 2023, summary: from 14.9 % to 30 %
  // of cover the mean cooling was 0.4 °C.
  const perPoint = 0.4 / (30 - 14.9);
  agree(productOf('trees', { trees: 500, area: 50 }), {
    points,
    cooling: points * perPoint,
    carbonStored: stored / 1000,
    watering: watered,
    treesForStudy: (0.151 * 50 * 10_000) / (25 * 0.85),
  });
  agree(productOf('trees', { trees: 3553, area: 50 }), { cooling: 0.4 });
});

test('incentive pricing: tonnes and euros agree with bins that are filled week by week, and every tonne avoided is somewhere', () => {
  const [inhabitants, years, weeks] = [30_000, 1, 52];
  let [before, after, paid, sorted, composted] = [0, 0, 0, 0, 0];
  for (let week = 0; week < years * weeks; week += 1) {
    const grey = 180 / weeks;
    before += (inhabitants * grey) / 1000;
    // ADEME, La tarification incitative, January 2024: 30 % less on average.
    after += (inhabitants * grey * 0.7) / 1000;
    sorted += (inhabitants * 15) / weeks / 1000;
    composted += (inhabitants * 20) / weeks / 1000;
    paid += (inhabitants * 4) / weeks;
  }
  const levers = { people: inhabitants, coverage: 1, residualNow: 180, managementCost: 4, setUpCost: 12 };
  const gone = before - after;
  const netCost = sorted * 220 + composted * 90 + paid - gone * 160;
  const product = productOf('waste-pricing', levers);
  agree(product, {
    residualBefore: before,
    residualAfter: after,
    avoided: gone,
    sorted,
    biowaste: composted,
    preventedOrElsewhere: gone - sorted - composted,
    netCost,
    netPerPerson: netCost / inhabitants,
    // Base Carbone: 374 kg of CO₂e for each tonne that is burnt.
    carbonSaved: (gone * 374) / 1000,
  });
  let value = -12 * inhabitants;
  for (let year = 1; year <= 10; year += 1) value -= netCost / 1.032 ** year;
  const balance = product.balance(10, 0.032);
  assert.ok(Math.abs(balance - value) <= WITHIN * Math.abs(value), `got ${balance}, expected ${value}`);
  for (const coverage of [0, 0.3, 1])
    for (const reduction of [0, 0.05, 0.15, 0.45]) {
      const { of } = productOf('waste-pricing', { ...levers, coverage }, { reduction });
      const [avoided, ...ways] = ['avoided', 'sorted', 'biowaste', 'preventedOrElsewhere'].map(of);
      const sum = ways.reduce((total, way) => total + way, 0);
      assert.ok(Math.abs(sum - (avoided ?? 0)) < 1e-9 && ways.every((way) => way >= 0), `${coverage}, ${reduction}`);
    }
});

test('bus frequency: riders, kilometres and emissions agree with a timetable that is driven departure by departure', () => {
  const departuresOf = (minutes: number) => {
    let count = 0;
    for (let at = 0; at < 15 * 60; at += minutes) count += 1;
    return count * 2;
  };
  const more = departuresOf(15) - departuresOf(20);
  let kilometres = 0;
  for (let day = 0; day < 254; day += 1) kilometres += more * 12;
  // Riders by logarithms instead of powers.
  const riders = (elasticity: number) => Math.exp(Math.log(500) + elasticity * (Math.log(60 / 15) - Math.log(60 / 20)));
  const leftCar = (riders(0.7) - 500) * 0.4;
  const carTonnes = ((leftCar * 6 * 254) / 1.35) * 0.000218;
  agree(productOf('bus-frequency', { headway: 15, ridersNow: 500, length: 12, hours: 15 }), {
    ridersSoon: riders(0.4),
    ridersLater: riders(0.7),
    wait: 7.5,
    kilometres,
    cost: kilometres * 4.5,
    netEmission: kilometres / 1000 - carTonnes,
  });
  assert.ok(Math.abs(kilometres - 91_440) < 1 && Math.abs(riders(0.7) - 611.5) < 0.1);
});

test('a new district: people, trips, pupils, water and waste agree with homes that move in one after the other', () => {
  let [people, trips, pupils, heat, power] = [0, 0, 0, 0, 0];
  for (let home = 0; home < 400; home += 1) {
    people += 0.94 * 2.25;
    trips += 0.94 * 2.25 * 0.94 * 3;
    pupils += 0.3;
    heat += 0.94 * 70 * 55;
    power += 0.94 * 2200;
  }
  // Enquête mobilité des personnes 2019: 63 % by car. INSEE Première 2055: about 600 kg each.
  const vehicles = (trips * 63) / 100 / 1.35;
  agree(productOf('new-district', { homes: 400, areaPerHome: 70, carShare: 0.63 }), {
    people,
    vehicles,
    peakVehicles: vehicles / 10,
    water: people * 0.148,
    waste: people * 0.6,
    heat: heat / 1000,
    electricity: power / 1000,
    pupils,
    classes: pupils / 25,
  });
  assert.ok(Math.abs(people - 846) < 1e-9 && Math.abs(pupils - 120) < 1e-9);
});

test('loads of a district: containers are filled one by one, noise and delay are those of the published formulas', () => {
  const people = 846;
  let [litres, containers] = [(people * 180 * 1000) / 52 / 120 / 0.001 / 1000, 0];
  assert.ok(Math.abs(litres - 24_404) < 1); // 2,928 kg a week at 0.12 t/m³
  for (; litres > 0; litres -= 5000 * 0.8) containers += 1;
  const district = productOf('new-district', { homes: 400, roadVehicles: 5000, roadCapacity: 1800 });
  agree(district, { containers, newLamps: 160, waterPeak: ((people * 0.148 * 1.5) / 24) * 3 });
  assert.equal(containers, 7);
  // 5,000 vehicles a day and 1,113 more; twice as many are 3.01 dB.
  agree(district, { noiseAdded: 0.873 });
  const vehicles = district.of('vehicles');
  agree(productOf('new-district', { homes: 400, roadVehicles: vehicles }), { noiseAdded: 3.0103 });
  // The delay of the Bureau of Public Roads: 1.0019 times at 600 of 1,800 vehicles an hour, 1.0723 at 1,500.
  for (const [hourly, delay] of [
    [600, 0.00185],
    [1500, 0.07234],
  ] as const) {
    const road = { homes: 400, roadVehicles: hourly * 10 - vehicles, roadCapacity: 1800 };
    agree(productOf('new-district', road), { roadUse: hourly / 1800, roadDelay: delay });
  }
});

test('switching lamps off: energy agrees with the hours of each night, and the acts with the published risk ratio', () => {
  let off = 0;
  for (let night = 0; night < 365; night += 1) for (let quarter = 0; quarter < 22; quarter += 1) off += 0.25;
  // Steinbach et al., J Epidemiol Community Health 2015, results: crime RR 0.96 (0.86 to 1.06) of part-night lighting.
  const middle = Math.exp((Math.log(0.86) + Math.log(1.06)) / 2);
  const product = productOf('lighting-switch-off', {
    lamps: 1000,
    lampPower: 115,
    hoursLit: 4100,
    hoursOff: 2007.5,
    actsNow: 120,
  });
  agree(product, {
    energySaved: 115 * off,
    shareSaved: off / 4100,
    moneySaved: 115 * off * 0.2,
    carbonSaved: (115 * off * 52) / 1e6,
    actsAssociated: 120 * middle,
  });
  const { low, high } = modelOf('lighting-switch-off').factors.find(({ id }) => id === 'riskRatio') ?? {};
  // The published interval has 95 %, that of the document 90 %.
  const deviation = Math.log(1.06 / 0.86) / (2 * 1.959964);
  assert.ok(Math.abs((low ?? 0) - middle * Math.exp(-1.644854 * deviation)) < 0.005);
  assert.ok(Math.abs((high ?? 0) - middle * Math.exp(1.644854 * deviation)) < 0.005);
});

test('public chargers: energy, break-even and blocking agree with sessions, a repaid loan and a queue that is solved by its balance', () => {
  let energy = 0;
  for (let day = 0; day < 365; day += 1) energy += 10 * 18 * 0.84;
  // A loan of 80 000 euros in ten equal payments: found by halving, not by the formula of annuities.
  let [low, high] = [0, 80_000];
  for (let step = 0; step < 60; step += 1) {
    const payment = (low + high) / 2;
    let debt = 80_000;
    for (let year = 0; year < 10; year += 1) debt = debt * 1.032 - payment;
    if (debt > 0) low = payment;
    else high = payment;
  }
  // States of ten points: those arriving and those leaving balance each other.
  const traffic = (10 * 3.6) / 24;
  const states = Array.from({ length: 11 }, (_, busy) => {
    let weight = 1;
    for (let n = 1; n <= busy; n += 1) weight *= traffic / n;
    return weight;
  });
  const blocked = (states[10] as number) / states.reduce((sum, each) => sum + each, 0);
  agree(productOf('public-chargers', { points: 10, sessionsPerDay: 1, chargerCost: 8000 }), {
    energy,
    use: energy / (10 * 22 * 24 * 365),
    breakEven: (low + 9000) / 0.15,
    refused: blocked,
    carbonSaved: (energy * 5 * 0.218 - energy * 0.052) * 0.4e-3,
  });
  // Gireve's barometer of October 2024 has 45.9 GWh for 150 052 points: 306 kWh a month.
  const perMonth = 45.9e6 / 150_052;
  const sessions = (perMonth * 12) / (365 * 18 * 0.84);
  agree(productOf('public-chargers', { points: 1, sessionsPerDay: sessions }), { energy: perMonth * 12 });
});

test('renovation: heat agrees with losses of each day of the heating season, and the balance with cash year by year', () => {
  const areas = { wall: 1000, roof: 1000, window: 400, ground: 1000 };
  const dailyDegrees = Array.from({ length: 232 }, (_, day) => 1 + Math.sin((Math.PI * (day + 0.5)) / 232));
  const scale = 2850 / dailyDegrees.reduce((sum, each) => sum + each, 0);
  const heatOf = (u: Readonly<Record<keyof typeof areas, number>>, recovered: number) => {
    const watts = (Object.keys(areas) as (keyof typeof areas)[]).reduce((sum, part) => sum + areas[part] * u[part], 0);
    const air = 0.34 * 2000 * 3 * 0.8 * (1 - recovered);
    return dailyDegrees.reduce(
      (sum, degrees) => sum + (((watts + air) * degrees * scale * 24) / 1000) * (0.75 / 0.85),
      0,
    );
  };
  const before = heatOf({ wall: 1.5, roof: 1.2, window: 3, ground: 0.8 }, 0);
  const after = heatOf({ wall: 0.25, roof: 0.15, window: 1.4, ground: 0.8 }, 0.5);
  const product = productOf('building-renovation', {}, { realised: 1 });
  agree(product, {
    heatBefore: before,
    heatAfter: after,
    carbonSaved: (before - after) * 0.000243,
    moneySaved: (before - after) * 0.09,
    payback: (2000 * 350) / ((before - after) * 0.09),
  });
  let balance = -700_000;
  for (let year = 1; year <= 30; year += 1) balance += ((before - after) * 0.09) / 1.032 ** year;
  assert.ok(Math.abs(product.balance(30, 0.032) / balance - 1) < WITHIN);
  assert.ok(Math.abs(before - 382_155) < 400 && Math.abs(after - 155_469) < 200);
});

test('panels on roofs: energy agrees with twelve months, and the balance with twenty-five years of ageing', () => {
  const months = [39.9, 62.1, 106.1, 138.4, 151.8, 155.9, 160.5, 147.4, 117.6, 78.4, 42.8, 32.8];
  const year = months.reduce((sum, month) => sum + 100 * month * 0.82, 0);
  const product = productOf('solar-roofs', { power: 100, selfUse: 0.45, panelCost: 1100 });
  agree(product, {
    production: year,
    usedHere: year * 0.45,
    income: year * 0.45 * 0.2 + year * 0.55 * 0.1,
    carbonSaved: year * (0.052 - 0.0439) * 0.001,
  });
  let [balance, left] = [-110_000, 1];
  for (let at = 1; at <= 25; at += 1) {
    balance += (left * year * 0.145 - 2000) / 1.032 ** at;
    left -= left * 0.005;
  }
  assert.ok(Math.abs(product.balance(25, 0.032) / balance - 1) < WITHIN);
});

test('the bands of a simulation are those of closed forms: a sum of normals, and a product of lognormals', () => {
  const z = 1.6448536269514722;
  const factor = (id: string, distribution: 'normal' | 'lognormal', low: number, value: number, high: number) => ({
    ...(modelOf('trees').factors[0] as Model['factors'][number]),
    id,
    unit: '1',
    distribution,
    low,
    value,
    high,
  });
  const { levers } = modelOf('trees');
  const model: Model = {
    ...modelOf('trees'),
    levers: levers.slice(0, 1),
    factors: [
      factor('a', 'normal', 100 - 10 * z, 100, 100 + 10 * z),
      factor('b', 'normal', 50 - 5 * z, 50, 50 + 5 * z),
      factor('c', 'lognormal', 100 / 1.2 ** z, 100, 100 * 1.2 ** z),
      factor('d', 'lognormal', 0.2 / 1.3 ** z, 0.2, 0.2 * 1.3 ** z),
    ],
    equations: [
      { id: 'total', unit: '1', is: 'a + b' },
      { id: 'product', unit: '1', is: 'c * d' },
    ],
    outputs: ['total', 'product'].map((is) => ({
      id: is,
      title: modelOf('trees').title,
      is,
      when: 'state' as const,
      better: 'more' as const,
    })),
    main: 'total',
    golden: [],
  };
  const draws = 20_000;
  const [result] = simulate({
    model,
    variants: [{ name: 'one', levers: {} }],
    years: 1,
    discountRate: 0,
    seed: 5,
    draws,
    goals: [{ output: 'total', atLeast: 160 }],
  });
  const [total, product] = result?.outputs ?? [];
  // Four standard errors: those of a 5th percentile are 2.11 deviations over the root of the draws.
  const deviation = Math.sqrt(10 ** 2 + 5 ** 2);
  const error = (4 * 2.113 * deviation) / Math.sqrt(draws);
  assert.ok(Math.abs((total?.low ?? 0) - (150 - z * deviation)) < error);
  assert.ok(Math.abs((total?.high ?? 0) - (150 + z * deviation)) < error);
  const spread = Math.sqrt(Math.log(1.2) ** 2 + Math.log(1.3) ** 2);
  for (const [got, sign] of [
    [product?.low ?? 0, -1],
    [product?.high ?? 0, 1],
  ] as const) {
    assert.ok(Math.abs(Math.log(got) - (Math.log(20) + sign * z * spread)) < (4 * 2.113 * spread) / Math.sqrt(draws));
  }
  const chance = 0.18555; // that a normal value exceeds 10 / 11.18 deviations
  assert.ok(Math.abs((result?.goals[0]?.chance ?? 0) - chance) < 4 * Math.sqrt((chance * (1 - chance)) / draws));
});

test('a number without a published source is marked as assumed, and a published one has a title and a year or a page', () => {
  for (const [name, { factors }] of models) {
    for (const { id, source, isAssumption } of factors) {
      if (isAssumption) continue;
      const isDated = source.year !== undefined || source.page !== undefined || source.title.startsWith('Constante');
      assert.ok(isDated, `${name}.${id}: ${source.title}`);
      assert.doesNotMatch(source.title, /ordre de grandeur|à confirmer|à remplacer/i);
    }
  }
});
