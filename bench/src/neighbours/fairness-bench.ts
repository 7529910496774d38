/*
 * npm run bench -- fairness [--assets 50000] [--seconds 10]
 *
 * How long a tenant waits while another one loads as many assets as it can. The load is in batches of 500 on four
 * connections. The calm tenant writes, reads and queries, one request after the other, as in the seconds before.
 */
import { parseArgs } from 'node:util';
import { templateEntity } from '../scale/generate.ts';
import { ownTarget } from '../target.ts';

const { values } = parseArgs({
  options: { assets: { type: 'string', default: '50000' }, seconds: { type: 'string', default: '10' } },
});
const BATCH = 500;
const CONNECTIONS = 4;
const LAMPS = 500;
/** A second has ten requests of each kind. */
const PAUSE_MS = 33;

const KINDS = {
  'update of one attribute': (n: number) =>
    ask('calm', 'PATCH', `/entities/${idOf(n % LAMPS)}/attrs/power`, { value: n }),
  'retrieve by id': (n: number) => ask('calm', 'GET', `/entities/${idOf(n % LAMPS)}`),
  'query of 20': (n: number) => ask('calm', 'GET', `/entities?type=ScaleLamp&limit=20&offset=${n % 400}`),
} as const;

const target = await ownTarget();
const assets = Number(values.assets);
try {
  await load('calm', LAMPS);
  await probe(Date.now() + 3000); // the first requests fill caches
  const before = await probe(Date.now() + Number(values.seconds) * 1000);
  const begun = performance.now();
  let end = Number.POSITIVE_INFINITY;
  const loading = load('busy', assets).then(() => {
    end = Date.now();
  });
  const during = await probe(() => end);
  await loading;
  const seconds = (performance.now() - begun) / 1000;
  console.log(`${assets} assets in ${seconds.toFixed(0)} s\n`);
  console.log('| of the calm tenant, ms | p50 | p95 | p50 during the load | p95 during the load |');
  console.log('| --- | --: | --: | --: | --: |');
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
    const row = [before, during].flatMap((times) => [quantile(times[kind], 0.5), quantile(times[kind], 0.95)]);
    console.log(`| ${kind} | ${row.map((ms) => ms.toFixed(1)).join(' | ')} |`);
  }
} finally {
  await target.stop();
}

async function probe(until: number | (() => number)): Promise<Record<keyof typeof KINDS, number[]>> {
  const times = { 'update of one attribute': [], 'retrieve by id': [], 'query of 20': [] } as Record<
    keyof typeof KINDS,
    number[]
  >;
  const end = typeof until === 'number' ? () => until : until;
  for (let n = 0; Date.now() < end(); n++) {
    for (const [kind, send] of Object.entries(KINDS) as [keyof typeof KINDS, (n: number) => Promise<void>][]) {
      const begun = performance.now();
      await send(n);
      times[kind].push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  return times;
}

async function load(tenant: string, count: number): Promise<void> {
  let next = 0;
  const template = templateEntity();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < count) {
        const first = next;
        next += BATCH;
        const batch = Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => ({
          ...template,
          id: idOf(first + i),
          type: 'ScaleLamp',
        }));
        await ask(tenant, 'POST', '/entityOperations/upsert', batch);
      }
    }),
  );
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

function idOf(n: number): string {
  return `urn:ngsi-ld:ScaleLamp:${n}`;
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
