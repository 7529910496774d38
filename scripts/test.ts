import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownDatabase } from '../broker/test/support/own-database.ts';
import { createProductTemplate } from '../platform/test/support/product-template.ts';
import { rootMissing } from './drill/install/debian-root.ts';
import { startMosquitto } from './mosquitto-server.ts';
import { findPostgres, hasTimescale, startPostgres, TIMESCALE_SETTINGS } from './postgres-server.ts';
import { findProgram } from './programs.ts';
import { startSlapd } from './slapd-server.ts';
import { excused } from './test-run/quarantine.ts';
import type { TestRecord } from './test-run/test-record.ts';
import { secondsOf } from './test-run/test-times.ts';

/*
 * npm test: all tests of all workspaces, with lint and types, in one process more than there are cores, because many
 * tests wait (TEST_LANES sets another number). Programs that the machine lacks (PostgreSQL 17 with PostGIS, Mosquitto,
 * slapd, PgBouncer, nginx, Node-RED, Chromium, ClamAV, mmdebstrap with root) are listed at the end and their tests are skipped; with CI=true a
 * skipped test fails the run. No test is tried twice: one that fails now and then is mended, or is listed in
 * `test-run/quarantine.ts` with who mends it and until when. `npm test -- broker platform` runs only these workspaces,
 * without lint and types. Suites for all kinds of database run on one of them; with TEST_DATABASES=all on each, and
 * with the demo of the packed product, as before a release.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BROWSER_TESTS = '**/test/browser/**';
const IN_BROWSER = ' in a browser';
/** Imported by the tests that share a product, which must therefore be in one process. */
const SHARED_PRODUCT = '/demo-product.ts';
/** Their tests start the product with its demo. */
const WITH_DEMO = [SHARED_PRODUCT, '/demo-data.ts'];
const FILES_A_RUN = 24;
const BROWSER_FILES_A_RUN = 11;
/** More processes would wait for the shared databases. */
const MAX_LANES = 4;
const SLOWEST_SHOWN = 40;
/** A test or a suite that hangs fails after this time and does not block the others. */
const LONGEST_TEST_MS = 900_000;
/** Compiled code is cached here, which saves a third of the time for loading our code. */
process.env.NODE_COMPILE_CACHE ??= join(ROOT, 'node_modules/.cache/compiled');
const isCi = process.env.CI === 'true';

const stops: (() => Promise<void>)[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(1)));
}
try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} finally {
  await stopAll();
}

/** True if everything passed. */
async function main(only: readonly string[]): Promise<boolean> {
  const started = Date.now();
  const { lacks, mosquitto } = await prepareNeighbours();
  // Once, because all runs open embedded databases.
  await import('./database-template.ts');
  const failed: string[] = [];
  const records: TestRecord[] = [];
  const runs = testRuns(only);
  // Once for all runs that start the product, instead of concurrent builds.
  const pages = runs.some(needsPages) ? run(process.execPath, ['platform/src/build-pages.ts']) : undefined;
  const demo: Job = {
    title: 'the demo with its past',
    seconds: Number.POSITIVE_INFINITY, // other jobs wait for it
    async work() {
      await pages;
      const { isGood, output } = await writeDemo();
      if (!isGood) failed.push('writing the demo');
      return output;
    },
  };
  const jobs: Job[] = runs.map((testRun) => ({
    title: `${testRun.title}: ${testRun.files.length} files`,
    ...(needsDemo(testRun) && { after: demo }),
    seconds: secondsOfAll(testRun.files),
    async work() {
      const { title, files } = testRun;
      const built = needsPages(testRun) ? await pages : undefined;
      if (built?.isGood === false) return built.output;
      const { output, isGood, records: ran } = await runTests(files, mosquitto);
      records.push(...ran);
      if (!isGood) failed.push(`tests of ${title}`);
      return output;
    },
  }));
  void pages?.then(({ isGood }) => isGood || failed.push('building the pages'));
  if (runs.some(needsDemo)) jobs.push(demo);
  if (only.length === 0) {
    for (const [check, seconds] of [
      ['lint', 20],
      ['types', 60],
    ] as const) {
      jobs.push({
        title: `npm run ${check}`,
        seconds,
        async work() {
          const { isGood, output } = await run('npm', ['run', '--silent', check]);
          if (!isGood) failed.push(check);
          return output;
        },
      });
    }
  }
  // The longest first, so that none remains at the end.
  jobs.sort((a, b) => b.seconds - a.seconds);
  await inLanes(jobs, Number(process.env.TEST_LANES) || Math.min(availableParallelism() + 1, MAX_LANES));
  return conclude(records, failed, lacks, Date.now() - started);
}

interface Job {
  readonly title: string;
  /** The approximate duration. */
  readonly seconds: number;
  /** It must have ended before. */
  readonly after?: Job;
  /** Resolves to its output, which is printed at once. */
  work(): Promise<string>;
}

/** Runs jobs in order, with a limited concurrency. Those that must wait for another let later ones pass. */
async function inLanes(jobs: readonly Job[], lanes: number): Promise<void> {
  const waiting = [...jobs];
  const ended = new Set<Job>();
  let oneEnded = Promise.withResolvers<void>();
  async function lane(): Promise<void> {
    while (waiting.length > 0) {
      const next = waiting.find(({ after }) => after === undefined || ended.has(after));
      if (next === undefined) {
        await oneEnded.promise;
        continue;
      }
      waiting.splice(waiting.indexOf(next), 1);
      const started = Date.now();
      const output = await next.work();
      heading(`${next.title}, ${Math.round((Date.now() - started) / 1000)} s`);
      process.stdout.write(output);
      ended.add(next);
      oneEnded.resolve();
      oneEnded = Promise.withResolvers();
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane));
}

/**
 * Starts the servers for the tests and sets their environment variables. Returns what the machine lacks, and the
 * Mosquitto program.
 */
async function prepareNeighbours(): Promise<{ lacks: string[]; mosquitto: string | undefined }> {
  const lacks: string[] = [];
  if (!process.env.TEST_DATABASE_URL) {
    const bin = findPostgres();
    if (bin === undefined) lacks.push('PostgreSQL 17 with PostGIS');
    else {
      const server = await startPostgres(bin);
      stops.push(() => server.stop());
      process.env.TEST_DATABASE_URL = server.url;
    }
  }
  if (process.env.TEST_DATABASE_URL && !process.env.TEST_CITUS_WORKERS) {
    const template = await createProductTemplate(process.env.TEST_DATABASE_URL);
    stops.push(() => template.drop());
    process.env.TEST_PRODUCT_TEMPLATE = template.name;
  }
  if (!process.env.TEST_TIMESCALE_URL) {
    const bin = findPostgres();
    if (bin === undefined || !hasTimescale(bin)) lacks.push('TimescaleDB for PostgreSQL 17');
    else {
      const server = await startPostgres(bin, TIMESCALE_SETTINGS);
      stops.push(() => server.stop());
      process.env.TEST_TIMESCALE_URL = server.url;
    }
  }
  const mosquitto = process.env.TEST_MQTT_URL ? undefined : findProgram('mosquitto');
  if (mosquitto === undefined && !process.env.TEST_MQTT_URL) lacks.push('Mosquitto');
  if (findProgram('pgbouncer') === undefined) lacks.push('PgBouncer');
  if (findProgram('nginx') === undefined) lacks.push('nginx');
  if (!process.env.TEST_LDAP_URL) {
    const program = findProgram('slapd');
    if (program === undefined) lacks.push('slapd');
    else {
      const server = await startSlapd(program);
      stops.push(() => server.stop());
      process.env.TEST_LDAP_URL = server.url;
    }
  }
  if (findProgram(process.env.NODE_RED, 'node-red') === undefined) lacks.push('Node-RED');
  if (findProgram('clamd') === undefined) lacks.push('ClamAV');
  const noRoot = rootMissing();
  if (noRoot !== undefined) lacks.push(`an empty Debian (${noRoot})`);
  const chromium = findProgram(process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome');
  if (chromium === undefined) lacks.push('Chromium');
  else process.env.CHROMIUM = chromium;
  process.env.CHROMIUM_SHELL ??= findProgram('chromium-headless-shell') ?? '';
  return { lacks, mosquitto };
}

async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

interface TestRun {
  readonly title: string;
  readonly files: string[];
}

function needsPages({ files }: TestRun): boolean {
  return files.some((file) => file.startsWith('platform/'));
}

function needsDemo({ files }: TestRun): boolean {
  if (!process.env.TEST_DATABASE_URL || process.env.TEST_CITUS_WORKERS) return false;
  return files.some((file) => imports(file, ...WITH_DEMO));
}

function imports(file: string, ...modules: string[]): boolean {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return modules.some((module) => text.includes(module));
}

/** Writes a database and a folder once, of which tests with the demo start on copies. */
async function writeDemo(): Promise<Outcome> {
  const name = `alzette_demo_${process.pid}`;
  const { url, drop } = await ownDatabase(process.env.TEST_DATABASE_URL as string, name); // see needsDemo
  const folder = await mkdtemp(join(tmpdir(), 'alzette-demo-'));
  stops.push(drop, () => rm(folder, { recursive: true }));
  const settings = { DATABASE_URL: url, DATA_DIR: folder };
  const outcome = await run(process.execPath, ['platform/test/support/write-demo.ts'], settings);
  if (outcome.isGood) Object.assign(process.env, { TEST_DEMO_TEMPLATE: name, TEST_DEMO_FOLDER: folder });
  return outcome;
}

/**
 * About FILES_A_RUN files of one workspace per process, which shares its databases among them. Browser tests have
 * their own processes with fewer files.
 */
function testRuns(only: readonly string[]): TestRun[] {
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { workspaces: string[] };
  const exclude = ['**/node_modules/**', '**/dist/**'];
  const folders = globSync(workspaces, { cwd: ROOT }).sort();
  const chosen = only.length === 0 ? [...folders, 'scripts'] : only;
  const runs: TestRun[] = [];
  for (const title of chosen) {
    if (!existsSync(join(ROOT, title)))
      throw new Error(`There is no folder ${title}; workspaces: ${folders.join(', ')}`);
    const files = globSync(`${title}/**/*.test.ts`, { cwd: ROOT, exclude: [...exclude, BROWSER_TESTS] });
    const inBrowser = globSync(`${title}/${BROWSER_TESTS}/*.test.ts`, { cwd: ROOT, exclude });
    runs.push(...inParts(title, files, FILES_A_RUN), ...inParts(title + IN_BROWSER, inBrowser, BROWSER_FILES_A_RUN));
  }
  return runs;
}

/** Splits the files into parts that take about the same time; those that share a product stay together. */
function inParts(title: string, files: string[], most: number): TestRun[] {
  const shared = files.filter((file) => imports(file, SHARED_PRODUCT));
  const units = [shared, ...files.filter((file) => !shared.includes(file)).map((file) => [file])];
  const parts = Array.from({ length: Math.ceil(files.length / most) }, (): string[] => []);
  for (const unit of units.toSorted((a, b) => secondsOfAll(b) - secondsOfAll(a))) {
    parts.toSorted((a, b) => secondsOfAll(a) - secondsOfAll(b))[0]?.push(...unit);
  }
  return parts.map((part, at) => ({
    title: parts.length > 1 ? `${title} (${at + 1} of ${parts.length})` : title,
    files: part.sort(),
  }));
}

function secondsOfAll(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + secondsOf(file), 0);
}

interface TestsRun extends Outcome {
  readonly records: readonly TestRecord[];
}

/**
 * Runs the tests of these files in one process with its own Mosquitto, because messages of one run must not reach the
 * agents of another.
 */
async function runTests(files: readonly string[], mosquitto: string | undefined): Promise<TestsRun> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-test-'));
  const record = join(folder, 'record.jsonl');
  const server = mosquitto === undefined ? undefined : await startMosquitto(mosquitto);
  if (server) stops.push(() => server.stop());
  const { isGood, output } = await run(
    process.execPath,
    [
      '--max-semi-space-size=32', // less garbage collection
      `--import=${join(ROOT, 'scripts/test-run/test-declared-in.ts')}`,
      '--test',
      '--test-isolation=none',
      '--test-force-exit', // a failed test may leave handles open
      `--test-timeout=${LONGEST_TEST_MS}`,
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${join(ROOT, 'scripts/test-run/test-record.ts')}`,
      `--test-reporter-destination=${record}`,
      ...files,
    ],
    server ? { TEST_MQTT_URL: server.url } : {},
  );
  const lines = existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter(Boolean) : [];
  await rm(folder, { recursive: true });
  const records = lines.map((line) => excused(JSON.parse(line) as TestRecord, ROOT, new Date()));
  const has = (wanted: TestRecord['outcome']) => records.some(({ outcome }) => outcome === wanted);
  return { output, isGood: isGood || (has('quarantined') && !has('failed')), records };
}

function run(program: string, args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => output.push(piece));
    child.on('error', reject);
    child.on('close', (code) => resolve({ isGood: code === 0, output: Buffer.concat(output).toString() }));
  });
}

interface Outcome {
  readonly isGood: boolean;
  readonly output: string;
}

function conclude(
  records: readonly TestRecord[],
  failed: readonly string[],
  lacks: readonly string[],
  durationMs: number,
): boolean {
  const of = (outcome: TestRecord['outcome']) => records.filter((record) => record.outcome === outcome);
  heading('Slowest files');
  for (const { file, ms } of slowestFiles(records)) console.log(`${Math.round(ms / 1000)} s ${file}`);
  heading('All tests');
  for (const [name, count] of [
    ['tests', records.length - of('suite').length],
    ['pass', of('passed').length],
    ['fail', of('failed').length],
    ['cancelled', 0],
    ['quarantined', of('quarantined').length],
    ['skipped', of('skipped').length],
    ['todo', of('todo').length],
    ['duration_ms', durationMs],
  ]) {
    console.log(`ℹ ${name} ${count}`);
  }
  for (const lack of lacks) console.log(`This machine lacks ${lack}: the tests that need it were skipped.`);
  for (const { name, file } of of('quarantined')) console.log(`Failed, in quarantine: ${name} (${file})`);
  const reasons = Map.groupBy(of('skipped'), ({ reason }) => reason ?? 'no reason given');
  for (const [reason, tests] of reasons) console.log(`Skipped ${tests.length}: ${reason}`);
  for (const { name, file, failure } of of('failed')) {
    console.log(`Failed: ${name}${file ? ` (${file})` : ''}${failure ? `\n${failure.replace(/^/gm, '  ')}` : ''}`);
  }
  for (const what of failed) console.log(`Failed: ${what}`);
  if (isCi && of('skipped').length > 0) console.log('Failed: in CI no test may be skipped');
  return failed.length === 0 && records.length > 0 && !(isCi && of('skipped').length > 0);
}

/** The files with the longest tests, in ms; files run concurrently with those of other processes. */
function slowestFiles(records: readonly TestRecord[]): { file: string; ms: number }[] {
  const times = new Map<string, number>();
  for (const { file, topLevelMs } of records) {
    if (file !== undefined && topLevelMs !== undefined) times.set(file, (times.get(file) ?? 0) + topLevelMs);
  }
  return [...times]
    .map(([file, ms]) => ({ file: relative(ROOT, file), ms }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, SLOWEST_SHOWN);
}

function heading(text: string): void {
  console.log(`\n=== ${text}`);
}
