import type { Database, Queryable } from '../../database/database.ts';
import { DatabaseUnavailable } from '../../database/database-errors.ts';

const INSTANCE = 'tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number, n';

/*
 * The initial instances of an entity are stored together in one row of the table `birth` until they are needed
 * individually. Unfolding moves them into `history` in one statement. The sums have already passed their numbers, so
 * they are added as corrections.
 */
const unfold = (chosen: string) => `
  WITH chosen AS MATERIALIZED (SELECT entity_id, n FROM birth WHERE tenant = $1 AND ${chosen}),
    initial AS MATERIALIZED (
      SELECT i.* FROM chosen c JOIN birth_instance i ON i.tenant = $1 AND i.entity_id = c.entity_id AND i.birth = c.n),
    gone AS (
      DELETE FROM birth b USING chosen c WHERE b.tenant = $1 AND b.entity_id = c.entity_id AND b.n = c.n RETURNING b.n),
    put AS (
      INSERT INTO history (${INSTANCE})
      SELECT ${INSTANCE.replaceAll(/\w+/g, 'i.$&')} FROM gone g JOIN initial i ON i.birth = g.n
      RETURNING tenant, entity_id, attribute, dataset_id, at, instance ? 'observedAt' AS observed, n, number),
    corrected AS (
      INSERT INTO history_correction (tenant, entity_id, attribute, dataset_id, at, observed, n, number, sign)
      SELECT tenant, entity_id, attribute, dataset_id, at, observed, n, number, 1 FROM put WHERE number IS NOT NULL)
  SELECT 1 FROM gone`;

// Locked in key order, so that two transactions that unfold the same entities can't deadlock.
const UNFOLD = unfold('entity_id = ANY ($2::text[]) ORDER BY entity_id FOR UPDATE');
const UNFOLD_SOME = unfold('true LIMIT $2 FOR UPDATE SKIP LOCKED');
const UNFOLDED_AT_ONCE = 500;

/** Moves the initial instances of entities into `history`, where they can be corrected, replaced and removed one by one. */
export async function unfoldInitialInstances(db: Queryable, tenant: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.query({ name: 'unfold-initial-instances', text: UNFOLD, values: [tenant, ids] });
}

/** Unfolds some of the tenant's entities. @returns whether there may be more */
export async function unfoldSomeInitialInstances(db: Queryable, tenant: string): Promise<boolean> {
  const { rowCount } = await db.query({ text: UNFOLD_SOME, values: [tenant, UNFOLDED_AT_ONCE] });
  return rowCount === UNFOLDED_AT_ONCE;
}

const unfolding = new WeakSet<Queryable>();

/**
 * Unfolds entities that were read, because reading `history` alone is cheaper to plan. It runs in the background. While
 * a run is in progress, or if it fails, further entities stay folded until they are read again. Does nothing inside a
 * transaction.
 */
export function unfoldSoon(db: Database | Queryable, tenant: string, ids: readonly string[]): void {
  if (!('transaction' in db) || unfolding.has(db)) return;
  unfolding.add(db);
  unfoldInitialInstances(db, tenant, ids)
    .catch((error) => {
      if (!(error instanceof DatabaseUnavailable)) process.emitWarning(error);
    })
    .finally(() => unfolding.delete(db));
}
