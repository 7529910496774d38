import type { Database, Queryable } from '../../database/database.ts';

// Grouping ten thousand periods must not go over the disk; the default of PostgreSQL is 4 MB. A partition that is dropped
// is gone at once for whoever looks at it for the first time, whatever the moment: nobody drops one meanwhile.
const BEGIN = `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL work_mem = '32MB';
  LOCK TABLE history IN ACCESS SHARE MODE`;

/** Reads in several statements what is there of the history in one moment. */
export function inOneMoment<T>(db: Database, read: (tx: Queryable) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.query({ text: BEGIN });
    return read(tx);
  });
}
