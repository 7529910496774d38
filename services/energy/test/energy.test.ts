import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Database } from '@alzette/broker';
import { newDatabase } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { energy } from '../src/service.ts';

const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
const TOTAL = 'https://uri.etsi.org/ngsi-ld/default-context/totalConsumption';
const BUDGET = 'https://uri.etsi.org/ngsi-ld/default-context/budget';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NIGHTS = 30;
const LEAK_DAYS = 6;
const property = (value: unknown) => ({ type: 'Property', value });

test('the energy service finds leaks, passes them to rules, and compares bills with the budget', async (t) => {
  const db = await newDatabase();
  const { ask, broker } = await startServiceHost(t, db, [energy], { jobs: true });
  t.after(() => db.close());
  const { client } = broker;
  const year = new Date().getFullYear();
  const building = 'urn:ngsi-ld:Building:school';
  const meter = 'urn:ngsi-ld:SmartMeteringObservation:school-water';
  const bill = (month: string, price: number) => ({
    id: `urn:ngsi-ld:EnergyBill:${month}`,
    type: 'EnergyBill',
    refBuilding: { type: 'Relationship', object: building },
    energyKind: property('water'),
    periodStart: property(`${month}-01`),
    periodEnd: property(`${month}-28`),
    price: property(price),
  });
  const { errors } = await client.batchUpsert(
    [
      {
        id: building,
        type: 'Building',
        scope: '/Thil',
        name: property('School'),
        category: property(['school']),
        address: property({ addressLocality: 'Thil' }),
        floorArea: property(1000),
      },
      {
        id: meter,
        type: 'SmartMeteringObservation',
        scope: '/Thil',
        name: property('Water of the school'),
        meterType: property('water'),
        refBuilding: { type: 'Relationship', object: building },
      },
      bill(`${year}-01`, 110),
      bill(`${year - 1}-01`, 100),
      bill(`${year - 1}-06`, 300),
    ],
    { context: CONTEXT },
  );
  assert.deepEqual(errors, []);

  /** A meter without consumption at night, until a leak of 60 l/h. */
  const start = Math.floor(Date.now() / DAY - NIGHTS) * DAY;
  const end = Math.floor(Date.now() / HOUR) * HOUR;
  const leaksFrom = end - LEAK_DAYS * DAY;
  let total = 100;
  const totalConsumption: object[] = [];
  for (let at = start; at <= end; at += HOUR) {
    const hour = (at / HOUR) % 24;
    totalConsumption.push({
      ...property(Math.round(total * 1000) / 1000),
      unitCode: 'MTQ',
      observedAt: new Date(at).toISOString(),
    });
    total += (hour >= 7 && hour < 17 ? 0.2 : 0) + (at >= leaksFrom ? 0.06 : 0);
  }
  await client.upsertTemporal({ id: meter, type: 'SmartMeteringObservation', totalConsumption }, { context: CONTEXT });

  await ask('POST', '/ops/jobs/energy.meters/run', {});
  const raisedAlarm = await eventually('the alarm of the meter', () =>
    client.retrieveEntity<{ alarmStopsLeaks: number; minFlow: number; scope: string }>(
      'urn:ngsi-ld:WaterConsumptionObserved:school-water',
      { context: CONTEXT, format: 'simplified' },
    ),
  );
  assert.deepEqual([raisedAlarm.alarmStopsLeaks, raisedAlarm.minFlow, [raisedAlarm.scope].flat()], [1, 60, ['/Thil']]);

  const { body } = await ask('GET', '/energy/buildings');
  const [school] = body.buildings;
  assert.equal(school.leak.excess, 60);
  assert.ok(Math.abs(Date.parse(school.leak.since) - leaksFrom) < 2 * DAY, school.leak.since);
  assert.equal(school.leak.cost, Math.round(0.06 * 24 * 365 * 4.1));
  assert.deepEqual([school.billed, school.expected, school.budget], [110, 440, undefined]);

  const kept = await ask('PUT', `/energy/buildings/${building}/budget`, { year, amount: 400 });
  assert.equal(kept.status, 200, JSON.stringify(kept.body));
  const detail = await ask('GET', `/energy/buildings/${building}`);
  assert.equal(detail.body.budget, 400);
  assert.ok(detail.body.meters[0].nights.length >= NIGHTS - 2);
  // What retention removes stays known.
  await db.query({
    text: "DELETE FROM history WHERE entity_id = $1 AND at < now() - interval '10 days'",
    values: [meter],
  });
  const { body: run } = await ask('POST', '/ops/jobs/energy.meters/run', {});
  await eventually('a second look at the meters', async () => {
    const { body } = await ask('GET', '/ops/jobs/energy.meters');
    return (
      body.runs.some(({ id, state }: { id: string; state: string }) => id === run.id && state === 'completed') ||
      undefined
    );
  });
  const again = await ask('GET', `/energy/buildings/${building}`);
  assert.deepEqual(again.body.meters[0].nights, detail.body.meters[0].nights);
  assert.equal((await ask('PUT', '/energy/buildings/urn:x/budget', { year, amount: 1 })).status, 404);
  assert.equal((await ask('PUT', `/energy/buildings/${building}/budget`, { year, amount: -1 })).status, 400);
  assert.equal((await ask('GET', '/energy/buildings/urn:x')).status, 404);
  await keepsFromOthers(t, db, building, year);
  const settings = await ask('PUT', '/energy/settings', { referenceDegreeDays: 2500 });
  assert.equal(settings.body.referenceDegreeDays, 2500);
  assert.equal((await ask('GET', '/energy/settings')).body.prices.gas, 0.11);
});

interface Heating {
  readonly perDegreeDay: number;
  readonly fit: number;
}

test('an imported past counts at once, and heating by the nearest weather station that has measured enough', async (t) => {
  const db = await newDatabase();
  const { ask, broker } = await startServiceHost(t, db, [energy], { jobs: true });
  t.after(() => db.close());
  const { client } = broker;
  const days = 75;
  const today = Math.floor(Date.now() / DAY);
  const [building, meter] = ['urn:ngsi-ld:Building:hall', 'urn:ngsi-ld:SmartMeteringObservation:hall-gas'];
  // Nearly flat, as of another climate; the right course; the right course on few days.
  const stations = [
    {
      id: 'urn:ngsi-ld:WeatherObserved:1-far',
      place: [7.7, 48.6],
      celsius: (day: number) => 9 + 5 * Math.cos(day * 1.7),
    },
    { id: 'urn:ngsi-ld:WeatherObserved:2-near', place: [5.95, 49.45], celsius: (day: number) => 8 + 6 * Math.sin(day) },
    {
      id: 'urn:ngsi-ld:WeatherObserved:3-gaps',
      place: [5.96, 49.44],
      celsius: (day: number) => (day % 9 === 0 ? 3 : undefined),
    },
  ];
  const point = (coordinates: readonly number[]) => ({ type: 'GeoProperty', value: { type: 'Point', coordinates } });
  const { errors } = await client.batchUpsert(
    [
      { id: building, type: 'Building', name: property('Hall') },
      {
        id: meter,
        type: 'SmartMeteringObservation',
        name: property('Gas of the hall'),
        meterType: property('gas'),
        refBuilding: { type: 'Relationship', object: building },
      },
      ...stations.map(({ id, place }) => ({ id, type: 'WeatherObserved', location: point(place) })),
    ],
    { context: CONTEXT },
  );
  assert.deepEqual(errors, []);
  let total = 1000;
  const totalConsumption = Array.from({ length: days * 24 }, (_, i) => {
    const at = (today - days) * DAY + i * HOUR;
    const [of, read] = [8 + 6 * Math.sin(Math.floor(at / DAY)), total];
    total += (5 + 2 * Math.max(0, 18 - of)) / 24;
    return { ...property(read), observedAt: new Date(at).toISOString() };
  });
  const look = async (what: string, find: (meter: { days: unknown[]; heating?: Heating }) => unknown) => {
    await ask('POST', '/ops/jobs/energy.meters/run', {});
    return eventually(what, async () => {
      const { body } = await ask('GET', `/energy/buildings/${building}`);
      const found = body.meters?.[0];
      return found !== undefined && find(found) ? (found as { days: unknown[]; heating?: Heating }) : undefined;
    });
  };
  const write = (some: readonly object[]) =>
    client.upsertTemporal(
      { id: meter, type: 'SmartMeteringObservation', totalConsumption: [...some] },
      { context: CONTEXT },
    );
  await write(totalConsumption.slice(-3 * 24));
  const young = await look('the days of a new meter', ({ days }) => days.length > 0);
  assert.ok(young.days.length <= 3 && young.heating === undefined, JSON.stringify(young));
  // Its past is imported on the same day, the oldest first.
  for (const end of [20, days - 3]) {
    await write(totalConsumption.slice(0, end * 24));
    await look('the imported days', (found) => found.days.length > end - 2);
  }
  for (const { id, celsius } of stations) {
    const temperature = Array.from({ length: days * 4 }, (_, i) => today - days + i / 4).flatMap((at) => {
      const value = celsius(Math.floor(at));
      return value === undefined ? [] : [{ ...property(value), observedAt: new Date(at * DAY + HOUR).toISOString() }];
    });
    await client.upsertTemporal({ id, type: 'WeatherObserved', temperature }, { context: CONTEXT });
  }
  const { heating } = await look('the heating of the hall', (found) => found.heating);
  assert.ok(heating && Math.abs(heating.perDegreeDay - 2) < 0.15 && heating.fit > 0.97, JSON.stringify(heating));
});

/** What was computed from counters, budgets and settings are for who has the right to what they are about. */
async function keepsFromOthers(t: TestContext, db: Database, building: string, year: number): Promise<void> {
  const { ask, authorizationOf, stop } = await startServiceHost(t, db, [energy], { access: 'enforced' });
  const as = async (role: string) => ({ authorization: await authorizationOf({ sub: role, roles: [role] }) });
  const administrator = await as('administrator');
  for (const [role, policy] of Object.entries({
    outlines: { may: ['read'], exceptAttributes: [TOTAL, BUDGET] },
    reader: { may: ['read'] },
    villerupt: { may: ['read', 'write'], scopeQ: '/Villerupt/#' },
    thil: { may: ['read', 'write'], scopeQ: '/Thil/#' },
  })) {
    const put = await ask('PUT', `/ops/access/policies/${role}`, { who: { roles: [role] }, ...policy }, administrator);
    assert.ok(put.status < 300, JSON.stringify(put.body));
  }
  const figures = async (role: string) => {
    const { body } = await ask('GET', '/energy/buildings', undefined, await as(role));
    return body.buildings[0];
  };
  const whole = await figures('reader');
  assert.deepEqual([whole.leak.excess, whole.budget], [60, 400]);
  const outlines = await figures('outlines');
  assert.deepEqual(
    [outlines.name, outlines.leak, outlines.budget, outlines.used],
    ['School', undefined, undefined, {}],
  );
  const set = async (role: string) =>
    (await ask('PUT', `/energy/buildings/${building}/budget`, { year, amount: 1 }, await as(role))).status;
  assert.deepEqual([await set('villerupt'), await set('reader'), await set('thil')], [404, 403, 200]);
  const settings = async (role: string) => (await ask('GET', '/energy/settings', undefined, await as(role))).status;
  assert.deepEqual([await settings('reader'), await settings('thil')], [404, 200]);
  await stop();
}
