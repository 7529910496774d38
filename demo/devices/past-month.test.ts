import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '@alzette/broker';
import { readStrategy } from '@alzette/lighting';
import { rules } from '@alzette/rules';
import { demoFolder, readTerritory } from '@alzette/territory';
import { ownDatabase } from '../../platform/test/support/own-database.ts';
import { startServiceHost } from '../../platform/test/support/service-host.ts';
import { demoRules } from '../rules/rules.ts';
import { staticEntities } from './entities.ts';
import { assembleFleet } from './fleet.ts';
import { writePastMonth } from './past-month.ts';
import { placeAssets } from './places.ts';
import { lightingProgramme } from './programme.ts';

const DAY = 86_400_000;
const { TEST_DATABASE_URL } = process.env;

interface Backtest {
  readonly raised: number;
  readonly silenced: number;
  readonly alarms: readonly { readonly entity: string; readonly silence?: { readonly reason: string } }[];
}

test('the demo has a month of history, on which its rules can be back-tested immediately', {
  timeout: 200_000,
}, async (t) => {
  const own = TEST_DATABASE_URL === undefined ? undefined : await ownDatabase(TEST_DATABASE_URL, 'past_month');
  const db = await openDatabase(own === undefined ? {} : { url: own.url });
  const alarms = { apply: async () => undefined };
  const { broker, ask } = await startServiceHost(t, db, [rules], { ports: { alarms } });
  t.after(async () => {
    await db.close();
    await own?.drop();
  });
  const territory = readTerritory(demoFolder());
  const places = placeAssets(territory);
  const programme = lightingProgramme({
    strategy: readStrategy({
      name: 'half',
      programme: { level: 1, slots: [{ from: '22:00', to: '05:00', level: 0.5 }] },
    }),
    site: { latitude: 49.45, longitude: 5.95, timeZone: 'Europe/Paris' },
  });
  const fleet = assembleFleet(places, () => programme, 1);
  // A part of the fleet is enough; the third cabinet had the outage.
  const cabinets = fleet.cabinets.slice(0, 4);
  const lamps = cabinets.flatMap((cabinet) => cabinet.lamps);
  const containers = fleet.containers.slice(0, 12);
  const now = Date.now();
  const ids = new Set([...cabinets, ...lamps, ...containers].map(({ place }) => place.id));
  const entities = staticEntities(territory, places, containers, now).filter(({ id }) => ids.has(id));
  const context = 'http://localhost:1026/contexts/territory/v1.jsonld';
  await broker.client.batchUpsert(entities, { context });

  const month = { lamps, cabinets, containers, programmeOf: () => programme };
  const options = { client: broker.client, context, now, signal: new AbortController().signal };
  const count = async () =>
    (await db.query<{ n: number }>({ text: 'SELECT count(*) AS n FROM history' })).rows[0]?.n ?? 0;
  await writePastMonth(month, options);
  const written = await count();
  await writePastMonth(month, options);
  assert.equal(await count(), written, 'what is there is not written again');
  t.diagnostic(`${written} instances of ${entities.length} entities`);

  const { body: listed } = await ask('GET', '/rules/schema');
  assert.equal(listed.title, 'A rule on entities: what raises an alarm, and what clears it');
  for (const rule of await demoRules()) {
    const { status, body } = await ask('POST', '/rules', rule);
    assert.equal(status, 201, JSON.stringify(body));
  }
  const period = { from: new Date(now - 30 * DAY).toISOString(), to: new Date(now).toISOString() };
  const backtest = async (name: string): Promise<Backtest> => {
    const { status, body } = await ask('POST', `/rules/urn:ngsi-ld:Rule:${name}/backtest`, period);
    assert.equal(status, 200, JSON.stringify(body));
    t.diagnostic(`${name}: ${body.raised} alarms, ${body.silenced} of them silenced, in ${body.tookMs} ms`);
    return body;
  };
  // One had an outage of 20 hours; all of them have been silent since the end of the history.
  const outages = (await backtest('cabinet-silent')).alarms.filter(({ entity }) => entity === cabinets[2]?.place.id);
  assert.equal(outages.length, 2);
  const silent = await backtest('lamp-silent');
  const ofOutage = new Set(cabinets[2]?.lamps.map(({ place }) => place.id));
  const silenced = silent.alarms.filter(
    ({ entity, silence }) => ofOutage.has(entity) && silence?.reason === 'parentAlarm',
  );
  assert.equal(new Set(silenced.map(({ entity }) => entity)).size, ofOutage.size);
  assert.equal((await backtest('container-hot')).raised, 1);
  assert.ok((await backtest('container-full')).raised >= 5);
  assert.ok((await backtest('lamp-failure')).raised >= 1);
});
