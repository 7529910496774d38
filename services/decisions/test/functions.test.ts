import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { demoFolder, readTerritory } from '@alzette/territory';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { lighting } from '../../lighting/src/service.ts';
import { noaaEvent } from '../../lighting/test/noaa-sun.ts';
import { decisions } from '../src/service.ts';

const FRAME = { years: 10, discountRate: 0, seed: 1, draws: 200, goals: [] };
const LEVERS = { lamps: 1000, lampPower: 100, driverLosses: 0, standbyPower: 0, controlCost: 60 };
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Of the sun at sunset. */
const ALTITUDE = -0.833;

test('a model calls the lighting simulator, beside equations with factors', async (t) => {
  const db = await newDatabase();
  const { ask } = await startServiceHost(t, db, [decisions, lighting]);
  t.after(() => db.close());
  const outputsOf = ({ outputs }: { outputs: { id: string; value: number }[] }) =>
    Object.fromEntries(outputs.map(({ id, value }) => [id, value]));
  const off = { ...LEVERS, level: 0, fromHour: 23, toHour: 5 };
  const half = { ...LEVERS, level: 0.5, fromHour: 21.5, toHour: 4.25, driverLosses: 0.08 };
  const simulation = {
    model: 'lighting-dimming',
    variants: [
      { name: 'off', levers: off },
      { name: 'half', levers: half },
    ],
    ...FRAME,
  };
  const year = new Date().getUTCFullYear() - 1;

  await t.test('its answers are those of the simulator, and of the sun', async () => {
    const { status, body } = await ask('POST', '/decisions/simulations', simulation);
    assert.equal(status, 200, JSON.stringify(body));
    const [first, second] = body.variants.map(outputsOf);
    // Six hours of each night: no night of the year is shorter, and the changes of the clock cancel out.
    const nights = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1 ? 366 : 365;
    assert.ok(Math.abs(first.energySaved - nights * 6 * 100) < 1e-6, String(first.energySaved));
    assert.ok(Math.abs(first.moneySaved - nights * 6 * 100 * 0.2) < 1e-6, String(first.moneySaved));
    const { energyUsed = 0, ...today } = outputsOf(body.today);
    assert.equal(today.energySaved, 0);
    assert.equal(today.controlPaid, 0);

    const { place, lit } = litHours(year);
    const full = lit * 40; // 1,000 lamps of 40 W: the territory has no statistics of its lamps here
    assert.ok(Math.abs(energyUsed - full) < 0.002 * full, `${energyUsed}, expected ${full}`);
    const { body: simulated } = await ask('POST', '/lighting/simulations', {
      place,
      timeZone: 'Europe/Paris',
      from: `${year}-01-01`,
      to: `${year}-12-31`,
      luminaires: { count: 1000, power: 100 },
      programme: { level: 1, slots: [{ from: '21:30', to: '04:15', level: 0.5 }] },
      driverLosses: 0.08,
      tariff: { energy: 0.2 },
    });
    assert.ok(Math.abs(second.energyUsed - simulated.energy) < 1e-6, `${second.energyUsed}, ${simulated.energy}`);
    assert.ok(Math.abs(second.moneySaved - simulated.savedCost) < 1e-6);
    assert.ok(Math.abs(second.fullLightHours - simulated.equivalentHours) < 1e-9);
  });

  await t.test('why a number is so names the function and its levers', async () => {
    const { body } = await ask('POST', '/decisions/explanations?name=energyUsed', simulation);
    const found = body.parts.find(({ id }: { id: string }) => id === 'nightEnergy');
    assert.equal(found.kind, 'function');
    assert.match(found.formula, /^lighting\.nights\(lamps: lamps, power: lampPower, .*\)\.energy$/);
    assert.ok(body.parts.some(({ id, kind }: { id: string; kind: string }) => id === 'toHour' && kind === 'lever'));
  });

  await t.test('a call of an unknown function, other units or an example without its values is refused', async () => {
    const { body: ready } = await ask('GET', '/decisions/models/lighting-dimming');
    const { model } = ready;
    const [call] = model.calls;
    const [golden] = model.golden;
    const faultOf = async (changed: object) => {
      const { body } = await ask('POST', '/decisions/models/check', { ...model, ...changed });
      const [fault] = body.faults;
      return `${fault?.field}: ${fault?.message}`;
    };
    assert.equal(
      await faultOf({ calls: [{ ...call, function: 'lighting.days' }] }),
      'calls.0.function: got "lighting.days", expected one of lighting.nights',
    );
    assert.equal(
      await faultOf({ calls: [{ ...call, takes: { ...call.takes, power: 'controlCost' } }] }),
      'calls.0.takes.power: power is in EUR/lamp, expected W/lamp',
    );
    const { level: _level, ...fewer } = call.takes;
    assert.equal(await faultOf({ calls: [{ ...call, takes: fewer }] }), 'calls.0.takes: got no level, expected it');
    assert.equal(
      await faultOf({ golden: [{ ...golden, given: { nightEnergy: 1, lightHours: 1 } }] }),
      'golden.0.given: got no fullEnergy, expected its value',
    );
    const named = model.levers.map((lever: { id: string }) =>
      lever.id === 'level' ? { ...lever, choices: [lever, lever, lever].map(() => model.title) } : lever,
    );
    assert.equal(await faultOf({ levers: named }), 'levers.2.choices: got 3 names, expected 2');
    const { golden: _golden, ...rest } = model;
    assert.equal((await ask('PUT', '/decisions/models/our-nights', { ...rest, golden: [golden] })).status, 201);
    const other = { ...rest, golden: [golden], calls: [{ ...call, function: 'waste.nights' }] };
    assert.equal((await ask('PUT', '/decisions/models/other-nights', other)).status, 400);
  });
});

test('a model whose function no service offers says so', async (t) => {
  const db = await newDatabase();
  const { ask } = await startServiceHost(t, db, [decisions]);
  t.after(() => db.close());
  const { status, body } = await ask('POST', '/decisions/simulations', {
    model: 'waste-rounds',
    variants: [{ name: 'level', levers: {} }],
    ...FRAME,
  });
  assert.equal(status, 422);
  assert.match(body.detail, /calls.0.function: got "waste.rounds", expected one of none/);
});

/** Between sunset and sunrise in the middle of the territory, in a year. */
function litHours(year: number) {
  const [west, south, east, north] = readTerritory(demoFolder()).bbox;
  const site = { longitude: (west + east) / 2, latitude: (south + north) / 2 };
  let lit = 0;
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += DAY_MS) {
    const sun = (ms: number, side: 'rise' | 'set') =>
      noaaEvent(new Date(ms).toISOString().slice(0, 10), site, ALTITUDE, side) ?? 0;
    lit += (sun(at + DAY_MS, 'rise') - sun(at, 'set')) / HOUR_MS;
  }
  return { place: { type: 'Point', coordinates: [site.longitude, site.latitude] }, lit };
}
