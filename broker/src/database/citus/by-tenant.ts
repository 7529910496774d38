import type { Database } from '../database.ts';

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
