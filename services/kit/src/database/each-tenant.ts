import type { Queryable, Statement } from './database.ts';

/**
 * The rows of a statement about one tenant, for each tenant that another statement names: on a cluster, one about several tenants
 * can lock no rows.
 *
 * @param tenants gives rows with a `tenant`
 */
export async function ofEachTenant<Row>(
  db: Queryable,
  tenants: Statement,
  ofTenant: (tenant: string) => Statement,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { tenant } of (await db.query<{ tenant: string }>(tenants)).rows) {
    rows.push(...(await db.query<Row>(ofTenant(tenant))).rows);
  }
  return rows;
}
