import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMosquitto } from './mosquitto-server.ts';
import { findPostgres, hasTimescale, startPostgres, TIMESCALE_SETTINGS } from './postgres-server.ts';
import { findProgram } from './programs.ts';
import type { TestRecord } from './test-record.ts';

/*
 * npm test: all tests of all workspaces, then lint and types. What a machine lacks (PostgreSQL 17 with PostGIS, Mosquitto,
 * Chromium) is named at the end and its tests are skipped; with CI=true a skipped test fails the run.
 * `npm test -- broker platform` runs these workspaces alone, without lint and types.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BROWSER_TESTS = '**/test/browser/**';
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

/** True when all is well. */
async function main(only: readonly string[]): Promise<boolean> {
  const started = Date.now();
  const lacks = await prepareNeighbours();
  const failed: string[] = [];
  const records: TestRecord[] = [];
  for (const { title, files } of testRuns(only)) {
    heading(`${title}: ${files.length} files`);
    const { isGood, records: ran } = await runTests(files);
    records.push(...ran);
    if (!isGood) failed.push(`tests of ${title}`);
  }
  if (only.length === 0) {
    for (const check of ['lint', 'types']) {
      heading(`npm run ${check}`);
      if (!(await run('npm', ['run', '--silent', check]))) failed.push(check);
    }
  }
  return conclude(records, failed, lacks, Date.now() - started);
}

/** Starts what tests talk to and tells them by the environment; answers what this machine lacks. */
async function prepareNeighbours(): Promise<string[]> {
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
  if (!process.env.TEST_TIMESCALE_URL) {
    const bin = findPostgres();
    if (bin === undefined || !hasTimescale(bin)) lacks.push('TimescaleDB for PostgreSQL 17');
    else {
      const server = await startPostgres(bin, TIMESCALE_SETTINGS);
      stops.push(() => server.stop());
      process.env.TEST_TIMESCALE_URL = server.url;
    }
  }
  if (!process.env.TEST_MQTT_URL) {
    const program = findProgram('mosquitto');
    if (program === undefined) lacks.push('Mosquitto');
    else {
      const server = await startMosquitto(program);
      stops.push(() => server.stop());
      process.env.TEST_MQTT_URL = server.url;
    }
  }
  const chromium = findProgram(process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome');
  if (chromium === undefined) lacks.push('Chromium');
  else process.env.CHROMIUM = chromium;
  return lacks;
}

async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

interface TestRun {
  readonly title: string;
  readonly files: string[];
}

/** One process a workspace, which shares its embedded database among its files; pages are looked at when all else is done. */
function testRuns(only: readonly string[]): TestRun[] {
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { workspaces: string[] };
  const exclude = ['**/node_modules/**', '**/dist/**'];
  const folders = globSync(workspaces, { cwd: ROOT }).sort();
  const chosen = only.length === 0 ? [...folders, 'scripts'] : only;
  const runs: TestRun[] = [];
  for (const title of chosen) {
    if (!existsSync(join(ROOT, title)))
      throw new Error(`There is no folder ${title}; workspaces: ${folders.join(', ')}`);
    runs.push({ title, files: globSync(`${title}/**/*.test.ts`, { cwd: ROOT, exclude: [...exclude, BROWSER_TESTS] }) });
  }
  for (const title of chosen) {
    const files = globSync(`${title}/${BROWSER_TESTS}/*.test.ts`, { cwd: ROOT, exclude });
    runs.push({ title: `${title} in a browser`, files });
  }
  return runs.filter(({ files }) => files.length > 0);
}

async function runTests(files: readonly string[]): Promise<{ isGood: boolean; records: TestRecord[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-test-'));
  const record = join(folder, 'record.jsonl');
  const isGood = await run(process.execPath, [
    '--test',
    '--test-isolation=none',
    '--test-force-exit', // a test that failed may have left something open
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${join(ROOT, 'scripts/test-record.ts')}`,
    `--test-reporter-destination=${record}`,
    ...files,
  ]);
  const lines = existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter(Boolean) : [];
  await rm(folder, { recursive: true });
  return { isGood, records: lines.map((line) => JSON.parse(line)) };
}

function run(program: string, args: string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

function conclude(
  records: readonly TestRecord[],
  failed: readonly string[],
  lacks: readonly string[],
  durationMs: number,
): boolean {
  const of = (outcome: TestRecord['outcome']) => records.filter((record) => record.outcome === outcome);
  heading('All tests');
  for (const [name, count] of [
    ['tests', records.length],
    ['pass', of('passed').length],
    ['fail', of('failed').length],
    ['cancelled', 0],
    ['skipped', of('skipped').length],
    ['todo', of('todo').length],
    ['duration_ms', durationMs],
  ]) {
    console.log(`ℹ ${name} ${count}`);
  }
  for (const lack of lacks) console.log(`This machine lacks ${lack}: the tests that need it were skipped.`);
  const reasons = Map.groupBy(of('skipped'), ({ reason }) => reason ?? 'no reason given');
  for (const [reason, tests] of reasons) console.log(`Skipped ${tests.length}: ${reason}`);
  for (const { name, file } of of('failed')) console.log(`Failed: ${name}${file ? ` (${file})` : ''}`);
  for (const what of failed) console.log(`Failed: ${what}`);
  if (isCi && of('skipped').length > 0) console.log('Failed: in CI no test may be skipped');
  return failed.length === 0 && records.length > 0 && !(isCi && of('skipped').length > 0);
}

function heading(text: string): void {
  console.log(`\n=== ${text}`);
}
