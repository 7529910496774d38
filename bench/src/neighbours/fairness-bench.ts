/*
 * npm run bench -- fairness [--assets 50000]
 *
 * How long a tenant waits while another one loads as many assets as it can. The load is in batches of 500 on four
 * connections, from a thread of its own, so that it doesn't delay what is measured. The calm tenant writes, reads and queries, one request after the other, in windows with and without the load in turn.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ownTarget } from '../target.ts';
import { idOf, type Load, type LoadState } from './fairness-load.ts';

const { values } = parseArgs({ options: { assets: { type: 'string', default: '50000' } } });
/** Windows with and without the load follow each other, so that what else the machine does falls into both. */
const WINDOW_MS = 3_000;
const LAMPS = 500;
/** A second has ten requests of each kind. */
const PAUSE_MS = 33;

const KINDS = {
  'update of one attribute': (n: number) =>
    ask('calm', 'PATCH', `/entities/${idOf(n % LAMPS)}/attrs/power`, { value: n }),
  'retrieve by id': (n: number) => ask('calm', 'GET', `/entities/${idOf(n % LAMPS)}`),
  'query of 20': (n: number) => ask('calm', 'GET', `/entities?type=ScaleLamp&limit=20&offset=${n % 400}`),
} as const;

type Kind = keyof typeof KINDS;

const state: LoadState = new Int32Array(new SharedArrayBuffer(8));
Atomics.store(state, 0, 1);
const target = await ownTarget();
const assets = Number(values.assets);
try {
  await load('calm', LAMPS);
  await probe(WINDOW_MS); // the first requests fill caches
  const alone = noTimes();
  const during = noTimes();
  let isLoaded = false;
  const loading = load('busy', assets).then(() => {
    isLoaded = true;
  });
  let loadMs = 0;
  while (!isLoaded) {
    const begun = performance.now();
    await probe(WINDOW_MS, during);
    loadMs += performance.now() - begun;
    Atomics.store(state, 0, 0);
    await Promise.race([loading, answered()]);
    await probe(WINDOW_MS, alone);
    Atomics.store(state, 0, 1);
  }
  await loading;
  const seconds = loadMs / 1000;
  console.log(`${assets} assets in ${seconds.toFixed(0)} s\n`);
  console.log('| of the calm tenant, ms | p50 | p95 | p50 during the load | p95 during the load | p95, times |');
  console.log('| --- | --: | --: | --: | --: | --: |');
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const row = [alone, during].flatMap((times) => [quantile(times[kind], 0.5), quantile(times[kind], 0.95)]);
    const times = (row[3] ?? Number.NaN) / (row[1] ?? Number.NaN);
    console.log(`| ${kind} | ${row.map((ms) => ms.toFixed(1)).join(' | ')} | ${times.toFixed(2)} |`);
  }
} finally {
  await target.stop();
}

function noTimes(): Record<Kind, number[]> {
  return { 'update of one attribute': [], 'retrieve by id': [], 'query of 20': [] };
}

async function probe(forMs: number, times = noTimes()): Promise<void> {
  const end = performance.now() + forMs;
  for (let n = 0; performance.now() < end; n++) {
    for (const [kind, send] of Object.entries(KINDS) as [Kind, (n: number) => Promise<void>][]) {
      const begun = performance.now();
      await send(n);
      times[kind].push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** All batches of the load that were sent have their answers. */
async function answered(): Promise<void> {
  while (Atomics.load(state, 1) > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

/** Resolves when the thread has loaded all. */
async function load(tenant: string, count: number): Promise<void> {
  const workerData: Load = { url: target.url, tenant, count, state };
  await once(new Worker(new URL('./fairness-load.ts', import.meta.url), { workerData }), 'exit');
}

async function ask(tenant: string, method: string, path: string, body?: unknown): Promise<void> {
  const answer = await fetch(`${target.url}/ngsi-ld/v1${path}`, {
    method,
    headers: { 'ngsild-tenant': tenant, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
