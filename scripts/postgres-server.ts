import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endProgram, findProgram, freePort, runProgram, unprivilegedUser } from './programs.ts';

/** A temporary PostgreSQL server on its own port. */
export interface PostgresServer {
  readonly url: string;
  /** The URL of its Unix socket. */
  readonly socketUrl: string;
  /** The id of the parent of its processes. */
  readonly pid: number;
  /** Ends all connections and starts again with the same data and port; after SIGQUIT it recovers as from a crash. */
  restart(signal?: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Stops immediately, as in a crash; `restart` starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of PostgreSQL 17's programs, if it is installed with PostGIS. */
export function findPostgres(): string | undefined {
  const config = findProgram('/usr/lib/postgresql/17/bin/pg_config', 'pg_config');
  if (config === undefined) return undefined;
  const ask = (what: string) => execFileSync(config, [what], { encoding: 'utf8' }).trim();
  try {
    const bin = ask('--bindir');
    const hasPostgis = existsSync(join(ask('--sharedir'), 'extension/postgis.control'));
    return ask('--version').startsWith('PostgreSQL 17') && hasPostgis && existsSync(join(bin, 'initdb'))
      ? bin
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it can load TimescaleDB. */
export function hasTimescale(bin: string): boolean {
  const ask = (what: string) => execFileSync(join(bin, 'pg_config'), [what], { encoding: 'utf8' }).trim();
  return (
    existsSync(join(ask('--pkglibdir'), 'timescaledb.so')) &&
    existsSync(join(ask('--sharedir'), 'extension/timescaledb.control'))
  );
}

const LOG = 'postgres.log';
const READY_WITHIN_S = 30;

/** The end of the log of the server in a permanent folder. */
export function logOfPostgres(folder: string): string {
  const file = join(folder, LOG);
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-3000) : '';
}

/** Tests don't need durability after a power failure, so they write no more than the operating system needs. */
const TEST_SETTINGS = ['fsync=off', 'full_page_writes=off', 'checkpoint_timeout=30min', 'max_wal_size=4GB'];
/** For a history in a hypertable. */
export const TIMESCALE_SETTINGS = [
  ...TEST_SETTINGS,
  'shared_preload_libraries=timescaledb',
  'timescaledb.telemetry_level=off',
];

/**
 * Starts a server with a new cluster in a temporary folder, which is deleted when it stops; or with the existing
 * cluster of a permanent folder.
 *
 * @param given additional settings, e.g. `shared_buffers=1GB`
 *
 * @param readyWithinS longer for a server that recovers first
 *
 * @param environment variables in addition to those of this process
 */
export async function startPostgres(
  bin: string,
  given: readonly string[] = TEST_SETTINGS,
  kept?: string,
  readyWithinS = READY_WITHIN_S,
  environment: NodeJS.ProcessEnv = {},
): Promise<PostgresServer> {
  const user = unprivilegedUser('postgres');
  if (kept !== undefined) await mkdir(kept, { recursive: true });
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'alzette-postgres-')));
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  if (!existsSync(data)) await runProgram(join(bin, 'initdb'), initdb, { ...user, cwd: folder });
  return runServer(bin, folder, given, kept !== undefined, readyWithinS, environment);
}

/** Runs the cluster in `data` of the folder. */
async function runServer(
  bin: string,
  folder: string,
  given: readonly string[],
  isKept = false,
  readyWithinS = READY_WITHIN_S,
  environment: NodeJS.ProcessEnv = {},
): Promise<PostgresServer> {
  const user = unprivilegedUser('postgres');
  const env = { ...process.env, ...environment };
  const data = join(folder, 'data');
  const port = await freePort();
  const settings = [...given, `unix_socket_directories=${folder}`, 'listen_addresses=127.0.0.1', 'max_connections=200'];
  async function start(): Promise<ChildProcess> {
    const args = ['-D', data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])];
    const log = isKept ? openSync(join(folder, LOG), 'a') : 'ignore';
    const child = spawn(join(bin, 'postgres'), args, { ...user, env, cwd: folder, stdio: ['ignore', log, log] });
    if (log !== 'ignore') closeSync(log);
    await until(() => child.exitCode !== null || isReady(bin, port), 'PostgreSQL accepts connections', readyWithinS);
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
    return child;
  }

  let server = await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    socketUrl: `postgres://postgres@${encodeURIComponent(folder)}:${port}/postgres`,
    get pid() {
      return server.pid as number; // it was ready
    },
    async restart(signal = 'SIGINT') {
      await endProgram(server, signal);
      server = await start();
    },
    crash: () => endProgram(server, 'SIGQUIT'),
    async stop() {
      await endProgram(server, 'SIGINT');
      if (!isKept) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A streaming replica of a server in a temporary folder, which is deleted when it stops. */
export async function startReplica(
  bin: string,
  primary: PostgresServer,
  settings: readonly string[] = [],
): Promise<PostgresServer> {
  const user = unprivilegedUser('postgres');
  const folder = await mkdtemp(join(tmpdir(), 'alzette-replica-'));
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const copy = ['-D', data, '-d', primary.url, '--write-recovery-conf', '--checkpoint=fast', '--no-sync'];
  await runProgram(join(bin, 'pg_basebackup'), copy, { ...user, cwd: folder });
  return runServer(bin, folder, [...TEST_SETTINGS, ...settings]);
}

/** Whether it accepts connections. A server that is starting answers but does not accept any. */
function isReady(bin: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', `${port}`], (error) => resolve(error === null));
  });
}

/** @throws Error: the condition was not met in time, by default half a minute */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinS = READY_WITHIN_S,
): Promise<void> {
  const deadline = Date.now() + withinS * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${withinS} s without success until ${what}`);
    await pause(20);
  }
}
