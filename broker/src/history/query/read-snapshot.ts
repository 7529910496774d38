import { isByTenant } from '../../database/citus/by-tenant.ts';
import type { Database, Queryable } from '../../database/database.ts';

// Grouping ten thousand periods must stay in memory; PostgreSQL's default of work_mem is 4 MB. A snapshot does not protect
// against a partition being dropped, so the lock keeps every partition until the end of the transaction.
const SNAPSHOT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY';
const MEMORY = `SET LOCAL work_mem = '32MB'`;
const BEGIN = `${SNAPSHOT}; ${MEMORY}; LOCK TABLE history IN ACCESS SHARE MODE`;

// Citus repeats a whole text with a SET on each node, where a LOCK TABLE in it would be sent to all nodes again, endlessly. A LOCK
// TABLE on the coordinator locks on all nodes; this query locks only on the tenant's node.
const LOCK_OF_TENANT = 'SELECT FROM history WHERE tenant = $1 LIMIT 0';

/** Runs several statements of a tenant on one snapshot of the history (REPEATABLE READ, read only). */
export function inReadSnapshot<T>(db: Database, tenant: string, read: (tx: Queryable) => Promise<T>): Promise<T> {
  if (!isByTenant(db)) {
    return db.transaction(async (tx) => {
      await tx.query({ text: BEGIN });
      return read(tx);
    });
  }
  const reads = async (tx: Queryable, isOnNode: boolean) => {
    if (isOnNode) await tx.query({ text: BEGIN });
    else {
      await tx.query({ text: SNAPSHOT });
      await tx.query({ text: MEMORY });
      await tx.query({ text: LOCK_OF_TENANT, values: [tenant] });
    }
    return read(tx);
  };
  return db.ofTenant === undefined ? db.transaction((tx) => reads(tx, false)) : db.ofTenant(tenant, reads);
}
