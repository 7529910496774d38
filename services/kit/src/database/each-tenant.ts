import type { Queryable, Statement } from './database.ts';
import { outageOf } from './outage.ts';

const ALL = 'SELECT name AS tenant FROM tenant';

/**
 * Does work for each tenant that a statement names, one after the other: on a cluster, a statement about several tenants can lock no
 * rows. If a node is away, which keeps the statement from its answer, it is done for all tenants of other nodes.
 *
 * @param tenants gives rows with a `tenant`
 * @returns what all work has given
 */
export async function eachTenant<Given>(
  db: Queryable,
  tenants: Statement,
  work: (tenant: string) => Promise<readonly Given[]>,
): Promise<Given[]> {
  let isNodeAway = false;
  const { rows } = await db.query<{ tenant: string }>(tenants).catch((error: unknown) => {
    if (outageOf(error) !== 'node') throw error;
    isNodeAway = true;
    return db.query<{ tenant: string }>({ text: ALL });
  });
  const all: Given[] = [];
  for (const { tenant } of rows) {
    try {
      all.push(...(await work(tenant)));
    } catch (error) {
      if (!isNodeAway || outageOf(error) !== 'node') throw error;
    }
  }
  return all;
}

/** The rows of a statement about one tenant, for each. */
export function ofEachTenant<Row>(
  db: Queryable,
  tenants: Statement,
  ofTenant: (tenant: string) => Statement,
): Promise<Row[]> {
  return eachTenant(db, tenants, async (tenant) => (await db.query<Row>(ofTenant(tenant))).rows);
}
