import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endProgram, findProgram, freePort, runProgram, unprivilegedUser } from './programs.ts';

/** A throwaway PostgreSQL on a port of its own. */
export interface PostgresServer {
  readonly url: string;
  /** The same by its Unix socket. */
  readonly socketUrl: string;
  /** Of the process that all others of it are children of. */
  readonly pid: number;
  /** Ends all connections and starts again on the same data and port; after SIGQUIT it recovers as from a crash. */
  restart(signal?: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Ends at once, as by a crash; `restart` starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of PostgreSQL 17's programs, when it is installed with PostGIS. */
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

/** What tests need: nothing committed must survive a power cut, so they don't wait for the disk. */
const TEST_SETTINGS = ['fsync=off'];
/** For a history in a hypertable. */
export const TIMESCALE_SETTINGS = [
  ...TEST_SETTINGS,
  'shared_preload_libraries=timescaledb',
  'timescaledb.telemetry_level=off',
];

/**
 * Starts a server on a fresh cluster in a temporary folder, which goes when it stops; or in a folder that is kept, on the
 * cluster that is there already.
 *
 * @param given settings beside those that the place asks for, e.g. `shared_buffers=1GB`
 */
export async function startPostgres(
  bin: string,
  given: readonly string[] = TEST_SETTINGS,
  kept?: string,
): Promise<PostgresServer> {
  const user = unprivilegedUser('postgres');
  if (kept !== undefined) await mkdir(kept, { recursive: true });
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'alzette-postgres-')));
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  if (!existsSync(data)) await runProgram(join(bin, 'initdb'), initdb, { ...user, cwd: folder });
  return runServer(bin, folder, given, kept !== undefined);
}

/** Runs what lies in `data` of the folder. */
async function runServer(
  bin: string,
  folder: string,
  given: readonly string[],
  isKept = false,
): Promise<PostgresServer> {
  const user = unprivilegedUser('postgres');
  const data = join(folder, 'data');
  const port = await freePort();
  const settings = [...given, `unix_socket_directories=${folder}`, 'listen_addresses=127.0.0.1', 'max_connections=200'];
  async function start(): Promise<ChildProcess> {
    const args = ['-D', data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(join(bin, 'postgres'), args, { ...user, cwd: folder, stdio: 'ignore' });
    await until(() => child.exitCode !== null || isReady(bin, port), 'PostgreSQL accepts connections');
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

/** A copy of a server that follows it by streaming replication, in a temporary folder, which goes when it stops. */
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

/** Whether it takes connections: a server that is starting up answers too, but takes none yet. */
function isReady(bin: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', `${port}`], (error) => resolve(error === null));
  });
}

/** @throws Error when it doesn't come true within the time, half a minute by default */
export async function until(condition: () => boolean | Promise<boolean>, what: string, withinS = 30): Promise<void> {
  const deadline = Date.now() + withinS * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${withinS} s in vain until ${what}`);
    await pause(20);
  }
}
