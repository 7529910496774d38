import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@alzette/broker';
import { testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';

const WORKER = fileURLToPath(new URL('./support/worker.ts', import.meta.url));

interface Done {
  readonly n: number;
  readonly worker: string;
  readonly attempt: number;
}

async function startWorker(t: TestContext, place: string, name: string, what: 'work' | 'hang'): Promise<ChildProcess> {
  const child = fork(WORKER, [place, name, what], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [], // otherwise it would overwrite the test runner's record
  });
  t.after(() => child.kill('SIGKILL'));
  await printed(child, 'ready');
  return child;
}

function printed(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the process ended and has not said ${word}`)));
    child.on('message', (message) => {
      if (message === word) resolve();
    });
  });
}

async function stopped(child: ChildProcess): Promise<void> {
  child.send({ stop: true });
  await once(child, 'exit');
}

const postgres = testDatabases().find(({ kind }) => kind === 'postgres');
const SKIP = postgres ? false : 'PostgreSQL 17 is missing (TEST_DATABASE_URL is not set)';

async function doneIn(place: string, where = 'n >= 0'): Promise<Done[]> {
  const db = await openDatabase(place.startsWith('postgres') ? { url: place } : { dataDir: place });
  const { rows } = await db.query<Done>({ text: `SELECT * FROM done WHERE ${where} ORDER BY n, attempt` });
  await db.close();
  return rows;
}

test('two processes share the runs: each is done once, also recurring ones', { skip: SKIP }, async (t) => {
  const url = await (postgres as NonNullable<typeof postgres>).url();
  const [first, second] = await Promise.all(['first', 'second'].map((name) => startWorker(t, url, name, 'work')));
  const numbers = Array.from({ length: 60 }, (_, n) => n);
  first?.send({ enqueue: numbers.filter((n) => n % 2 === 0) });
  second?.send({ enqueue: numbers.filter((n) => n % 2 === 1) });
  await eventually('all have run', async () => (await doneIn(url)).length >= 60, 30_000);
  // Three times, each noticed by both processes.
  for (let n = 1; n <= 3; n++) {
    await bringForward(url);
    await eventually(`it has come ${n} times`, async () => (await doneIn(url, 'n < 0')).length >= n, 30_000);
  }
  await Promise.all([first, second].map((child) => stopped(child as ChildProcess)));
  const done = await doneIn(url);
  assert.deepEqual(
    done.map(({ n }) => n),
    numbers,
  );
  assert.deepEqual([...new Set(done.map(({ worker }) => worker))].sort(), ['first', 'second'], 'both have worked');
  assert.equal((await doneIn(url, 'n < 0')).length, 3, 'each time once');
});

test('the run of a killed process is done by another one (postgres)', { skip: SKIP }, async (t) => {
  const url = await (postgres as NonNullable<typeof postgres>).url();
  await killedThenDone(t, url, 1001);
});

test('the run of a killed process is done after its next start (pglite)', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'jobs-'));
  t.after(() => rm(directory, { recursive: true }));
  await killedThenDone(t, directory, 1001);
});

/** Makes the recurring job due now. */
async function bringForward(url: string): Promise<void> {
  const db = await openDatabase({ url });
  await db.query({ text: `UPDATE kit.recurrence SET next_at = now() WHERE job = 'test.yearly'` });
  await db.close();
}

async function killedThenDone(t: TestContext, place: string, n: number): Promise<void> {
  const doomed = await startWorker(t, place, 'doomed', 'hang');
  const hangs = printed(doomed, 'hanging');
  doomed.send({ enqueue: [n] });
  await hangs;
  doomed.kill('SIGKILL');
  await once(doomed, 'exit');
  const next = await startWorker(t, place, 'next', 'work');
  // After ten seconds without a heartbeat, the run is found and retried.
  await printed(next, `did ${n}`);
  await stopped(next);
  assert.deepEqual(
    (await doneIn(place, `n = ${n}`)).map(({ worker, attempt }) => [worker, attempt]),
    [
      ['doomed', 1],
      ['next', 2],
    ],
  );
}
