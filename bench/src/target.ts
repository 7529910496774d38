import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { findPostgres, type PostgresServer, startPostgres, until } from '../../scripts/postgres-server.ts';
import { endProgram, freePort, killAtExit } from '../../scripts/programs.ts';
import { startArguments } from '../../scripts/start-command.ts';

/** It may have to build the pages first. */
const START_WITHIN_S = 240;

/** The measured broker, by its URL; for our own broker also its MQTT port and process. */
export interface Target {
  readonly url: string;
  readonly mqttPort?: number;
  readonly databaseUrl?: string;
  /** The memory of our process in MiB; undefined for another broker. */
  memory(): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** A product that we started. */
export interface OwnTarget extends Target {
  readonly mqttPort: number;
  readonly databaseUrl: string;
  readonly pid: number;
}

// Durable like a production server: fsync and synchronous_commit stay on.
const SETTINGS = [
  'shared_buffers=1GB',
  'wal_compression=lz4',
  'max_wal_size=8GB',
  'min_wal_size=3GB',
  'checkpoint_timeout=15min',
  'random_page_cost=1.1',
  'jit=off',
  'max_parallel_workers_per_gather=0',
];

/** Files of 16 MiB; their total is less than min_wal_size. */
const WAL_FILES = 150;

/** With a PostgreSQL that was started for it. */
export interface TargetWithDatabase extends OwnTarget {
  /** The parent process of its PostgreSQL. */
  readonly databasePid: number;
}

/** A running broker. */
export function foreignTarget(url: string): Target {
  return { url, memory: async () => undefined, stop: async () => undefined };
}

/** The whole product without its demo, on its own PostgreSQL through a Unix socket, each in a separate process. */
export async function ownTarget(): Promise<TargetWithDatabase> {
  const postgres = await startBenchPostgres();
  try {
    // The first start of new code compiles it and fills the cache of the type stripper; later starts are
    // representative.
    await (await startProduct(postgres.socketUrl)).stop();
    const product = await startProduct(postgres.socketUrl);
    const stop = async () => {
      await product.stop();
      await postgres.stop();
    };
    return { ...product, databasePid: postgres.pid, stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** A new PostgreSQL with a production server's settings. */
export async function startBenchPostgres(): Promise<PostgresServer> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is not installed: name a broker with --url');
  const postgres = await startPostgres(bin, SETTINGS);
  const forget = killAtExit(postgres.pid, 'SIGQUIT'); // its processes end with it
  try {
    await fillWalFolder(postgres.url);
    const stop = async () => {
      forget();
      await postgres.stop();
    };
    return { ...postgres, stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/**
 * Gives the server the WAL files of one that has been running for hours. It recycles old files; a new server must
 * create each 16 MiB file while all writers wait.
 */
async function fillWalFolder(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  for (let files = 0; files < WAL_FILES; files++) {
    await client.query(`SELECT pg_logical_emit_message(false, 'bench', '')`);
    await client.query('SELECT pg_switch_wal()');
  }
  await client.query('CHECKPOINT');
  await client.end();
}

/** The product without its demo in its own process, on a database. */
export async function startProduct(databaseUrl: string, env: NodeJS.ProcessEnv = {}): Promise<OwnTarget> {
  // New pages are built at the first start, which is not measured.
  execFileSync(process.execPath, [fileURLToPath(new URL('../../platform/src/build-pages.ts', import.meta.url))]);
  const folder = await mkdtemp(join(tmpdir(), 'alzette-bench-'));
  const port = await freePort();
  const mqttPort = await freePort();
  const child = spawn(process.execPath, startArguments(''), {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      DATA_DIR: folder,
      PORT: String(port),
      MQTT_PORT: String(mqttPort),
      DEMO: 'off',
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('The broker could not be started');
  const forget = killAtExit(pid);
  const url = `http://127.0.0.1:${port}`;
  await until(() => child.exitCode !== null || isReady(url), 'the broker is ready', START_WITHIN_S);
  if (child.exitCode !== null) throw new Error('The broker ended at its start');
  return {
    url,
    mqttPort,
    databaseUrl,
    memory: () => residentMiB(child),
    pid,
    async stop() {
      await endProgram(child);
      forget();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`)).ok;
  } catch {
    return false;
  }
}

async function residentMiB({ pid }: ChildProcess): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}
