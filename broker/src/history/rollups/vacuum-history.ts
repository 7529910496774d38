import { isByTenant } from '../../database/citus/by-tenant.ts';
import type { Database } from '../../database/database.ts';
import { ofServers, SHARDS_OF_HISTORY, summarizeNumbers } from './history-rollups.ts';

/** A partition is vacuumed from this many new instances on. */
const FRESH = 10_000;

const SELECT_FRESH = `
  SELECT s.relid::regclass::text AS name FROM pg_inherits i JOIN pg_stat_user_tables s ON s.relid = i.inhrelid
  WHERE i.inhparent = 'history'::regclass AND s.n_ins_since_vacuum > $1`;

/** The partitions with at least one such shard on the node. All their shards are vacuumed. */
const SELECT_FRESH_OF_NODE = `
  SELECT DISTINCT regexp_replace(s.relname, '_\\d+$', '') AS name
  FROM pg_inherits i JOIN pg_stat_user_tables s ON s.relid = i.inhrelid
  WHERE i.inhparent IN (${SHARDS_OF_HISTORY}) AND s.n_ins_since_vacuum > $1`;

// Reads only pages with new rows and leaves indexes alone. Skips a table that another session is vacuuming.
const vacuum = (name: string) => `VACUUM (SKIP_LOCKED, INDEX_CLEANUP OFF, TRUNCATE OFF) ${name}`;

/**
 * Updates the visibility map of the history, so that aggregates can use index-only scans. Otherwise PostgreSQL looks up each new
 * instance in the table, which takes half the time of an aggregate. Autovacuum starts only when a fifth of a partition is new.
 */
export async function vacuumNewInstances(db: Database): Promise<void> {
  if (db.kind !== 'postgres') return;
  const text = isByTenant(db) ? SELECT_FRESH_OF_NODE : SELECT_FRESH;
  const servers = await ofServers<{ name: string }>(db, { text, values: [FRESH] });
  const names = new Set(servers.flatMap(({ rows }) => rows.map(({ name }) => name)));
  if (names.size === 0) return;
  for (const name of names) await db.query({ text: vacuum(name) });
  await summarizeNumbers(db);
}
