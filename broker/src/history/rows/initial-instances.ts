import type { Database, Queryable } from '../../database/database.ts';
import { DatabaseUnavailable } from '../../database/database-errors.ts';

const INSTANCE = 'tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number, n';

/*
 * What is taken out of `birth` goes into history, all by one statement. The sums have passed its numbers, so these come to them
 * as corrections.
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

// In one order: two that unfold the same wait for each other, and never each for the other.
const UNFOLD = unfold(
  '(tenant, entity_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY tenant, entity_id FOR UPDATE',
);
const UNFOLD_SOME = unfold('tenant = $1 LIMIT $2 FOR UPDATE SKIP LOCKED');
const UNFOLDED_AT_ONCE = 500;

/** Makes the first instances of entities rows of history, which then can be corrected, replaced and removed one by one. */
export async function unfoldBirths(
  db: Queryable,
  entities: readonly { readonly tenant: string; readonly id: string }[],
): Promise<void> {
  if (entities.length === 0) return;
  const values = [entities.map(({ tenant }) => tenant), entities.map(({ id }) => id)];
  await db.query({ name: 'unfold-births', text: UNFOLD, values });
}

/** The same of some of the tenant's entities. False: these were all. */
export async function unfoldSomeBirths(db: Queryable, tenant: string): Promise<boolean> {
  const { rowCount } = await db.query({ text: UNFOLD_SOME, values: [tenant, UNFOLDED_AT_ONCE] });
  return rowCount === UNFOLDED_AT_ONCE;
}

const unfolding = new WeakSet<Queryable>();

/**
 * Unfolds what somebody has read: it is read from history alone the next time, which takes less to plan. Nobody waits for it;
 * while it is at it, or when it fails, others stay folded until they are read again. Within a transaction nothing is done.
 */
export function unfoldSoon(db: Database | Queryable, tenant: string, ids: readonly string[]): void {
  if (!('transaction' in db) || unfolding.has(db)) return;
  unfolding.add(db);
  unfoldBirths(
    db,
    ids.map((id) => ({ tenant, id })),
  )
    .catch((error) => {
      if (!(error instanceof DatabaseUnavailable)) process.emitWarning(error);
    })
    .finally(() => unfolding.delete(db));
}
