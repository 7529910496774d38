import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { findPostgres, startPostgres, until } from '../../../scripts/postgres-server.ts';
import { endProgram, freePort } from '../../../scripts/programs.ts';
import { planLogOf } from '../plan-log.ts';
import { postJson } from '../seed.ts';
import { generate, MARKS, templateEntity } from './generate.ts';

const SETTINGS = [
  'shared_buffers=1GB',
  'wal_compression=lz4',
  'max_wal_size=8GB',
  'checkpoint_timeout=15min',
  'random_page_cost=1.1',
  'jit=off',
  'max_parallel_workers_per_gather=0',
  // Plans are read from the log, so they are those of the broker's own statements.
  'shared_preload_libraries=auto_explain',
  'auto_explain.log_analyze=on',
  'auto_explain.log_buffers=on',
  'logging_collector=on',
];

/** A broker on its own PostgreSQL, whose tables are filled directly. */
export interface ScaleTarget {
  readonly url: string;
  /** Continues from `from` to `total` entities; the result is the same as a single fill. */
  fill(from: number, to: number, total: number): Promise<void>;
  /** The plans of the statements during `work`. */
  plansOf(work: () => Promise<void>): Promise<string>;
  stop(): Promise<void>;
}

export async function scaleTarget(): Promise<ScaleTarget> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is not installed');
  const postgres = await startPostgres(bin, SETTINGS);
  const port = await freePort();
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../../broker/src/main.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DATABASE_URL: postgres.url, PORT: String(port), LOG_LEVEL: 'warn', INDEX_ADVISER: 'advise' },
  });
  const url = `http://127.0.0.1:${port}`;
  await until(() => child.exitCode !== null || isReady(url), 'the broker is ready');
  if (child.exitCode !== null) throw new Error('The broker ended at its start');
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await postJson(`${url}/ngsi-ld/v1/entities`, templateEntity());
  const { rows } = await client.query(
    `SELECT document::text AS document, shown, types[1] AS type FROM entity WHERE id = $1`,
    [MARKS.id],
  );
  await fetch(`${url}/ngsi-ld/v1/entities/${MARKS.id}`, { method: 'DELETE' });

  return {
    url,
    async fill(from, to, total) {
      await generate(client, rows[0], from, to, total);
      await client.query('DELETE FROM entity_count');
      await client.query(
        `INSERT INTO entity_count (tenant, types, attributes, entities)
         SELECT tenant, types, lasting_attributes(document) AS attributes, count(*) FROM entity
         GROUP BY tenant, types, attributes`,
      );
      await client.query('VACUUM ANALYZE entity');
      await client.query('CHECKPOINT');
    },
    async plansOf(work) {
      const text = await planLogOf(client, 0, work);
      return plansIn(text);
    },
    async stop() {
      await client.end();
      await endProgram(child);
      await postgres.stop();
    },
  };
}

/** The plans of statements on entities, without the texts of the statements. */
function plansIn(log: string): string {
  return log
    .split(/^(?=\S)/m)
    .filter((entry) => entry.includes('plan:') && /on entity/.test(entry))
    .map((entry) => entry.slice(Math.max(0, entry.search(/^\t[A-Z][^\n]*\(cost=/m))))
    .map((plan) => plan.replace(/(Filter|Cond): (.{200}).*$/gm, '$1: $2…'))
    .join('\n');
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`)).ok;
  } catch {
    return false;
  }
}
