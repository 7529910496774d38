import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../../broker/src/database/database.ts';
import { openDatabase } from '../../../broker/src/database/open-database.ts';
import { ALL_PAGES, buildPages, needsBuild } from '../../../platform/src/page-builds.ts';
import { findPostgres, logOfPostgres, startPostgres } from '../../postgres-server.ts';
import { freePort } from '../../programs.ts';
import { type BrokerProcess, brokerProcess } from '../broker-process.ts';
import { type GeneratedHistory, generateHistory, untilRecorded } from '../generated-history.ts';
import { ask, describeAnswer, startWriteLoad } from '../upgrade/write-load.ts';
import { makeSmallMachine, type SmallMachine, smallMachineMissing } from './small-machine.ts';

export interface SmallDrillOptions {
  /** The number of instances in the year of history. */
  readonly instances: number;
  readonly say: (text: string) => void;
}

/** What product and database used during some time. */
interface Usage {
  readonly memoryMb: number;
  readonly peakMb: number;
  /** Average number of busy cores. */
  readonly cores: number;
}

export interface SmallDrillResult {
  readonly firstStartSeconds: number;
  /** The start with a year of history. */
  readonly secondStartSeconds: number;
  readonly idle: Usage;
  readonly year: GeneratedHistory & { readonly seconds: number };
  readonly idleWithYear: Usage;
  readonly loaded: Usage & {
    readonly writesPerSecond: number;
    readonly slowestWriteMs: number;
    readonly readsPerSecond: number;
    readonly medianReadMs: number;
    readonly slowestReadMs: number;
    /** Answers with 429 or 503 and Retry-After; the requests were repeated. */
    readonly postponed: number;
    /** Other answers than 2xx, and requests without an answer. */
    readonly failures: number;
  };
  readonly databaseMb: { readonly first: number; readonly withYear: number };
  readonly logMb: number;
  readonly killed: number;
  readonly isClean: boolean;
}

const CPUS = 2;
const MEMORY_BYTES = 2 * 2 ** 30;
/** The settings of docker/compose.small.yaml. */
const POSTGRES = [
  'shared_buffers=256MB',
  'effective_cache_size=768MB',
  'work_mem=8MB',
  'maintenance_work_mem=64MB',
  'min_wal_size=512MB',
  'max_wal_size=2GB',
  'checkpoint_timeout=15min',
  'random_page_cost=1.1',
  'jit=off',
];
const HEAP = '--max-old-space-size=512';
const CALM_MS = 60_000;
const LOADED_MS = 60_000;
const WRITTEN = 1_000;
const WRITERS = 5;
const WRITE_PAUSE_MS = 100;
const READ_PAUSE_MS = 200;

/** Runs the whole product and PostgreSQL on 2 processors and 2 GB, with the demo and a year of history. */
export async function runSmallDrill(options: SmallDrillOptions): Promise<SmallDrillResult> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is missing');
  const missing = smallMachineMissing();
  if (missing !== undefined) throw new Error(missing);
  const cleanups: (() => Promise<unknown>)[] = [];
  try {
    return await drill(bin, options, cleanups);
  } finally {
    for (const cleanUp of cleanups.reverse()) await cleanUp().catch(() => {});
  }
}

// Longer than 80 lines: a sequence of steps.
async function drill(
  bin: string,
  { instances, say }: SmallDrillOptions,
  cleanups: (() => Promise<unknown>)[],
): Promise<SmallDrillResult> {
  let isOver = false;
  const machine = makeSmallMachine(CPUS, MEMORY_BYTES);
  cleanups.push(() => machine.close());
  await Promise.all(ALL_PAGES.filter(needsBuild).map(buildPages)); // a package contains them
  const folder = await mkdtemp(join(tmpdir(), 'alzette-small-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const postgres = await startPostgres(bin, POSTGRES, folder);
  cleanups.push(() => postgres.stop());
  machine.addProcess(postgres.pid);
  cleanups.push(async () => {
    if (!isOver)
      say(
        `Processes killed for lack of memory: ${machine.usage().killed}. PostgreSQL logged:\n${logOfPostgres(folder)}`,
      );
  });
  const settings = {
    DATABASE_URL: postgres.url,
    MQTT_PORT: String(await freePort()),
    DATA_DIR: join(folder, 'product'),
    DEMO: 'on',
    NODE_ENV: 'production',
    NODE_OPTIONS: HEAP,
  };
  const product = brokerProcess(await freePort(), settings, {
    isProduct: true,
    start: machine.spawn,
  });
  cleanups.push(() => product.kill());

  say('first start');
  const firstStartSeconds = await timed(() => product.start());
  const db = await openDatabase({ url: postgres.url });
  cleanups.push(() => db.close());
  await untilRecorded(db);
  await pause(CALM_MS); // the demo imports its past
  const idle = await measureUsage(machine, product, CALM_MS);
  const first = await databaseMb(db);

  say(`a year of history: ${instances} instances`);
  let year: GeneratedHistory | undefined;
  const seconds = await timed(async () => {
    year = await generateHistory(db, instances, 1);
    await db.query({ text: 'VACUUM ANALYZE history' });
  });
  await db.query({ text: 'CHECKPOINT' });
  await product.stop();
  say('second start');
  const secondStartSeconds = await timed(() => product.start());
  await pause(CALM_MS);
  const idleWithYear = await measureUsage(machine, product, CALM_MS);

  say('load');
  const loaded = await underLoad(machine, product, say);
  const withYear = await databaseMb(db);
  const logMb = Number(
    execFileSync('du', ['-sm', join(folder, 'data/pg_wal')], { encoding: 'utf8' }).split('\t', 1)[0],
  );
  const { killed } = machine.usage();
  isOver = true;
  return {
    firstStartSeconds,
    secondStartSeconds,
    idle,
    year: { ...(year as GeneratedHistory), seconds }, // it is set above
    idleWithYear,
    loaded,
    databaseMb: { first, withYear },
    logMb,
    killed,
    isClean: killed === 0 && loaded.failures === 0,
  };
}

/** @throws Error: the product has exited meanwhile */
async function measureUsage(machine: SmallMachine, product: BrokerProcess, ms: number): Promise<Usage> {
  machine.resetPeak();
  const [before, since] = [machine.usage(), performance.now()];
  await pause(ms);
  if (!product.isRunning())
    throw new Error(`The product has exited (${product.ended()}):\n${product.output().slice(-3000)}`);
  const after = machine.usage();
  const elapsed = (performance.now() - since) / 1000;
  const cores = Math.round(((after.cpuSeconds - before.cpuSeconds) / elapsed) * 100) / 100;
  return { memoryMb: after.memoryMb, peakMb: after.peakMb, cores };
}

/** Writes and reads like the clients of a busy territory, in addition to the devices of the demo. */
async function underLoad(
  machine: SmallMachine,
  product: BrokerProcess,
  say: (text: string) => void,
): Promise<SmallDrillResult['loaded']> {
  const { url } = product;
  const agent = new Agent({ keepAlive: true });
  const idOf = (n: number) => `urn:ngsi-ld:Device:drill-${n}`;
  const batch = Array.from({ length: WRITTEN }, (_, n) => ({
    id: idOf(n),
    type: 'Device',
    measured: { type: 'Property', value: 0 },
  }));
  const made = await ask(agent, 'POST', `${url}/ngsi-ld/v1/entityOperations/create`, batch);
  if (made.status !== 201) throw new Error(`${made.status} ${made.text.slice(0, 300)}`);
  const load = startWriteLoad(url, idOf, { entities: WRITTEN, writers: WRITERS, pauseMs: WRITE_PAUSE_MS, say });
  const year = new Date(Date.now() - 365 * 86_400_000).toISOString();
  const paths = [
    '/ngsi-ld/v1/entities?type=Streetlight&limit=100&options=keyValues',
    '/ngsi-ld/v1/entities?type=WasteContainer&limit=100&options=keyValues',
    `/ngsi-ld/v1/temporal/entities?type=WasteContainer&limit=20&attrs=fillingLevel&timerel=after&timeAt=${year}&format=aggregatedValues&aggrMethods=avg&aggrPeriodDuration=P1D`,
    '/',
    '/status',
  ];
  const times: number[] = [];
  let [failures, postponed] = [0, 0];
  let isStopping = false;
  const read = async (): Promise<void> => {
    for (let n = 0; !isStopping; n++) {
      const asked = url + paths[n % paths.length];
      const since = performance.now();
      let answer = await ask(agent, 'GET', asked);
      while (answer.waitMs !== undefined && !isStopping) {
        postponed += 1;
        say(describeAnswer('GET', asked, answer));
        await pause(answer.waitMs);
        answer = await ask(agent, 'GET', asked);
      }
      times.push(performance.now() - since);
      if (answer.status !== 200 && answer.waitMs === undefined) {
        failures += 1;
        say(describeAnswer('GET', asked, answer));
      }
      await pause(READ_PAUSE_MS);
    }
  };
  const reading = Promise.all([read(), read(), read()]);
  const taken = await measureUsage(machine, product, LOADED_MS);
  const { acknowledged, slowestMs } = load.figures();
  isStopping = true;
  await Promise.all([reading, load.stop()]);
  const writes = load.figures();
  agent.destroy();
  times.sort((one, other) => one - other);
  const rate = (count: number) => Math.round((count / LOADED_MS) * 10_000) / 10;
  return {
    ...taken,
    writesPerSecond: rate(acknowledged),
    slowestWriteMs: slowestMs,
    readsPerSecond: rate(times.length),
    medianReadMs: Math.round(times[Math.floor(times.length / 2)] ?? 0),
    slowestReadMs: Math.round(times.at(-1) ?? 0),
    postponed: postponed + writes.postponed,
    failures: failures + writes.repeated - writes.postponed,
  };
}

async function databaseMb(db: Database): Promise<number> {
  const { rows } = await db.query<{ mb: number }>({
    text: 'SELECT (pg_database_size(current_database()) / 1000000)::int AS mb',
  });
  return rows[0]?.mb ?? 0;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return Math.round((performance.now() - since) / 100) / 10;
}
