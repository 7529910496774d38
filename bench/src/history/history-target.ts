import { type ChildProcess, spawn } from 'node:child_process';
import pg from 'pg';
import { findPostgres, startPostgres, until } from '../../../scripts/postgres-server.ts';
import { endProgram, freePort } from '../../../scripts/programs.ts';
import { startArguments } from '../../../scripts/start-command.ts';
import { planLogOf } from '../plan-log.ts';

// Durable like a production server.
const SETTINGS = [
  'shared_buffers=2GB',
  'wal_compression=lz4',
  'max_wal_size=8GB',
  'checkpoint_timeout=15min',
  'random_page_cost=1.1',
  'max_parallel_workers_per_gather=0',
  // Plans are read from the log, so they are those of the broker's own statements.
  'shared_preload_libraries=auto_explain',
  'auto_explain.log_analyze=on',
  'auto_explain.log_nested_statements=on',
  'logging_collector=on',
];

/** A broker without the other services, on its own PostgreSQL. */
export interface HistoryTarget {
  readonly url: string;
  readonly databaseUrl: string;
  readonly client: pg.Client;
  /** Restarts the broker with or without history. */
  restart(history: 'on' | 'off'): Promise<void>;
  /** The plans of slow history statements during `work`. */
  plansOf(work: () => Promise<void>): Promise<string>;
  stop(): Promise<void>;
}

/** @param kept the folder of its data; absent: a temporary one */
export async function historyTarget(kept?: string): Promise<HistoryTarget> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is not installed');
  const postgres = await startPostgres(bin, SETTINGS, kept);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child = await startBroker(postgres.url, port, 'on');
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  return {
    url,
    databaseUrl: postgres.url,
    client,
    async restart(history) {
      await endProgram(child);
      child = await startBroker(postgres.url, port, history);
    },
    async plansOf(work) {
      const text = await planLogOf(client, 5, work);
      return text.replace(/^\t*(Query Text|Query Parameters):[\s\S]*?(?=^\t[A-Z][^\n]*\(cost=)/gm, '');
    },
    async stop() {
      await client.end();
      await endProgram(child);
      await postgres.stop();
    },
  };
}

async function startBroker(databaseUrl: string, port: number, history: 'on' | 'off'): Promise<ChildProcess> {
  const child = spawn(process.execPath, startArguments('broker'), {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DATABASE_URL: databaseUrl, PORT: String(port), LOG_LEVEL: 'error', HISTORY: history },
  });
  await until(() => child.exitCode !== null || isReady(`http://127.0.0.1:${port}`), 'the broker is ready');
  if (child.exitCode !== null) throw new Error('The broker ended at its start');
  return child;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`)).ok;
  } catch {
    return false;
  }
}
