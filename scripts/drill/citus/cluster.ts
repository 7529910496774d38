import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../postgres-server.ts';

/** A coordinator and its workers: separate PostgreSQL servers on loopback. */
export interface CitusCluster {
  /** Brokers get the URL of the coordinator. */
  readonly coordinator: PostgresServer;
  readonly workers: readonly PostgresServer[];
  /** The version of Citus, e.g. `13.2.2`. */
  readonly version: string;
  stop(): Promise<void>;
}

/** Why a cluster can't be started on this machine; undefined: it can. */
export function citusMissing(bin: string): string | undefined {
  const shared = execFileSync(join(bin, 'pg_config'), ['--sharedir'], { encoding: 'utf8' }).trim();
  if (existsSync(join(shared, 'extension/citus.control'))) return undefined;
  return 'Citus for PostgreSQL 17 is missing: build it from github.com/citusdata/citus (./configure && make install)';
}

const SETTINGS = [
  'shared_preload_libraries=citus',
  'citus.node_conninfo=sslmode=disable',
  'max_prepared_transactions=200',
  // One for each database, and those for moves of shards.
  'max_worker_processes=40',
  // Tenants move by logical replication.
  'wal_level=logical',
  'max_wal_senders=20',
  'max_replication_slots=20',
  // Until then, transactions that were prepared when a node stopped keep their locks.
  'citus.recover_2pc_interval=1s',
];

/** PostgreSQL 17.12 loads only the plugins in this setting; earlier versions lack it. Splits of shards use that of Citus. */
const PLUGINS = 'output_plugin_libraries';

/**
 * Starts a coordinator for shared data and workers for the data of tenants. The database is empty: the first broker that
 * starts on it creates the tables and distributes them.
 *
 * @param given settings of every node in addition to those that Citus requires
 *
 * @param reach the URL by which others reach a worker, such as that of a proxy
 */
export async function startCitus(
  bin: string,
  {
    workers: count = 2,
    shards = 8,
    given = ['fsync=off'] as readonly string[],
    reach = async (url: string) => url,
  } = {},
): Promise<CitusCluster> {
  const listsPlugins = execFileSync(join(bin, 'postgres'), ['--describe-config'], { encoding: 'utf8' }).includes(
    PLUGINS,
  );
  const plugins = listsPlugins ? [`${PLUGINS}=pgoutput,citus`] : [];
  const settings = [...SETTINGS, ...plugins, `citus.shard_count=${shards}`, ...given];
  const nodes = await Promise.all(Array.from({ length: count + 1 }, () => startPostgres(bin, settings)));
  const [coordinator, ...workers] = nodes as [PostgresServer, ...PostgresServer[]];
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())));
  try {
    await joinNodes(coordinator.url, await Promise.all(workers.map(({ url }) => reach(url))));
    const [row] = await ask<{ version: string }>(
      coordinator.url,
      `SELECT extversion || ' ' || citus_version() AS version FROM pg_extension WHERE extname = 'citus'`,
    );
    return { coordinator, workers, version: /Citus ([\d.]+\w*)/.exec(row?.version ?? '')?.[1] ?? '', stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Joins the databases of the nodes to a cluster. */
async function joinNodes(coordinator: string, workers: readonly string[]): Promise<void> {
  for (const url of [coordinator, ...workers]) await ask(url, 'CREATE EXTENSION citus');
  const place = (url: string) => `'127.0.0.1', ${new URL(url).port}`;
  await ask(coordinator, `SELECT citus_set_coordinator_host(${place(coordinator)})`);
  for (const worker of workers) await ask(coordinator, `SELECT citus_add_node(${place(worker)})`);
}

/** Creates another database on a cluster. @returns its URL on the coordinator */
export async function createOnCluster(coordinator: string, workers: readonly string[], name: string): Promise<string> {
  for (const url of [coordinator, ...workers]) await ask(url, `CREATE DATABASE ${name}`);
  const own = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  await joinNodes(own(coordinator), workers.map(own));
  return own(coordinator);
}

export async function dropOnCluster(nodes: readonly string[], name: string): Promise<void> {
  for (const url of nodes) await ask(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** Runs one statement on a node, on its own connection. */
export async function ask<Row = Record<string, unknown>>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}
