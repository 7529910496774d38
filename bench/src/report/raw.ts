import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Measurement } from '../load/measurement.ts';

const run = promisify(execFile);
const SCRIPTS = new URL('../../pgbench/', import.meta.url);

interface RawLoad {
  /** The folder of PostgreSQL's programs. */
  readonly bin: string;
  readonly databaseUrl: string;
  /** A file of bench/pgbench, e.g. `retrieve.sql`. */
  readonly script: string;
  readonly variables: { readonly [name: string]: string | number };
  readonly clients: number;
  readonly seconds: number;
}

/** Transactions per second of one script by pgbench, with prepared statements and one thread per core: two. */
export async function rawLoad(load: RawLoad): Promise<Measurement> {
  const { bin, databaseUrl, script, variables, clients, seconds } = load;
  const { hostname, port, username, pathname } = new URL(databaseUrl);
  const { stdout } = await run(
    `${bin}/pgbench`,
    [
      ...['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(seconds)],
      ...['-f', fileURLToPath(new URL(script, SCRIPTS))],
      ...Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]),
      ...['-h', decodeURIComponent(hostname), '-p', port, '-U', username, pathname.slice(1)],
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  const failed = Number(/number of failed transactions: (\d+)/.exec(stdout)?.[1] ?? 0);
  const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  const mean = Number(/latency average = ([\d.]+)/.exec(stdout)?.[1]);
  return { perSecond, p50: mean, p95: Number.NaN, p99: Number.NaN, errors: failed };
}

/** Runs a file of bench/pgbench once. */
export async function runSql(bin: string, databaseUrl: string, file: string): Promise<void> {
  await run(`${bin}/psql`, ['-q', '-v', 'ON_ERROR_STOP=1', '-f', fileURLToPath(new URL(file, SCRIPTS)), databaseUrl]);
}
