import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { findPostgres, startPostgres } from '../../scripts/postgres-server.ts';
import { endProgram, freePort } from '../../scripts/programs.ts';
import { startArguments } from '../../scripts/start-command.ts';
import { httpLoad } from './load/http-load.ts';
import { reportMissedGoals } from './report-missed-goals.ts';
import { COMMON, generate, MARKS, templateEntity } from './scale/generate.ts';
import { postJson } from './seed.ts';

/*
 * npm run bench -- memory [--entities 500000] [--subscriptions 5000] [--seconds 20] [--connections 32] [--starts 5]
 *
 * The start time and the memory (RSS) of the broker alone and of the whole product, idle and under load, on a new
 * PostgreSQL, empty and full. Starts use a prepared database; the median counts. Exit code 1: a required value is
 * missed.
 */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    entities: { type: 'string', default: '500000' },
    subscriptions: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '20' },
    connections: { type: 'string', default: '32' },
    starts: { type: 'string', default: '5' },
  },
});
const entities = Number(values.entities);
const subscriptions = Number(values.subscriptions);
const seconds = Number(values.seconds);
const connections = Number(values.connections);
const starts = Number(values.starts);

type Program = 'broker' | 'product';
const IDLE_MS = 5_000;
const LOOK_EVERY_MS = 200;
/** Limits: the start of an empty one in milliseconds, memory in MB. */
const MOST = { readyMs: 1500, idle: 200, loaded: 400 };

interface Running {
  readonly url: string;
  readonly readyMs: number;
  readonly child: ChildProcess;
}

async function start(program: Program, databaseUrl: string): Promise<Running> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const own = { DATABASE_URL: databaseUrl, PORT: String(port), MQTT_PORT: String(await freePort()), DEMO: 'off' };
  const startedAt = performance.now();
  const child = spawn(process.execPath, startArguments(program === 'broker' ? 'broker' : ''), {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'error', ...own },
  });
  for (;;) {
    const answer = await fetch(`${url}/ready`).catch(() => undefined);
    if (answer?.ok) return { url, child, readyMs: performance.now() - startedAt };
    if (child.exitCode !== null) throw new Error(`The ${program} ended at its start`);
    await pause(5);
  }
}

/** RSS in MB, and its maximum. */
async function memory({ pid }: ChildProcess): Promise<{ now: number; most: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1000;
  return { now: megabytes('VmRSS'), most: megabytes('VmHWM') };
}

async function medianStart(program: Program, databaseUrl: string): Promise<number> {
  await stop(await start(program, databaseUrl)); // prepares the database and the compile cache
  const times: number[] = [];
  while (times.length < starts) {
    const running = await start(program, databaseUrl);
    times.push(running.readyMs);
    await stop(running);
  }
  return times.sort((one, other) => one - other)[Math.floor(times.length / 2)] as number;
}

function stop({ child }: Running): Promise<void> {
  return endProgram(child, 'SIGTERM', 20_000);
}

/** Alternates retrievals, updates and pages; returns the RSS during them. */
async function loaded(
  { url, child }: Running,
  ids: readonly string[],
): Promise<{ mean: number; most: number; rate: number }> {
  const seen: number[] = [];
  let isRunning = true;
  const looking = (async () => {
    while (isRunning) {
      seen.push((await memory(child)).now);
      await pause(LOOK_EVERY_MS);
    }
  })();
  const body = (n: number) => JSON.stringify({ type: 'Property', value: n });
  const { perSecond, errors } = await httpLoad({
    url,
    connections,
    seconds,
    request(n) {
      const id = ids[(n * 7919) % ids.length] as string;
      if (n % 10 === 9) return { method: 'GET', path: `/ngsi-ld/v1/entities?type=${COMMON}&limit=20` };
      if (n % 2 === 0) return { method: 'GET', path: `/ngsi-ld/v1/entities/${id}` };
      return { method: 'PATCH', path: `/ngsi-ld/v1/entities/${id}/attrs/energy`, body: body(n) };
    },
  });
  isRunning = false;
  await looking;
  if (errors > 0) throw new Error(`${errors} requests failed`);
  return { mean: seen.reduce((sum, one) => sum + one, 0) / seen.length, most: Math.max(...seen), rate: perSecond };
}

/** Each subscription has one entity id. */
async function subscribe({ url }: Running, ids: readonly string[]): Promise<void> {
  const waiting = Array.from({ length: subscriptions }, (_, n) => n);
  const work = async () => {
    for (let n = waiting.pop(); n !== undefined; n = waiting.pop()) {
      await postJson(`${url}/ngsi-ld/v1/subscriptions`, {
        type: 'Subscription',
        entities: [{ id: ids[n % ids.length], type: COMMON }],
        watchedAttributes: ['temperature'],
        q: 'temperature>30',
        notification: { attributes: ['temperature'], endpoint: { uri: 'http://127.0.0.1:9/notify' } },
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

async function fill(running: Running, client: pg.Client): Promise<readonly string[]> {
  await postJson(`${running.url}/ngsi-ld/v1/entities`, templateEntity());
  const { rows } = await client.query(`SELECT document::text AS document, types[1] AS type FROM entity WHERE id = $1`, [
    MARKS.id,
  ]);
  await fetch(`${running.url}/ngsi-ld/v1/entities/${MARKS.id}`, { method: 'DELETE' });
  await generate(client, rows[0], 0, entities, entities);
  await client.query('VACUUM ANALYZE entity');
  const found = await client.query<{ id: string }>(
    `SELECT id FROM entity TABLESAMPLE SYSTEM (20) WHERE id LIKE '%${COMMON}%' LIMIT 50000`,
  );
  return found.rows.map(({ id }) => id);
}

const bin = findPostgres();
if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is not installed');
const server = await startPostgres(bin, ['shared_buffers=1GB', 'max_wal_size=4GB']);
const client = new pg.Client({ connectionString: server.url });
const rows: string[][] = [];
const missed: string[] = [];
try {
  await client.connect();
  for (const name of ['broker', 'product'] as const) {
    await client.query(`CREATE DATABASE ${name}`);
    const url = server.url.replace(/postgres$/, name);
    const readyMs = await medianStart(name, url);
    const empty = await start(name, url);
    await pause(IDLE_MS);
    const idle = await memory(empty.child);
    const own = new pg.Client({ connectionString: url });
    await own.connect();
    const ids = await fill(empty, own);
    await own.end();
    await subscribe(empty, ids);
    await stop(empty);
    const full = await start(name, url);
    await pause(IDLE_MS);
    const idleFull = await memory(full.child);
    const load = await loaded(full, ids);
    await stop(full);
    if (readyMs > MOST.readyMs) missed.push(`${name}: ready after ${readyMs.toFixed(0)} ms`);
    if (idle.now > MOST.idle) missed.push(`${name}: ${idle.now.toFixed(0)} MB idle`);
    if (load.most > MOST.loaded) missed.push(`${name}: ${load.most.toFixed(0)} MB under load`);
    rows.push([
      name,
      `${readyMs.toFixed(0)} ms`,
      `${idle.now.toFixed(0)} MB`,
      `${full.readyMs.toFixed(0)} ms`,
      `${idleFull.now.toFixed(0)} MB`,
      `${load.mean.toFixed(0)} MB`,
      `${load.most.toFixed(0)} MB`,
      `${load.rate.toFixed(0)}/s`,
    ]);
  }
} finally {
  await client.end();
  await server.stop();
}
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}; full: ${entities} entities, ${subscriptions} subscriptions`,
);
console.log('\n| | ready, empty | idle, empty | ready, full | idle, full | loaded, mean | loaded, most | requests |');
console.log('|---|---|---|---|---|---|---|---|');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
reportMissedGoals(missed);
process.exit();
