import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { alarms } from '@alzette/alarms';
import type { Database } from '@alzette/broker';
import { newDatabase } from '@alzette/broker/test-support';
import { fileService } from '@alzette/files';
import type { AiUses } from '@alzette/kit/ai-uses';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { eventually } from '@alzette/kit/testing';
import { readPastReports, reports } from '@alzette/reports';
import { rules } from '@alzette/rules';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { generatedReports } from '../evaluate/generated-reports.ts';
import { DAY, electricity, filling, HOUR } from '../evaluate/generated-series.ts';
import { ANOMALY_SCORES } from '../src/anomalies/anomaly-use.ts';
import { insightService } from '../src/service.ts';

const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
const METER = 'urn:ngsi-ld:SmartMeteringObservation:hall';
const CONTAINER = 'urn:ngsi-ld:WasteContainer:glass';
const KNOWN_DAYS = 63;
const OWN = ['fill-forecast', 'energy-forecast', 'occupancy-forecast', 'anomaly-scores', 'report-suggestions'];

/** The members of a forecast that the test reads, simplified. */
interface ForecastEntity {
  readonly scope: string | string[];
  readonly forecastAttribute: string;
  /** The id in the register. */
  readonly aiOutput: string;
  readonly forecastSeries: readonly (readonly [at: string, value: number, low: number, high: number])[];
  readonly forecastMethod: {
    readonly method?: string;
    readonly error: number;
    readonly baselineError: number;
    readonly coverage: number;
    readonly promised: number;
    readonly isBaseline: boolean;
  };
}

/** The members of a scored entity that the test reads, concise. */
interface ScoredEntity {
  readonly anomalyScore: {
    readonly value: number;
    readonly observedValue: number;
    readonly usualHigh: number;
    readonly ofAttribute: string;
    readonly aiUse: string;
  };
}

const property = (value: unknown) => ({ type: 'Property', value });

test('Uses of AI: off until they are turned on, explained, with feedback, and removed when they are turned off', async (t) => {
  const db = await newDatabase();
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'alzette-insights-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const another = defineService({
    name: 'another-service',
    needs: ['uses'],
    async start({ uses }: ServiceContext & { readonly uses: AiUses }) {
      uses.declare({ ...ANOMALY_SCORES, name: 'of-another-service' });
      return {};
    },
  });
  const insights = insightService({ pastReports: readPastReports });
  const services = [insights, alarms, fileService({ folder }), reports, rules, another];
  const host = await startServiceHost(t, db, services, {
    jobs: true,
    ports: { notices: { send: async () => {} } },
    settings: { PUBLIC_URL: `http://127.0.0.1:${port}` },
  });
  t.after(() => db.close());
  await host.app.listen({ port, host: '127.0.0.1' });
  const { ask, broker } = host;
  const uses = host.port<AiUses>('uses');
  const { client } = broker;
  const context = CONTEXT;
  const switchUse = async (name: string, isOn: boolean) => {
    const { status, body } = await ask('PUT', `/insights/uses/${name}`, { isOn, owner: 'Energy team' });
    assert.equal(status, 204, JSON.stringify(body));
  };
  const useOf = async (name: string) => {
    const { body } = await ask('GET', '/insights/uses');
    return body.uses.find((use: { name: string }) => use.name === name);
  };

  const now = Date.now();
  const { samples, counter } = pastOf(now);
  await client.batchUpsert(
    [
      { id: CONTAINER, type: 'WasteContainer', scope: '/Thil', name: property('Glass') },
      { id: METER, type: 'SmartMeteringObservation', scope: '/Thil', meterType: property('electricity') },
    ],
    { context },
  );
  await client.upsertTemporal({ id: CONTAINER, type: 'WasteContainer', fillingLevel: instances(samples) }, { context });
  await client.upsertTemporal(
    { id: METER, type: 'SmartMeteringObservation', totalConsumption: instances(counter) },
    { context },
  );

  await t.test('all off: nothing is stored, scheduled or written', async () => {
    const { body } = await ask('GET', '/insights/uses');
    assert.deepEqual(
      body.uses.map(({ name, isOn }: { name: string; isOn: boolean }) => [name, isOn]),
      [...OWN, 'of-another-service'].map((name) => [name, false]),
    );
    assert.equal(await uses.log({ use: 'of-another-service', tenant: '', output: {}, why: {} }), '');
    await uses.evaluated('of-another-service', '', { cases: 1, figures: [] });
    const suggested = await ask('POST', '/citizen/v1/reports/suggestions', {
      description: 'Le lampadaire est éteint',
      location: { lat: 49.47, lon: 5.93 },
    });
    assert.deepEqual(suggested.body, { isOn: false, duplicates: [] });
    assert.deepEqual(await rowsOf(db), {});
    assert.deepEqual(await jobsOf(db), { recurrences: [], runs: 0 });
    assert.equal((await client.queryEntities({ type: 'Forecast', context })).entities.length, 0);
  });

  await t.test('forecasts are separate entities with an interval and their basis', async () => {
    await switchUse('fill-forecast', true);
    await switchUse('energy-forecast', true);
    const forecastOf = (of: string) =>
      eventually(`a forecast of ${of}`, async () => {
        const query = { type: 'Forecast', q: `forecastOf=="${of}"`, format: 'simplified', context } as const;
        return (await client.queryEntities<ForecastEntity>(query)).entities[0];
      });
    const fill = await forecastOf(CONTAINER);
    assert.equal(fill.forecastAttribute, 'fillingLevel');
    assert.ok(fill.forecastSeries.length >= 6, JSON.stringify(fill.forecastSeries));
    for (const [, value, low, high] of fill.forecastSeries)
      assert.ok(0 <= low && low <= value && value <= high && high <= 1);
    const energy = await forecastOf(METER);
    assert.equal(energy.forecastSeries.length, 48);
    assert.ok(Date.parse(energy.forecastSeries[0]?.[0] ?? '') > now - 2 * HOUR);
    const { method, error, baselineError, coverage, promised, isBaseline } = energy.forecastMethod;
    // The series ends today, and which method is the best on its last days depends on its weekdays. How much better it is
    // than the baseline, is tested with fixed series.
    assert.ok(error > 0 && baselineError > 0, JSON.stringify(energy.forecastMethod));
    if (isBaseline) assert.ok(error >= baselineError);
    assert.ok(promised === 0.8 && coverage > 0.5 && method !== undefined);
    assert.deepEqual([energy.scope].flat(), ['/Thil']);

    const meter = await client.retrieveEntity<Record<string, unknown>>(METER, { context, format: 'simplified' });
    assert.equal(meter?.totalConsumption, counter.at(-1)?.[0], 'what was measured stays');
    const use = await eventually('its evaluation', async () => {
      const known = await useOf('energy-forecast');
      return known.evaluation && known;
    });
    assert.deepEqual([use.isOn, use.owner, use.outputs], [true, 'Energy team', 1]);
    assert.equal(use.evaluation.figures[0].of, 'buildings');
    const judged = await ask('POST', `/insights/outputs/${energy.aiOutput}/feedback`, {
      isRight: false,
      note: 'Closed',
    });
    assert.equal(judged.status, 204);
    assert.deepEqual([(await useOf('energy-forecast')).right, (await useOf('energy-forecast')).wrong], [0, 1]);
    const { outputs } = (await ask('GET', '/insights/uses/energy-forecast/outputs')).body;
    assert.deepEqual([outputs[0].note, outputs[0].about], ['Closed', METER]);
    assert.equal((await ask('POST', '/insights/outputs/none/feedback', { isRight: true })).status, 404);
    assert.equal((await ask('PUT', '/insights/uses/none', { isOn: true })).status, 404);
    assert.equal((await ask('PUT', '/insights/uses/energy-forecast', { isOn: 1 })).status, 400);
  });

  await t.test('a rule raises an alarm for a score, with the values that were compared', async () => {
    const rule = {
      id: 'urn:ngsi-ld:Rule:odd-meter',
      name: { fr: 'Compteur inhabituel', en: 'Unusual meter' },
      scope: { types: ['SmartMeteringObservation'] },
      when: { attr: 'anomalyScore', op: '>=', value: 8 },
      clear: { whenOver: true },
      severity: 'medium',
    };
    const made = await ask('POST', '/rules', rule);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    await switchUse('anomaly-scores', true);
    const alarm = await eventually('the alarm', async () => {
      const { body } = await ask('GET', '/alarms');
      return body.alarms.find(({ about }: { about: string | string[] }) => [about].flat().includes(METER));
    });
    assert.ok(alarm);
    const scored = await client.retrieveEntity<ScoredEntity>(METER, { context, format: 'concise' });
    assert.ok(scored);
    const { anomalyScore } = scored;
    assert.ok(anomalyScore.value >= 8);
    assert.ok(anomalyScore.observedValue > anomalyScore.usualHigh, JSON.stringify(anomalyScore));
    assert.deepEqual([anomalyScore.ofAttribute, anomalyScore.aiUse], ['totalConsumption', 'anomaly-scores']);

    // Artificial faults in the meter's last weeks: how many were detected, and the false alarms.
    const { cases, figures } = await eventually(
      'its evaluation',
      async () => (await useOf('anomaly-scores')).evaluation,
    );
    const [recall, falseAlarms] = figures;
    assert.deepEqual([recall.name, recall.of, falseAlarms.name], ['recall', 'meters', 'falseAlarms']);
    // The series ends today, and which faults can be tried in it depends on its weekdays. How much better the score is,
    // is tested with fixed series.
    assert.ok(cases >= 1, JSON.stringify(figures));
    assert.ok(recall.value >= recall.baseline && falseAlarms.value <= falseAlarms.baseline, JSON.stringify(figures));
  });

  await t.test('the desk and the app get suggestions with their words; nothing is decided automatically', async () => {
    await putReports(db);
    await switchUse('report-suggestions', true);
    await eventually('what was learned', async () => (await useOf('report-suggestions')).evaluation);
    const draft = { description: 'Le lampadaire clignote toute la nuit', location: { lat: 49.4703, lon: 5.9312 } };
    const { body } = await ask('POST', '/citizen/v1/reports/suggestions', draft);
    assert.equal(body.category.code, 'street-light');
    assert.ok(body.category.words.includes('lampada'), JSON.stringify(body));
    assert.equal(body.category.output, undefined, 'nothing is logged of who writes');

    const made = await ask('POST', '/reports', { ...draft, category: 'sign' });
    const again = { ...draft, description: 'Lampadaire qui clignote', category: 'street-light' };
    const twin = await ask('POST', '/reports', again);
    assert.equal(twin.status, 201, JSON.stringify(twin.body));
    const desk = (await ask('GET', `/reports/${made.body.id}/suggestions`)).body;
    assert.equal(desk.category.code, 'street-light');
    assert.deepEqual(
      desk.duplicates.map(({ report }: { report: string }) => report),
      [twin.body.id],
    );
    assert.equal((await ask('GET', `/reports/${made.body.id}`)).body.report.category, 'sign');
    const right = await ask('POST', `/insights/outputs/${desk.category.output}/feedback`, { isRight: true });
    assert.equal(right.status, 204, JSON.stringify(right.body));
    assert.equal((await useOf('report-suggestions')).right, 1);
  });

  await t.test('turned off: forecasts, scores, learned values and jobs are removed; feedback stays', async () => {
    for (const name of OWN) await switchUse(name, false);
    assert.equal((await client.queryEntities({ type: 'Forecast', context })).entities.length, 0);
    const meter = await client.retrieveEntity<Record<string, unknown>>(METER, { context, format: 'simplified' });
    assert.equal(meter?.anomalyScore, undefined);
    assert.notEqual(meter?.totalConsumption, undefined);
    assert.deepEqual((await jobsOf(db)).recurrences, []);
    const left = await rowsOf(db);
    assert.deepEqual([left.usual, left.told, left.model], [undefined, undefined, undefined]);
    assert.equal(left.feedback, 2);
  });
});

/** Levels and a counter up to now. In its last hours the counter increases much faster. */
function pastOf(now: number) {
  const first = Math.floor(now / DAY) - KNOWN_DAYS;
  const hour = Math.floor(now / HOUR) * HOUR;
  const { samples } = filling(3, first, KNOWN_DAYS + 1);
  const { samples: reported } = electricity(5, first, KNOWN_DAYS + 1);
  const counter = reported
    .filter(([, at]) => at <= hour)
    .map(([total, at]): [number, number] => [total + Math.max(0, 6 - (hour - at) / HOUR) * 80, at]);
  return { samples: samples.filter(([, at]) => at <= now), counter };
}

function instances(samples: readonly (readonly [number, number])[]) {
  return samples.map(([value, at]) => ({ ...property(value), observedAt: new Date(at).toISOString() }));
}

/** Row counts of this service's tables, without empty ones. */
async function rowsOf(db: Database): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of ['use', 'evaluation', 'output', 'feedback', 'usual', 'told', 'model']) {
    const { rows } = await db.query<{ n: number }>({ text: `SELECT count(*)::int AS n FROM insights.${table}` });
    if (rows[0]?.n) counts[table] = rows[0].n;
  }
  return counts;
}

async function jobsOf(db: Database) {
  const recurrences = await db.query<{ job: string }>({
    text: "SELECT job FROM kit.recurrence WHERE job LIKE 'insights.%' ORDER BY job",
  });
  const runs = await db.query<{ n: number }>({
    text: "SELECT count(*)::int AS n FROM jobs.job WHERE name LIKE 'insights.%'",
  });
  return { recurrences: recurrences.rows.map(({ job }) => job), runs: runs.rows[0]?.n };
}

/** Creates processed reports directly in the tables, because the routes would take minutes. */
async function putReports(db: Database): Promise<void> {
  for (const { id, text, category, position, at } of generatedReports(400)) {
    const requestedAt = new Date(at).toISOString();
    const state = {
      id,
      category,
      position,
      requestedAt,
      status: 'fixed',
      moderation: 'accepted',
      photos: [],
      workOrders: [],
    };
    const values = [
      '',
      id,
      id,
      '',
      JSON.stringify(state),
      category,
      'thil',
      'fixed',
      'accepted',
      ...position,
      requestedAt,
    ];
    await db.query({
      text: `INSERT INTO reports.report (tenant, id, origin_key, request_digest, state, category, commune, status, moderation,
        longitude, latitude, requested_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
      values,
    });
    await db.query({
      text: "INSERT INTO reports.author (tenant, report, words) VALUES ('', $1, $2)",
      values: [id, JSON.stringify({ text })],
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
