import type { Database } from '../database.ts';
import { sqlState } from '../database-errors.ts';

const BY_TENANT = new WeakSet<object>();

/**
 * Whether the database is a cluster that stores each tenant on one of its nodes. Then every statement concerns one tenant, and
 * each table is written by its own statement: Citus would execute a statement that inserts the result of another write on the
 * coordinator.
 */
export function isByTenant({ identity }: Pick<Database, 'identity'>): boolean {
  return BY_TENANT.has(identity);
}

/** Records that the database is such a cluster. */
export function noteByTenant({ identity }: Pick<Database, 'identity'>): void {
  BY_TENANT.add(identity);
}

/** Errors of Citus when a shard has just moved. PostGIS uses the first one for other errors. */
const MOVED = new Set(['XX000', '42P01']);

/** Whether a statement may have failed only because its tenant was being moved, so that a retry may succeed. */
export function mayHaveMoved(db: Pick<Database, 'identity'>, error: unknown): boolean {
  return isByTenant(db) && MOVED.has(sqlState(error));
}
