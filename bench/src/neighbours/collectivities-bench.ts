/*
 * npm run bench -- collectivities [--count 100] [--assets 5000] [--starts 3]
 *
 * What many collectivities on one PostgreSQL cost: each is founded by a request and loads its assets by the API. Then the
 * product starts with all of them, and with none on another database: the difference is theirs. Exit code 1: a goal is missed.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { territoryLink } from '../map/territory-of-lamps.ts';
import { reportMissedGoals } from '../report-missed-goals.ts';
import { type OwnTarget, startBenchPostgres, startProduct } from '../target.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    assets: { type: 'string', default: '5000' },
    starts: { type: 'string', default: '3' },
  },
});
const [count, assets, starts] = [Number(values.count), Number(values.assets), Number(values.starts)];
/** What whoever hosts many collectivities expects. */
const GOALS = { startS: 5, idleKB: 500, mapS: 1 };
const BATCH = 500;
const LOADS = 4;
const IDLE_MS = 8_000;
const JOBS_WITHIN_S = 600;
const LAYERS = [
  {
    type: 'Streetlight',
    classes: [{ key: 'on', when: [{ attribute: 'powerState', is: ['on'] }] }],
    observed: 'powerState',
    silentAfter: 21_600,
  },
];
const tenants = Array.from({ length: count }, (_, n) => `c${n}`);

const none = await startBenchPostgres();
const alone = await measureStarts(none.socketUrl).finally(() => none.stop());
const postgres = await startBenchPostgres();
try {
  const product = await startProduct(postgres.socketUrl);
  const founded = await timed(() => each(tenants, 1, (tenant, n) => found(product, tenant, n)));
  const loaded = await timed(() => each(tenants, LOADS, (tenant, n) => load(product, tenant, n)));
  console.log(
    `${count} collectivities founded in ${founded.toFixed(1)} s, ${count * assets} assets loaded in ${loaded.toFixed(0)} s`,
  );
  await product.stop();
  const all = await measureStarts(postgres.socketUrl);
  const idleKB = ((all.idleMB - alone.idleMB) * 1000) / count;
  console.log(
    `start: ${alone.startS.toFixed(2)} s with none, ${all.startS.toFixed(2)} s with all (median of ${starts})`,
  );
  console.log(
    `idle: ${alone.idleMB.toFixed(0)} MB with none, ${all.idleMB.toFixed(0)} MB with all: ${idleKB.toFixed(0)} kB each`,
  );
  const running = await startProduct(postgres.socketUrl);
  try {
    const maps: number[] = [];
    await each(tenants, 1, async (tenant) => void maps.push(await timed(() => firstMap(running, tenant))));
    const [median = Number.NaN, slowest = Number.NaN] = [0.5, 0.95].map((share) => quantile(maps, share));
    console.log(
      `first map of each, ${assets} assets: median ${(median * 1000).toFixed(0)} ms, p95 ${(slowest * 1000).toFixed(0)} ms`,
    );
    await jobs(running);
    reportMissedGoals(
      [
        { what: 'start, s', is: all.startS, most: GOALS.startS },
        { what: 'idle, kB each', is: idleKB, most: GOALS.idleKB },
        { what: 'first map, s', is: slowest, most: GOALS.mapS },
      ].flatMap(({ what, is, most }) => (is > most ? [`${what}: ${is.toFixed(2)}, expected at most ${most}`] : [])),
    );
  } finally {
    await running.stop();
  }
} finally {
  await postgres.stop();
}

/** Seconds until it is ready, and its memory (RSS) when nobody asks for anything. */
async function measureStarts(databaseUrl: string): Promise<{ startS: number; idleMB: number }> {
  await (await startProduct(databaseUrl)).stop(); // prepares the database and the compile cache
  const times: number[] = [];
  let idleMB = 0;
  for (let n = 0; n < starts; n++) {
    let product: OwnTarget | undefined;
    times.push(await timed(async () => (product = await startProduct(databaseUrl))));
    await pause(IDLE_MS);
    idleMB = Math.max(idleMB, await rss(product as unknown as OwnTarget));
    await (product as unknown as OwnTarget).stop();
  }
  return { startS: quantile(times, 0.5), idleMB };
}

async function rss({ pid }: OwnTarget): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1000;
}

/** A made-up collectivity of one commune, in a square of its own. */
async function found({ url }: OwnTarget, tenant: string, n: number): Promise<void> {
  const slug = `duerf-${n}`;
  const [west, south, east, north] = [6 + n * 0.05, 49.5, 6.04 + n * 0.05, 49.54];
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const geometry = { type: 'Polygon', coordinates: [ring] };
  const body = {
    tenant,
    name: `Gemeng ${tenant}`,
    hosts: [`${tenant}.example.org`],
    timeZone: 'Europe/Luxembourg',
    country: 'LU',
    languages: ['lb', 'fr'],
    notice: 'An invented place',
    communes: [{ slug, name: `Duerf ${n}` }],
    boundaries: { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { commune: slug }, geometry }] },
  };
  await ask(`${url}/ops/collectivities`, { body });
}

/** Street lights all over its commune. */
async function load({ url }: OwnTarget, tenant: string, n: number): Promise<void> {
  const west = 6 + n * 0.05;
  for (let first = 0; first < assets; first += BATCH) {
    const body = Array.from({ length: Math.min(BATCH, assets - first) }, (_, i) => ({
      id: `urn:ngsi-ld:Streetlight:${tenant}-${first + i}`,
      type: 'Streetlight',
      scope: `/Duerf_${n}`,
      powerState: { type: 'Property', value: 'on' },
      location: {
        type: 'GeoProperty',
        value: {
          type: 'Point',
          coordinates: [west + ((first + i) % 100) * 0.0004, 49.5 + Math.floor((first + i) / 100) * 0.0004],
        },
      },
    }));
    await ask(`${url}/ngsi-ld/v1/entityOperations/upsert`, { tenant, body, headers: territoryLink(url) });
  }
}

/** What the portal asks for to show it. */
async function firstMap({ url }: OwnTarget, tenant: string): Promise<void> {
  const body = { layers: LAYERS, zoom: 11, filter: {}, totals: true };
  await Promise.all([
    ask(`${url}/territory`, { tenant }),
    ask(`${url}/territory/map`, { tenant, body, headers: territoryLink(url) }),
  ]);
}

interface Job {
  readonly name: string;
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
  readonly canRunNow: boolean;
  readonly lastRun?: { readonly durationMs?: number };
}

/** Runs all jobs at once. */
async function jobs({ url }: OwnTarget): Promise<void> {
  const read = async () => ((await ask(`${url}/ops/jobs`, {})) as { jobs: readonly Job[] }).jobs;
  const runnable = (await read()).filter(({ canRunNow, waiting }) => canRunNow && waiting === 0);
  const seconds = await timed(async () => {
    for (const { name } of runnable) await ask(`${url}/ops/jobs/${name}/run`, { body: {}, accepted: 409 });
    const end = Date.now() + JOBS_WITHIN_S * 1000;
    while ((await read()).some(({ waiting, active }) => waiting + active > 0)) {
      if (Date.now() > end) throw new Error(`The jobs were not done in ${JOBS_WITHIN_S} s`);
      await pause(200);
    }
  });
  const done = await read();
  const slow = done
    .map(({ name, lastRun }) => ({ name, ms: lastRun?.durationMs ?? 0 }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 3);
  const failed = done.filter((job) => job.failed > 0).map(({ name }) => name);
  console.log(
    `${runnable.length} jobs of all, run at once: done after ${seconds.toFixed(0)} s; failed: ${failed.join(', ') || 'none'}`,
  );
  console.log(`the slowest: ${slow.map(({ name, ms }) => `${name} ${(ms / 1000).toFixed(1)} s`).join(', ')}`);
}

interface Asking {
  readonly tenant?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accepted?: number;
}

async function ask(url: string, { tenant, body, headers = {}, accepted }: Asking): Promise<unknown> {
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...headers,
      ...(tenant !== undefined && { 'ngsild-tenant': tenant }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok && answer.status !== accepted) throw new Error(`${url}: ${answer.status} ${text.slice(0, 300)}`);
  return text.startsWith('{') ? JSON.parse(text) : undefined;
}

/** @param atOnce how many run at a time */
async function each(all: readonly string[], atOnce: number, work: (tenant: string, n: number) => Promise<void>) {
  let next = 0;
  const run = async () => {
    while (next < all.length) {
      const n = next++;
      await work(all[n] as string, n);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, run));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

function quantile(all: readonly number[], share: number): number {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
