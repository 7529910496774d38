import type { Queryable } from '@alzette/kit/database';

const DECLINE = `
  INSERT INTO publishing.declined (tenant, item, commune, declined_by) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant, item, commune) DO NOTHING`;
const ACCEPT = 'DELETE FROM publishing.declined WHERE tenant = $1 AND item = $2 AND commune = $3';
const LIST = 'SELECT item, commune FROM publishing.declined WHERE tenant = $1 AND item = ANY($2) ORDER BY commune';

/** Hides an item of the community in a commune. */
export async function declineItem(db: Queryable, tenant: string, item: string, commune: string, by: string) {
  await db.query({ text: DECLINE, values: [tenant, item, commune, by] });
}

/** Shows the item in the commune again. */
export async function acceptItem(db: Queryable, tenant: string, item: string, commune: string): Promise<void> {
  await db.query({ text: ACCEPT, values: [tenant, item, commune] });
}

/** The declined items, with their communes. */
export async function declinedBy(
  db: Queryable,
  tenant: string,
  items: readonly string[],
): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ item: string; commune: string }>({ text: LIST, values: [tenant, items] });
  const declined = new Map<string, string[]>();
  for (const { item, commune } of rows) declined.set(item, [...(declined.get(item) ?? []), commune]);
  return declined;
}
