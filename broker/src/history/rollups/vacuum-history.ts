import type { Database } from '../../database/database.ts';
import { summarizeNumbers } from './history-rollups.ts';

/** New instances in a partition from which on it is worth it. */
const FRESH = 10_000;

const SELECT_FRESH = `
  SELECT s.relid::regclass::text AS name FROM pg_inherits i JOIN pg_stat_user_tables s ON s.relid = i.inhrelid
  WHERE i.inhparent = 'history'::regclass AND s.n_ins_since_vacuum > $1`;

// Nothing but what is new is read, and indexes are left alone. Where somebody else is at it, it is left to them.
const vacuum = (name: string) => `VACUUM (SKIP_LOCKED, INDEX_CLEANUP OFF, TRUNCATE OFF) ${name}`;

/**
 * Lets the indexes of the history tell of new instances by themselves: until a vacuum has come by, PostgreSQL looks up each in
 * the table, which takes half the time of an aggregate. Its own comes when a fifth of a partition is new.
 */
export async function showNewInstances(db: Database): Promise<void> {
  if (db.kind !== 'postgres') return;
  const { rows } = await db.query<{ name: string }>({ text: SELECT_FRESH, values: [FRESH] });
  if (rows.length === 0) return;
  for (const { name } of rows) await db.query({ text: vacuum(name) });
  await summarizeNumbers(db);
}
