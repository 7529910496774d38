import type { Database, Queryable } from '../../database/database.ts';

// Grouping ten thousand periods must stay in memory; PostgreSQL's default of work_mem is 4 MB. A snapshot does not protect
// against a partition being dropped, so the lock keeps every partition until the end of the transaction.
const BEGIN = `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL work_mem = '32MB';
  LOCK TABLE history IN ACCESS SHARE MODE`;

/** Runs several statements on one snapshot of the history (REPEATABLE READ, read only). */
export function inReadSnapshot<T>(db: Database, read: (tx: Queryable) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.query({ text: BEGIN });
    return read(tx);
  });
}
