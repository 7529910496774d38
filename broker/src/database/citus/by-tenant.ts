import type { Database } from '../database.ts';
import { sqlState } from '../database-errors.ts';

const BY_TENANT = new WeakSet<object>();

/**
 * Whether the database keeps each tenant on one of several nodes. Then every statement is about one tenant, and a write of
 * several tables is several statements: one that inserts into one table what another wrote would be planned on the coordinator.
 */
export function isByTenant({ identity }: Pick<Database, 'identity'>): boolean {
  return BY_TENANT.has(identity);
}

/** From now on statements are made for such a database. */
export function noteByTenant({ identity }: Pick<Database, 'identity'>): void {
  BY_TENANT.add(identity);
}

/** Citus reports with these that it did not find a shard where it was a moment before; PostGIS reports faults with the first. */
const MOVED = new Set(['XX000', '42P01']);

/** Whether a statement may have failed only because its tenant was being moved, so that it succeeds when it is repeated. */
export function mayHaveMoved(db: Pick<Database, 'identity'>, error: unknown): boolean {
  return isByTenant(db) && MOVED.has(sqlState(error));
}
