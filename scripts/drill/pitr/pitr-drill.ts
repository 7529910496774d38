import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../../broker/src/database/database.ts';
import { openDatabase } from '../../../broker/src/database/open-database.ts';
import { startPostgres } from '../../postgres-server.ts';
import { freePort } from '../../programs.ts';
import { type BrokerProcess, brokerProcess } from '../broker-process.ts';
import { untilRecorded } from '../generated-history.ts';
import { addMeasures, type KeptHistory, type LoadedYears, loadYears } from './load-years.ts';
import { measuredSeries } from './measured-series.ts';
import { createMoreLamps } from './more-lamps.ts';
import { readBack } from './read-back.ts';
import { createRepository } from './repository.ts';

export interface PitrDrillOptions {
  readonly bin: string;
  readonly pgbackrest: string;
  /** The number of street lamps. */
  readonly lamps: number;
  readonly days: number;
  readonly rawDays: number;
  readonly hourDays: number;
  /** The time between the backup and the loss of the server. */
  readonly seconds: number;
  readonly archiveTimeoutS: number;
  readonly say: (text: string) => void;
}

export interface PitrDrillResult {
  readonly loaded: LoadedYears & { readonly seconds: number };
  readonly databaseGb: number;
  readonly repositoryGb: number;
  readonly backupSeconds: number;
  /** Measurements after the backup, restored from the write-ahead log. */
  readonly measuresAfterBackup: number;
  readonly written: number;
  readonly lostRows: number;
  /** The RPO in seconds; null: no row was restored. */
  readonly lostSeconds: number | null;
  readonly restoreSeconds: number;
  /** The RTO: from the first step of the restore until the product is ready. */
  readonly readySeconds: number;
  /** Whether each loaded table has the same rows, and the product gives the same answers. */
  readonly isSame: boolean;
  readonly isClean: boolean;
}

const DAY_MS = 86_400_000;
const WRITE_EVERY_MS = 100;
const RPO_S = 300;
const RTO_S = 900;
const READY_WITHIN_S = 1_800;
/** Settings while the drill loads data, which needs no write-ahead log. */
const LOADING = [
  'fsync=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=8GB',
  'checkpoint_timeout=1h',
  'shared_buffers=1GB',
  'maintenance_work_mem=1GB',
  'work_mem=64MB',
];
const WORKING = ['shared_buffers=1GB', 'max_wal_size=4GB'];

/** By table: the number of rows, and sums that don't depend on their order. */
const CONTENT = `
  SELECT 'history' AS name, count(*)::text AS rows, sum(round(number * 10)::int8)::text AS values, sum(n)::text AS others
  FROM history WHERE at < $1::timestamptz AND n <= $2::bigint
  UNION ALL SELECT 'hours', count(*)::text, sum(round(sum * 10)::int8)::text, sum(count)::text FROM history_hour WHERE start < $1
  UNION ALL SELECT 'days', count(*)::text, sum(round(sum * 10)::int8)::text, sum(count)::text FROM history_day WHERE start < $1
  UNION ALL SELECT 'nights', count(*)::text, sum(round(measured * 10)::int8)::text, '' FROM lighting.lamp_night WHERE night < $1::date - 1
  UNION ALL SELECT 'reports', count(*)::text, '', '' FROM reports.report
  UNION ALL SELECT 'lamps', count(*)::text, '', '' FROM lighting.lamp
  ORDER BY name`;

/** Loads years of data, backs them up, loses the server later, restores it, and compares. */
export async function runPitrDrill(options: PitrDrillOptions): Promise<PitrDrillResult> {
  const cleanups: (() => Promise<unknown>)[] = [];
  try {
    return await drill(options, cleanups);
  } finally {
    for (const cleanUp of cleanups.reverse()) await cleanUp().catch(() => {});
  }
}

// Longer than 80 lines: a sequence of steps.
async function drill(options: PitrDrillOptions, cleanups: (() => Promise<unknown>)[]): Promise<PitrDrillResult> {
  const { bin, say } = options;
  const folder = await mkdtemp(join(tmpdir(), 'alzette-pitr-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const kept = keptHistory(options);
  const repository = await createRepository(options.pgbackrest, folder, options.archiveTimeoutS);

  let server = await startPostgres(bin, LOADING, folder);
  cleanups.push(() => server.stop());
  let db = await openDatabase({ url: server.url });
  cleanups.push(() => db.close());
  let product = await productOn(server.url, folder, 'on');
  cleanups.push(() => product.kill());
  say('the product is running');
  await untilRecorded(db);
  await createMoreLamps(product.url, db, options.lamps);
  await setRetention(product.url, options);
  await product.stop();
  const loading = performance.now();
  const loaded = { ...(await loadYears(db, kept, say)), seconds: 0 };
  loaded.seconds = Math.round((performance.now() - loading) / 1000);
  await db.query({ text: 'VACUUM ANALYZE' });
  await db.query({ text: 'CHECKPOINT' });
  await db.close();
  await server.stop();

  const working = [...WORKING, ...repository.settings];
  server = await startPostgres(bin, working, folder, READY_WITHIN_S);
  await repository.connect(new URL(server.url).port);
  db = await openDatabase({ url: server.url });
  const { rows: last } = await db.query<{ n: number }>({ text: 'SELECT watermark::float8 AS n FROM history_rollup' });
  const content = async () =>
    (await db.query({ text: CONTENT, values: [new Date(kept.until).toISOString(), last[0]?.n] })).rows;
  product = await productOn(server.url, folder, 'off');
  const answersBefore = await readBack(product.url, kept);
  const before = await content();
  say(`read back; ${JSON.stringify(before)}`);
  const databaseGb = gigabytes(await databaseBytes(db));
  const backupSeconds = await timed(async () => {
    await repository.run('stanza-create');
    await repository.run('--type=full', 'backup');
  });
  const repositoryGb = gigabytes(sizeOf(join(folder, 'repo')));
  say(`backed up ${databaseGb} GB in ${backupSeconds} s`);

  const { written, measures, lastAt } = await work(db, kept.until, options.seconds);
  process.kill(server.pid, 'SIGKILL');
  await Promise.all([product.kill(), db.close()]);
  await pause(1000);
  await rm(join(folder, 'data'), { recursive: true });
  say(`lost after ${written} writes`);

  const since = performance.now();
  await repository.run('restore');
  say('files are restored');
  server = await startPostgres(bin, working, folder, READY_WITHIN_S);
  db = await openDatabase({ url: server.url });
  await untilRecovered(db);
  const restoreSeconds = secondsSince(since);
  product = await productOn(server.url, folder, 'off');
  const readySeconds = secondsSince(since);
  say(`ready after ${readySeconds} s`);
  const { rows: beats } = await db.query<{ n: number; at: Date | null }>({
    text: 'SELECT count(*)::int AS n, max(at) AS at FROM beat',
  });
  const { n = 0, at = null } = beats[0] ?? {};
  const after = await content();
  const isSame =
    isDeepStrictEqual(after, before) && isDeepStrictEqual(await readBack(product.url, kept), answersBefore);
  if (!isSame) say(`before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
  const lostSeconds = at && Math.round((lastAt - at.getTime()) / 100) / 10;
  return {
    loaded,
    databaseGb,
    repositoryGb,
    backupSeconds,
    measuresAfterBackup: measures,
    written,
    lostRows: written - n,
    lostSeconds,
    restoreSeconds,
    readySeconds,
    isSame,
    isClean: isSame && lostSeconds !== null && lostSeconds <= RPO_S && readySeconds <= RTO_S,
  };
}

/** Ends with the day before yesterday; the measurements of yesterday are added after the backup. */
function keptHistory({ days, rawDays, hourDays }: PitrDrillOptions): KeptHistory {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  return {
    until: today - DAY_MS,
    instancesFrom: today - rawDays * DAY_MS,
    hoursFrom: today - hourDays * DAY_MS,
    daysFrom: today - days * DAY_MS,
  };
}

async function setRetention(url: string, { rawDays, hourDays }: PitrDrillOptions): Promise<void> {
  const response = await fetch(`${url}/ops/history/retention`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rawDays, hourDays, dayDays: null }),
  });
  if (!response.ok) throw new Error(`retention: ${response.status} ${await response.text()}`);
}

/** Writes a row every 100 ms in its own transaction, and meanwhile a day of measurements, by quarters of an hour. */
async function work(
  db: Database,
  day: number,
  seconds: number,
): Promise<{ written: number; measures: number; lastAt: number }> {
  await db.query({ text: 'CREATE TABLE beat (n int PRIMARY KEY, at timestamptz NOT NULL)' });
  const series = await measuredSeries(db);
  const end = Date.now() + seconds * 1000;
  const measuring = (async () => {
    let measures = 0;
    const quarter = DAY_MS / 96;
    for (let from = day; from < day + DAY_MS; from += quarter) {
      measures += await addMeasures(db, series, { from, to: from + quarter });
      await pause(Math.max(0, (end - Date.now()) * (quarter / (day + DAY_MS - from)) * 0.8));
    }
    return measures;
  })();
  let [written, lastAt] = [0, 0];
  for (; Date.now() < end; await pause(WRITE_EVERY_MS)) {
    await db.query({ text: 'INSERT INTO beat VALUES ($1, clock_timestamp())', values: [written + 1] });
    written += 1;
    lastAt = Date.now();
  }
  return { written, lastAt, measures: await measuring };
}

async function untilRecovered(db: Database): Promise<void> {
  for (;;) {
    const { rows } = await db.query<{ recovering: boolean }>({ text: 'SELECT pg_is_in_recovery() AS recovering' });
    if (!rows[0]?.recovering) return;
    await pause(100);
  }
}

/** Starts the whole product. The demo creates the territory; later it is off, because it would change the compared data. */
async function productOn(url: string, folder: string, demo: 'on' | 'off'): Promise<BrokerProcess> {
  const settings = {
    DATABASE_URL: url,
    MQTT_PORT: String(await freePort()),
    DATA_DIR: join(folder, 'product'),
    DEMO: demo,
    ACCESS: 'open',
    NODE_ENV: 'production',
  };
  const product = brokerProcess(await freePort(), settings, { isProduct: true });
  await product.start();
  return product;
}

/** Free bytes on the disk of the drill. */
export async function freeBytes(): Promise<number> {
  const { bavail, bsize } = await statfs(tmpdir());
  return bavail * bsize;
}

async function databaseBytes(db: Database): Promise<number> {
  const text = 'SELECT pg_database_size(current_database())::float8 AS bytes';
  return (await db.query<{ bytes: number }>({ text })).rows[0]?.bytes ?? 0;
}

function sizeOf(folder: string): number {
  return Number(execFileSync('du', ['-sb', folder], { encoding: 'utf8' }).split('\t', 1)[0]);
}

function gigabytes(bytes: number): number {
  return Math.round(bytes / 1e8) / 10;
}

function secondsSince(since: number): number {
  return Math.round((performance.now() - since) / 100) / 10;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const since = performance.now();
  await work();
  return secondsSince(since);
}
