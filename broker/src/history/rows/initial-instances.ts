import type { Database, Queryable } from '../../database/database.ts';
import { DatabaseUnavailable } from '../../database/database-errors.ts';

const INSTANCE = 'tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number, n';

/*
 * The initial instances of an entity are stored together in one row of the table `birth` until they are needed
 * individually. Unfolding moves them into `history` in one statement. The sums have already passed their numbers, so
 * they are added as corrections.
 */
const unfold = (chosen: string) => `
  WITH gone AS (DELETE FROM birth WHERE ctid = ANY (ARRAY(SELECT ctid FROM birth WHERE ${chosen})) RETURNING tenant, entity_id, n),
    put AS (
      INSERT INTO history (${INSTANCE})
      SELECT ${INSTANCE.replaceAll(/\w+/g, 'i.$&')}
      FROM gone g JOIN birth_instance i ON i.tenant = g.tenant AND i.entity_id = g.entity_id AND i.birth = g.n
      RETURNING tenant, entity_id, attribute, dataset_id, at, instance ? 'observedAt', n, number),
    corrected AS (INSERT INTO history_correction SELECT *, 1 FROM put WHERE number IS NOT NULL)
  SELECT FROM gone`;

// Locked in key order, so that two transactions that unfold the same entities can't deadlock.
const UNFOLD = unfold(
  '(tenant, entity_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY tenant, entity_id FOR UPDATE',
);
const UNFOLD_SOME = unfold('tenant = $1 LIMIT $2 FOR UPDATE SKIP LOCKED');
const UNFOLDED_AT_ONCE = 500;

/** Moves the initial instances of entities into `history`, where they can be corrected, replaced and removed one by one. */
export async function unfoldInitialInstances(
  db: Queryable,
  entities: readonly { readonly tenant: string; readonly id: string }[],
): Promise<void> {
  if (entities.length === 0) return;
  const values = [entities.map(({ tenant }) => tenant), entities.map(({ id }) => id)];
  await db.query({ name: 'unfold-initial-instances', text: UNFOLD, values });
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
  unfoldInitialInstances(
    db,
    ids.map((id) => ({ tenant, id })),
  )
    .catch((error) => {
      if (!(error instanceof DatabaseUnavailable)) process.emitWarning(error);
    })
    .finally(() => unfolding.delete(db));
}
