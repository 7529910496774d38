import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { environment } from '../src/service.ts';

const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
const HOUR = 3_600_000;
interface Layer {
  readonly type: string;
  readonly classes: readonly { readonly key: string }[];
}
const property = (value: unknown) => ({ type: 'Property', value });
const at = (place: [number, number]) => ({
  location: { type: 'GeoProperty', value: { type: 'Point', coordinates: place } },
});

test('the environment service shows indices, advice and trends of its stations', async (t) => {
  const db = await newDatabase();
  const { ask, broker, startDemo } = await startServiceHost(t, db, [environment]);
  t.after(() => db.close());
  const [near, far] = ['urn:ngsi-ld:AirQualityObserved:near', 'urn:ngsi-ld:AirQualityObserved:far'];
  const now = Date.now();
  const past = (value: number, days: number) =>
    Array.from({ length: days * 24 }, (_, i) => ({
      ...property(i < 10 * 24 ? value : value / 2),
      observedAt: new Date(now - (i + 0.05) * HOUR).toISOString(),
    }));
  await broker.client.batchUpsert(
    [
      { id: far, type: 'AirQualityObserved', name: property('Far'), ...at([6.1, 49.5]) },
      { id: near, type: 'AirQualityObserved', name: property('Near'), ...at([5.93, 49.47]) },
      {
        id: 'urn:ngsi-ld:AeroAllergenObserved:p',
        type: 'AeroAllergenObserved',
        name: property('Pollen'),
        allergenRisk: { ...property('high'), observedAt: new Date(now).toISOString() },
        betula_Level: { ...property('high'), observedAt: new Date(now).toISOString() },
      },
      {
        id: 'urn:ngsi-ld:NoiseLevelObserved:n',
        type: 'NoiseLevelObserved',
        ...at([5.9, 49.4]),
        LAeq: { ...property(70), observedAt: new Date(now).toISOString() },
      },
      {
        id: 'urn:ngsi-ld:WaterQualityObserved:lake',
        type: 'WaterQualityObserved',
        ...at([5.9, 49.4]),
        category: property('bathingWater'),
        escherichiaColi: { ...property(120), observedAt: new Date(now - 9 * 24 * HOUR).toISOString() },
        enterococci: { ...property(30), observedAt: new Date(now - 9 * 24 * HOUR).toISOString() },
      },
      {
        id: 'urn:ngsi-ld:WaterQualityObserved:tap',
        type: 'WaterQualityObserved',
        ...at([5.9, 49.4]),
        category: property(['drinkingWater']),
        escherichiaColi: { ...property(0), observedAt: new Date(now).toISOString() },
        NO3: { ...property(61), observedAt: new Date(now).toISOString() },
      },
      { id: 'urn:ngsi-ld:WaterQualityObserved:river', type: 'WaterQualityObserved', pH: property(7.4) },
    ],
    { context: CONTEXT },
  );
  for (const [id, no2] of [
    [near, 20],
    [far, 250],
  ] as const) {
    const type = 'AirQualityObserved';
    await broker.client.upsertTemporal({ id, type, no2: past(no2, 20), pm25: past(8, 20) }, { context: CONTEXT });
  }
  const { body } = await ask('GET', '/citizen/v1/air?longitude=5.93&latitude=49.47&language=en');
  assert.deepEqual(
    body.stations.map(({ id }: { id: string }) => id),
    [near, far],
  );
  const [{ atmo, european, pollutants, isFresh }] = body.stations;
  assert.equal(isFresh, true);
  assert.deepEqual([atmo.scheme, atmo.level, atmo.label, atmo.colour], ['ATMO', 1, 'Good', '#50f0e6']);
  assert.deepEqual([european.level, european.pollutant], [2, 'no2']);
  assert.equal(pollutants.find(({ key }: { key: string }) => key === 'no2').value, 20);
  // The territory has the index of its worst station.
  assert.deepEqual([body.index.level, body.index.label, body.index.pollutant], [5, 'Very poor', 'no2']);
  assert.match(body.index.advice, /ask a doctor/);
  const [scale] = body.scales;
  assert.deepEqual([scale.scheme, scale.levels[0].label, scale.levels[5].colour], ['ATMO', 'Good', '#7d2181']);
  assert.match(scale.source.name, /French order/);
  assert.deepEqual([body.pollen[0].label, body.pollen[0].taxa[0].name], ['High', 'Birch']);

  const station = await ask('GET', `/environment/stations/${near}?days=7&language=fr`);
  assert.equal(station.body.days.length, 7);
  assert.equal(station.body.days[0].label, 'Bon');
  assert.ok(station.body.hours.no2.length > 160);
  assert.ok(station.body.trends.no2.change > 0.1, JSON.stringify(station.body.trends));
  // A quarter of each hour is loud: the mean is that of the energy.
  const sonometer = 'urn:ngsi-ld:NoiseLevelObserved:n';
  const LAeq = Array.from({ length: 20 * 96 }, (_, i) => Math.floor(now / HOUR) * HOUR - (i + 1) * (HOUR / 4)).map(
    (observed) => ({ ...property(observed % HOUR === 0 ? 76 : 40), observedAt: new Date(observed).toISOString() }),
  );
  await broker.client.upsertTemporal({ id: sonometer, type: 'NoiseLevelObserved', LAeq }, { context: CONTEXT });
  const level = 10 * Math.log10((10 ** 7.6 + 3 * 10 ** 4) / 4);
  const { body: heard } = await ask('GET', `/environment/stations/${sonometer}?days=7`);
  assert.equal(heard.hours.LAeq.at(-2)[1], Math.round(level * 100) / 100);
  assert.deepEqual(heard.trends.LAeq, { mean: Math.round(level * 100) / 100 });
  const lden = level + 10 * Math.log10((12 + 4 * 10 ** 0.5 + 8 * 10) / 24);
  // Before four o'clock, too little of the last night is known.
  assert.ok([6, 7].includes(heard.noise.days.length));
  assert.deepEqual(
    [heard.noise.lden, heard.noise.lnight, heard.noise.days[1].lden],
    [lden, level, lden].map((each) => Math.round(each * 10) / 10),
  );
  assert.equal(station.body.noise, undefined);
  assert.equal((await ask('GET', '/environment/stations/urn:x')).status, 404);
  assert.equal((await ask('GET', `/environment/stations/${near}?days=0`)).status, 400);
  const noise = await ask('GET', '/citizen/v1/noise?language=de');
  assert.equal(noise.body.stations[0].label, 'Sehr laut');
  const water = await ask('GET', '/citizen/v1/water?language=en');
  const verdicts = water.body.stations.map(({ id, use, level, label, isFresh }: Record<string, unknown>) => [
    String(id).split(':').at(-1),
    use,
    level,
    label,
    isFresh,
  ]);
  assert.deepEqual(verdicts.toSorted(), [
    ['lake', 'bathing', 2, 'Fair', true],
    ['river', undefined, undefined, undefined, false],
    ['tap', 'drinking', 3, 'Over a limit', true],
  ]);
  assert.deepEqual(
    water.body.sources.map(({ use }: { use: string }) => use),
    ['bathing', 'drinking'],
  );
  assert.equal((await ask('GET', '/citizen/v1/water?language=it')).status, 400);
  assert.deepEqual((await ask('GET', '/citizen/v1/weather')).body, { stations: [] });

  await startDemo();
  await startDemo();
  const layerQuery = { type: 'MapLayer', context: CONTEXT, format: 'concise' } as const;
  const { entities } = await broker.client.queryEntities<{ definition: { json: { layer: Layer } } }>(layerQuery);
  const layers = entities.map(({ definition }) => definition.json.layer);
  assert.equal(layers.length, 5);
  const link = { link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"` };
  const map = await ask('POST', '/territory/map', { layers, zoom: 12, totals: true }, link);
  assert.equal(map.status, 200, JSON.stringify(map.body));
  const shown = (map.body.totals as [number, number][]).map(
    ([layer, kind]) => `${layers[layer]?.type} ${layers[layer]?.classes[kind]?.key}`,
  );
  assert.deepEqual(shown.sort(), [
    'AirQualityObserved ≥ 0',
    'AirQualityObserved ≥ 230',
    'NoiseLevelObserved ≥ 68',
    'WaterQualityObserved ≥ 0',
    'WaterQualityObserved ≥ 101',
  ]);
});
