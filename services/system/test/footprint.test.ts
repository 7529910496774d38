import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { alarms } from '@alzette/alarms';
import { newDatabase } from '@alzette/broker/test-support';
import { channelService } from '@alzette/channels';
import { dashboardService } from '@alzette/dashboards';
import { fileService } from '@alzette/files';
import { eventually } from '@alzette/kit/testing';
import { lighting } from '@alzette/lighting';
import { reports } from '@alzette/reports';
import { waste } from '@alzette/waste';
import { readConfig } from '../../../platform/src/config.ts';
import { type ServiceHost, startServiceHost } from '../../../platform/test/support/service-host.ts';
import { systemService } from '../src/service.ts';

/** Of two collectivities, one has three quarters of the requests and a quarter of the entities. */
const USAGE = new Map([
  ['', { entities: 300, usage: { requests: 25 } }],
  ['thil', { entities: 100, usage: { requests: 75 } }],
]);
const TODAY = new Date().toISOString().slice(0, 10);
const BEFORE = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const SETTINGS = {
  prices: { kwh: 0.5, hour: 30, km: 4 },
  minutesPerReport: 12,
  yearlyCosts: { lighting: 3650 },
  budget: {},
  factors: {},
  isPublic: false,
};
/** Of a whole day: two hours of processor, 2 GB of memory, 500 GB stored, 3 GB sent. */
const A_DAY = {
  processorSeconds: 7200,
  memoryByteSeconds: 2e9 * 86_400,
  processSeconds: 86_400,
  trafficBytes: 3e9,
  requests: 1000,
  storageBytes: 500e9,
};
/** By hand: 2 h × 2 × 3.5 W × 1.5, 48 GBh × 0.392 W × 1.5, 12 TBh × 1.2 W × 1.5, and 3 GB × 0.001 kWh. */
const KWH = { processor: 0.021, memory: 0.028224, storage: 0.0216, traffic: 0.003 };

test('footprint by domain and collectivity with its trend, costs and gains, a budget that alarms, and a public page', async (t) => {
  const db = await newDatabase();
  let host: ServiceHost | undefined;
  const system = systemService({
    version: '1.2.3',
    dataDir: tmpdir(),
    certificates: {},
    readMetrics: async () => (await host?.broker.metrics()) ?? '',
    ingestLag: async () => 0,
    usageOf: async () => USAGE,
  });
  const { files } = readConfig({ DATA_DIR: join(tmpdir(), 'alzette-footprint') });
  const services = [channelService(), dashboardService(), alarms, fileService(files), reports, lighting, waste, system];
  host = await startServiceHost(t, db, services, {
    access: 'enforced',
    jobs: true,
    ports: { push: { send: async () => {} } },
  });
  t.after(() => db.close());
  const { ask } = host;
  const admin = { authorization: await host.authorizationOf({ sub: 'admin', roles: ['administrator'] }) };
  const rows = [
    ...Object.entries(A_DAY).map(([what, amount]) => [BEFORE, '', what, amount]),
    [BEFORE, 'lighting', 'requests', 250],
    [BEFORE, 'lighting', 'storageBytes', 100e9],
  ];
  for (const values of rows)
    await db.query({ text: 'INSERT INTO system.footprint_use VALUES ($1, $2, $3, $4)', values });

  assert.equal((await ask('GET', '/ops/footprint')).status, 401);
  const { body } = await ask('GET', '/ops/footprint', undefined, admin);
  const before = body.days.find(({ day }: { day: string }) => day === BEFORE);
  isNear(before.kwh, KWH.processor + KWH.memory + KWH.storage + KWH.traffic);
  assert.equal(before.memoryBytes, 2e9);
  const today = body.days.find(({ day }: { day: string }) => day === TODAY);
  assert.ok(today.processorSeconds > 0 && today.memoryBytes > 1e7, 'what this process used until now');
  assert.ok(today.storageBytes > 1e6, 'the database, before the job that measures it each hour');

  // A second computation of all, from what is stored.
  const stored = await storedUse(db);
  isNear(
    body.whole.kwh,
    kwh(stored, () => 1),
  );
  const byRequests = (row: Use, requests: number) => (row.requests === 0 ? 0 : requests / row.requests);
  const light = body.domains.find(({ domain }: { domain: string }) => domain === 'lighting');
  const ofLight = (row: Use) => (row.day === BEFORE ? 0.25 : byRequests(row, row.lighting));
  isNear(
    light.kwh,
    kwh(stored, ofLight, (row) => (row.day === BEFORE ? 0.2 : 0)),
  );
  const sum = (all: { kwh: number; requests: number }[], of: 'kwh' | 'requests') =>
    all.reduce((total, each) => total + each[of], 0);
  isNear(sum(body.domains, 'kwh'), body.whole.kwh);
  assert.equal(sum(body.domains, 'requests'), body.whole.requests);
  const thil = body.collectivities.find(({ tenant }: { tenant: string }) => tenant === 'thil');
  isNear(
    thil.kwh,
    kwh(
      stored,
      () => 0.75,
      () => 0.25,
    ),
  );
  isNear(sum(body.collectivities, 'kwh'), body.whole.kwh);

  // Bytes of connections count both ways.
  await host.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = host.app.server.address() as AddressInfo;
  const sent = request({ port, path: `/${'x'.repeat(5000)}`, agent: false }).end();
  const [answer] = await once(sent, 'response');
  await once(answer.resume(), 'close');
  const { body: later } = await ask('GET', '/ops/footprint', undefined, admin);
  assert.ok(later.whole.trafficBytes - body.whole.trafficBytes > 5000);

  await db.query({ text: NIGHT, values: [TODAY] });
  await db.query({ text: ROUND, values: [TODAY] });
  await db.query({ text: REPORT, values: [`${TODAY.slice(0, 4)}-01-02T08:00:00Z`, new Date().toISOString()] });
  const gains = async () => {
    const { body: found } = await ask('GET', '/ops/footprint/use-cases', undefined, admin);
    return found.cases.flatMap(({ id, gains: all }: { id: string; gains: { kind: string; value?: number }[] }) =>
      all.map(({ kind, value }) => [id, kind, value]),
    );
  };
  const unpriced = [
    ['lighting', 'energy', 60],
    ['lighting', 'money', 15],
    ['waste', 'distance', 37.5],
    ['waste', 'money', undefined],
    ['reports', 'count', 1],
    ['reports', 'hours', undefined],
    ['reports', 'money', undefined],
  ];
  assert.deepEqual(await gains(), unpriced, 'without prices, no money is invented');
  assert.equal((await ask('PUT', '/ops/footprint/settings', SETTINGS, admin)).status, 200);
  const priced = unpriced.map(([id, kind, value]) => [
    id,
    kind,
    value ?? { waste: 150, hours: 0.2, money: 6 }[id === 'waste' ? id : (kind as 'hours' | 'money')],
  ]);
  assert.deepEqual(await gains(), priced);
  const { body: useCases } = await ask('GET', '/ops/footprint/use-cases', undefined, admin);
  const [{ costs }] = useCases.cases;
  isNear(costs.energy, costs.kwh * 0.5);
  const days = (Date.now() - Date.parse(`${TODAY.slice(0, 4)}-01-01`)) / 86_400_000;
  assert.ok(Math.abs(costs.yearly - Math.min(365, days) * 10) < 1, `ten euros a day: ${costs.yearly}`);

  for (const [change, message] of [
    [{ factors: { watts: 1 } }, /factors: got "watts", expected one of wattsPerCore/],
    [{ yearlyCosts: { trams: 1 } }, /yearlyCosts: got "trams", expected one of lighting, waste, reports/],
    [{ prices: { km: -1 } }, /prices.km/],
  ] as const) {
    const wrong = await ask('PUT', '/ops/footprint/settings', { ...SETTINGS, ...change }, admin);
    assert.equal(wrong.status, 400);
    assert.match(wrong.body.detail, message);
  }

  const alarm = async () => {
    const { body: found } = await ask('GET', '/alarms', undefined, admin);
    return found.alarms.map(({ id, status }: { id: string; status: string }) => `${id.split(':').at(-1)} ${status}`);
  };
  const look = async (budget: object, wanted: RegExp) => {
    await ask('PUT', '/ops/footprint/settings', { ...SETTINGS, budget }, admin);
    await ask('POST', '/ops/jobs/system.footprint/run', {}, admin);
    return eventually(`${wanted}`, async () => wanted.test((await alarm()).join()));
  };
  await look({ kwh: 0.01 }, /^footprint-budget-kwh active$/);
  const { body: over } = await ask('GET', '/ops/footprint', undefined, admin);
  assert.deepEqual(over.overBudget, ['kwh']);
  await look({ kwh: 1000 }, /^(footprint-budget-kwh cleared)?$/);

  assert.equal((await ask('GET', '/public/footprint')).status, 404);
  assert.equal((await ask('GET', '/footprint')).status, 404);
  await ask('PUT', '/ops/footprint/settings', { ...SETTINGS, isPublic: true }, admin);
  const { body: open } = await ask('GET', '/public/footprint');
  assert.equal(open.collectivities, undefined);
  assert.equal(open.useCases.cases[0].gains[0].value, 60);
  const page = await ask('GET', '/footprint?lang=fr');
  assert.match(page.body, /<html lang="fr">[\s\S]*Toute la plateforme[\s\S]*60\u00a0kWh[\s\S]*wattsPerCore/);
});

interface Use extends Readonly<Record<keyof typeof A_DAY, number>> {
  readonly day: string;
  readonly hours: number;
  readonly lighting: number;
}

async function storedUse(db: Awaited<ReturnType<typeof newDatabase>>): Promise<Use[]> {
  const { rows } = await db.query<Use>({ text: STORED });
  return rows;
}

/** The method of docs/sobriety.md, written anew. */
function kwh(rows: readonly Use[], used: (row: Use) => number, stored: (row: Use) => number = used): number {
  let wattHours = 0;
  for (const row of rows) {
    const servers = (row.processorSeconds / 3600) * (3.5 + 3.5) + (row.memoryByteSeconds / 3600 / 1e9) * 0.392;
    wattHours += used(row) * (servers * 1.5 + (row.trafficBytes / 1e9) * 1);
    wattHours += stored(row) * (row.storageBytes / 1e12) * row.hours * 1.2 * 1.5;
  }
  return wattHours / 1000;
}

function isNear(value: number, expected: number): void {
  assert.ok(Math.abs(value - expected) <= 1e-9 + expected * 1e-4, `got ${value}, expected ${expected}`);
}

const STORED = `
  SELECT day::text AS day, least(24, extract(epoch FROM now() - day::timestamp AT TIME ZONE 'UTC') / 3600)::float8 AS hours,
    ${Object.keys(A_DAY)
      .map((what) => `coalesce(sum(amount) FILTER (WHERE domain = '' AND what = '${what}'), 0) AS "${what}"`)
      .join(', ')},
    coalesce(sum(amount) FILTER (WHERE domain = 'lighting' AND what = 'requests'), 0) AS lighting
  FROM system.footprint_use GROUP BY day`;
/** 40 kWh were measured where full power would have used 100. */
const NIGHT = `
  INSERT INTO lighting.zone_night (tenant, kind, zone, night, lamps, measured_lamps, day_burners, measured, promised, full_power, by_day, full_power_all)
  VALUES ('', 'all', '', $1, 10, 10, 0, 40, 50, 100, 0, 100)`;
const ROUND = `
  WITH driven AS (
    INSERT INTO waste.round (tenant, id, day, secret_hash, document)
    VALUES ('', 'driven', $1, 'a', '{"kind": "glass", "tour": {}, "savedKm": 37.5}'), ('', 'planned', $1, 'b', '{"kind": "glass", "tour": {}, "savedKm": 100}')
    RETURNING id)
  INSERT INTO waste.round_act (tenant, round, stop, state, at) SELECT '', id, 'urn:x:1', 'done', now() FROM driven WHERE id = 'driven'`;
const REPORT = `
  INSERT INTO reports.report (tenant, id, origin_key, request_digest, state, category, commune, status, moderation, longitude, latitude, requested_at, updated_at)
  SELECT '', id, id, '', state, 'light', 'thil', status, 'visible', 5.9, 49.4, $1::timestamptz, $1::timestamptz
  FROM (VALUES ('1', 'fixed', jsonb_build_object('closedAt', $2::text)), ('2', 'open', '{}'::jsonb)) AS r (id, status, state)`;
