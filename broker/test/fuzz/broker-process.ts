import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../scripts/programs.ts';
import type { TestDatabase } from '../support/databases.ts';
import { exchange } from './raw-exchange.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** Loaded before the broker: its standard input closes when the test process ends, and then it exits. */
const ENDS_WITH_US = `data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) process.stdin.on('end', () => process.exit()).resume().unref();
`)}`;

/** A broker in its own process, so that a crash is detected. */
export interface BrokerProcess {
  readonly port: number;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Its complete log. */
  readonly log: () => string;
  readonly hasEnded: () => boolean;
}

/** A loaded machine may take minutes to create an embedded database. */
const START_WITHIN_MS = 600_000;

/** @param settings additional environment variables */
export async function startBrokerProcess(
  t: TestContext,
  database: TestDatabase,
  settings: Readonly<Record<string, string>> = {},
): Promise<BrokerProcess> {
  const place: Record<string, string> =
    database.kind === 'postgres' ? { DATABASE_URL: await database.url() } : { DATA_DIR: await directory(t) };
  for (;;) {
    const broker = await start(t, { ...place, ...settings });
    if (!broker.hasEnded()) return broker;
    // Another process may have taken the port in the meantime.
    if (!broker.log().includes('EADDRINUSE')) throw new Error(`The broker did not start:\n${broker.log()}`);
  }
}

/** Resolves when it is ready or has ended. */
async function start(t: TestContext, settings: Readonly<Record<string, string>>): Promise<BrokerProcess> {
  const port = await freePort();
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, ['--import', ENDS_WITH_US, MAIN], {
    env: { PATH, NODE_COMPILE_CACHE, PORT: String(port), LOG_LEVEL: 'error', ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  t.after(() => stop(child));
  const broker = {
    port,
    pid: child.pid as number, // without a pid it has ended, which is detected below
    process: child,
    log: () => log,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
  };
  const until = Date.now() + START_WITHIN_MS;
  while (Date.now() < until) {
    if (broker.hasEnded()) return broker;
    const answer = await exchange(port, Buffer.from('GET /ready HTTP/1.0\r\n\r\n')).catch(() => undefined);
    if (answer?.status === 200) return broker;
    await pause(100);
  }
  throw new Error(`The broker is not ready after ${START_WITHIN_MS} ms:\n${log}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await once(child, 'exit');
  clearTimeout(timer);
}

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'alzette-fuzz-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}
