import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../broker/test/fuzz/random.ts';
import { startGuardedPlatform } from '../support/guarded-platform.ts';
import { ownDatabase } from '../support/own-database.ts';
import { contractOperations, operationsWithoutAnswers } from './contract-calls.ts';

/*
 * Calls each operation that has a contract with valid and nearly valid input, and compares the answers with the schemas
 * of `/openapi`. A seed repeats a run: FUZZ_SEED=7 node --test platform/test/fuzz/contracts.test.ts
 */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_201);
const ROUNDS = 6;
const LONGEST_MS = 120_000;
/** Their valid calls never end. */
const NOT_ASKED: ReadonlySet<string> = new Set(['GET /events']);

const text = (value: unknown) => ({ type: 'Property', value });
/** So that answers are not empty. */
const ENTITIES = [
  { id: 'urn:ngsi-ld:Building:school', type: 'Building', name: text('School'), category: text(['school']) },
  {
    id: 'urn:ngsi-ld:SmartMeteringObservation:school',
    type: 'SmartMeteringObservation',
    name: text('Meter'),
    meterType: text('water'),
    refBuilding: { type: 'Relationship', object: 'urn:ngsi-ld:Building:school' },
  },
  {
    id: 'urn:ngsi-ld:WasteContainer:1',
    type: 'WasteContainer',
    name: text('Container'),
    storedWasteKind: text('plastic'),
    fillingLevel: text(0.8),
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.47] } },
  },
  {
    id: 'urn:ngsi-ld:WasteCollectionSchedule:1',
    type: 'WasteCollectionSchedule',
    areaServed: text('Villerupt Centre'),
    storedWasteKind: text('plastic'),
    schedule: text([{ byDay: ['Tuesday'] }]),
  },
  {
    id: 'urn:ngsi-ld:Streetlight:1',
    type: 'Streetlight',
    scope: '/Thil',
    name: text('Lamp'),
    powerRating: text(51),
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.91, 49.47] } },
  },
  { id: 'urn:ngsi-ld:AirQualityObserved:1', type: 'AirQualityObserved', name: text('Station'), no2: text(20) },
];

test('every operation with a contract refuses what its schemas refuse, and answers as they say', async (t) => {
  const { TEST_DATABASE_URL } = process.env;
  const database = TEST_DATABASE_URL === undefined ? undefined : await ownDatabase(TEST_DATABASE_URL, 'contracts');
  const { app, publicUrl, authorizationOf } = await startGuardedPlatform(t, database && { DATABASE_URL: database.url });
  t.after(() => database?.drop()); // after the end of the platform
  const administrator = { authorization: await authorizationOf('administrator', 'administrator', 3600) };
  const link = `<${publicUrl}/contexts/territory/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  const made = await app.inject({
    method: 'POST',
    url: '/ngsi-ld/v1/entityOperations/upsert',
    headers: { ...administrator, link },
    payload: ENTITIES,
  });
  assert.ok(made.statusCode < 300, made.body);

  const { paths } = (await app.inject('/openapi.json')).json();
  assert.deepEqual(operationsWithoutAnswers(paths), []);
  const operations = contractOperations(paths);
  const random = createRandom(SEED);
  const ids = ENTITIES.map(({ id }) => id);
  const faults = new Map<string, string>();
  const accepted = new Set<string>();
  const begun = Date.now();
  for (let round = 0; round < ROUNDS && Date.now() - begun < LONGEST_MS; round += 1) {
    for (const operation of operations) {
      if (NOT_ASKED.has(operation.title)) continue;
      const call = operation.call(random, ids);
      const answer = await app.inject({
        method: call.method as 'GET',
        url: call.url,
        headers: { ...administrator, ...(call.body !== undefined && { 'content-type': 'application/json' }) },
        ...(call.body !== undefined && { payload: JSON.stringify(call.body) }),
      });
      const { statusCode: status, body } = answer;
      if (status < 300) accepted.add(operation.title);
      const fault = operation.faultOf(call, { status, type: String(answer.headers['content-type'] ?? ''), body });
      const sent = JSON.stringify(call.body)?.slice(0, 400) ?? '';
      if (fault !== undefined)
        faults.set(`${operation.title}: ${fault}`, `${call.url} ${sent}\n→ ${body.slice(0, 400)}`);
    }
  }
  console.log(`contract fuzz: seed ${SEED}, ${operations.length} operations, ${accepted.size} of them accepted a call`);
  assert.deepEqual(Object.fromEntries(faults), {});
  assert.ok(accepted.size > 150, [...accepted].join(', '));
});
