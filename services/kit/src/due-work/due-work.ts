import type { Database, Statement, Transaction } from '../database/database.ts';
import { ofEachTenant } from '../database/each-tenant.ts';

/*
 * Work that is stored in a table until it is done. It is taken, done and marked in one of two ways, so that a process that is killed
 * after any statement leaves it due. `scripts/checks/due-statements.ts` checks that each statement that marks such a row is used here.
 */

/**
 * Does work that changes only the database, in the transaction that marks it done. The mark comes first: other processes wait for
 * it, and work that becomes due again in the meantime is due afterwards.
 *
 * @param mark deletes or updates the due row
 * @returns false: it was not due any more, and `work` was not called
 */
export function doAndMark(
  db: Database,
  mark: Statement,
  work: (tx: Transaction) => Promise<unknown>,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    if ((await tx.query(mark)).rowCount === 0) return false;
    await work(tx);
    return true;
  });
}

/** Work that also changes something outside of the database. It may be repeated, so it must be harmless when repeated. */
export interface LeasedWork<Row extends { readonly tenant: string }, Outcome> {
  /** Returns the tenants with due work. */
  readonly tenants: Statement;
  /**
   * Takes due rows of a tenant: an UPDATE that makes them due again at the end of the lease, when another process may take them.
   */
  take(tenant: string): Statement;
  work(row: Row): Promise<Outcome>;
  /** Marks rows of one tenant. The statements must find only what was taken, by its attempts or version. */
  mark(tx: Transaction, results: readonly (readonly [Row, Outcome])[]): Promise<unknown>;
  /** Called if work or mark fail: the rows stay taken until the lease ends. */
  onError(error: unknown, rows: readonly Row[]): void;
  /** What is marked in one transaction: each row when it is done (default), or all of a tenant when they are. */
  readonly together?: boolean;
  /** Whether a row waits until the one before is done. */
  readonly inOrder?: boolean;
}

/** Takes due rows with a lease, does the work, and marks them. @returns how many were taken; there may be more if it is not 0 */
export async function doLeased<Row extends { readonly tenant: string }, Outcome>(
  db: Database,
  { tenants, take, work, mark, onError, together = false, inOrder = false }: LeasedWork<Row, Outcome>,
): Promise<number> {
  const taken = await ofEachTenant<Row>(db, tenants, take);
  const groups = together ? [...Map.groupBy(taken, ({ tenant }) => tenant).values()] : taken.map((row) => [row]);
  const finish = async (rows: readonly Row[]): Promise<void> => {
    try {
      const results = await Promise.all(rows.map(async (row) => [row, await work(row)] as const));
      await db.transaction((tx) => mark(tx, results));
    } catch (error) {
      onError(error, rows);
    }
  };
  if (inOrder) for (const rows of groups) await finish(rows);
  else await Promise.all(groups.map(finish));
  return taken.length;
}
