import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readCommandLine, refuse } from '../../../scripts/commands/command-line.ts';
import { startBenchPostgres, startProduct } from '../target.ts';
import type { Workload } from '../workload.ts';
import { batchUpsert, create, partialUpdate, queryByType, retrieve } from '../workloads/http-workloads.ts';
import { type CpuProfile, selfTimes } from './self-times.ts';

const USAGE = `npm run bench -- where patch|create|batch|retrieve|query [--seconds 10] [--connections 32] [--entities 10000] [--functions 12]

Where the CPU time of a request goes: of the product by layer and by function, of PostgreSQL by kind of process, and what
PostgreSQL writes for it. One warming run comes first.`;

const WORKLOADS: { readonly [name: string]: Workload } = {
  patch: partialUpdate,
  create,
  batch: batchUpsert,
  retrieve,
  query: queryByType,
};

const { values, positionals } = readCommandLine({
  usage: USAGE,
  words: 1,
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '32' },
    entities: { type: 'string', default: '10000' },
    functions: { type: 'string', default: '12' },
  },
});
const [name = ''] = positionals;
const workload = Object.hasOwn(WORKLOADS, name) ? WORKLOADS[name] : undefined;
if (workload === undefined) {
  refuse(USAGE, `workload: got ${name || 'nothing'}, expected one of ${Object.keys(WORKLOADS).join(', ')}`);
}
const settings = {
  seconds: Number(values.seconds),
  connections: Number(values.connections),
  entities: Number(values.entities),
};

const folder = await mkdtemp(join(tmpdir(), 'alzette-where-'));
const postgres = await startBenchPostgres();
const client = new pg.Client({ connectionString: postgres.url });
await client.connect();
try {
  const product = await startProduct(postgres.socketUrl, {
    NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-interval=200`,
  });
  await workload.prepare?.(product, settings);
  await workload.run(product, settings, 0);
  const written = await writtenBytes();
  const before = await processTimes(postgres.pid);
  const from = monotonicMicroseconds();
  const { answers, perSecond, p50, p99 } = await workload.run(product, settings, 1);
  const to = monotonicMicroseconds();
  const after = await processTimes(postgres.pid);
  const wrote = await writtenBytes();
  await product.stop();

  console.log(`${workload.name}: ${Math.round(perSecond)} a second, p50 ${p50} ms, p99 ${p99} ms\n`);
  const profile = await newestProfile();
  const { layers, functions } = selfTimes(profile, from, to);
  print('product, µs of CPU per request', layers, answers);
  print('its functions', new Map([...functions].slice(0, Number(values.functions))), answers);
  const kinds = new Map([...after].map(([kind, seconds]) => [kind, (seconds - (before.get(kind) ?? 0)) * 1e6]));
  print('PostgreSQL, µs of CPU per request', kinds, answers);
  for (const [what, count] of wrote) {
    console.log(`${what}: ${((count - (written.get(what) ?? 0)) / answers).toFixed(2)} per request`);
  }
} finally {
  await client.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

function print(title: string, times: ReadonlyMap<string, number>, answers: number): void {
  const sorted = [...times].sort(([, a], [, b]) => b - a).filter(([, time]) => time / answers >= 0.05);
  console.log(`| ${title} | |\n| --- | --: |`);
  for (const [what, time] of sorted) console.log(`| ${what} | ${(time / answers).toFixed(1)} |`);
  console.log('');
}

/** The clock of profiles of V8. */
function monotonicMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** That of the process that served; worker threads write smaller ones. */
async function newestProfile(): Promise<CpuProfile> {
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
  const [text] = texts.toSorted((a, b) => b.length - a.length);
  if (text === undefined) throw new Error('The product wrote no profile');
  return JSON.parse(text);
}

/** CPU seconds of the processes of a PostgreSQL server by their kind, such as `walwriter`; sessions are `client backend`. */
async function processTimes(parent: number): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const pid of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const [stat, title] = [await read('stat'), await read('cmdline')];
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[1] !== String(parent)) continue;
    const kind = /^postgres: (?!\S+ \S+ (?:\[|\d))([a-z ]*(?:writer|checkpointer|launcher|worker|receiver))/.exec(
      title,
    )?.[1];
    const seconds = (Number(fields[11]) + Number(fields[12])) / 100; // Linux counts in hundredths
    const key = kind?.trim() ?? 'client backend';
    times.set(key, (times.get(key) ?? 0) + seconds);
  }
  return times;
}

async function writtenBytes(): Promise<Map<string, number>> {
  const { rows } = await client.query<{ bytes: string; records: string; pages: string; updates: string; hot: string }>(`
    SELECT wal_bytes AS bytes, wal_records AS records, wal_fpi AS pages,
      (SELECT sum(n_tup_upd) FROM pg_stat_user_tables) AS updates,
      (SELECT sum(n_tup_hot_upd) FROM pg_stat_user_tables) AS hot
    FROM pg_stat_wal`);
  const [row] = rows;
  return new Map([
    ['bytes of WAL', Number(row?.bytes)],
    ['records of WAL', Number(row?.records)],
    ['whole pages in WAL', Number(row?.pages)],
    ['rows updated', Number(row?.updates)],
    ['rows updated in their page (HOT)', Number(row?.hot)],
  ]);
}
