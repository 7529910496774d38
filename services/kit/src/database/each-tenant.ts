import type { Queryable, Statement } from './database.ts';
import { outageOf } from './outage.ts';

const ALL = 'SELECT name AS tenant FROM tenant';

/**
 * Does work for each tenant that a statement returns, one after the other, because statements about several tenants of a cluster
 * can't lock rows. If the statement fails because a node is unreachable, the work is done for all tenants of other nodes.
 *
 * @param tenants returns rows with a `tenant`
 * @returns the results for all tenants
 */
export async function eachTenant<Given>(
  db: Queryable,
  tenants: Statement,
  work: (tenant: string) => Promise<readonly Given[]>,
): Promise<Given[]> {
  const named = await unlessNodeIsAway(() => db.query<{ tenant: string }>(tenants));
  if (named === undefined) return ofOtherNodes(db, work);
  const all: Given[] = [];
  for (const { tenant } of named.rows) all.push(...(await work(tenant)));
  return all;
}

/** The rows of a statement for each tenant. */
export function ofEachTenant<Row>(
  db: Queryable,
  tenants: Statement,
  ofTenant: (tenant: string) => Statement,
): Promise<Row[]> {
  return eachTenant(db, tenants, async (tenant) => (await db.query<Row>(ofTenant(tenant))).rows);
}

/**
 * The rows of a statement about all tenants. If it fails because a node is unreachable, the rows of a statement for each tenant
 * of other nodes.
 *
 * @param db must not be a transaction, because a failed statement ends it
 */
export async function ofAllTenants<Row>(
  db: Queryable,
  all: Statement,
  ofTenant: (tenant: string) => Statement,
): Promise<Row[]> {
  const answer = await unlessNodeIsAway(() => db.query<Row>(all));
  return answer?.rows ?? ofOtherNodes(db, async (tenant) => (await db.query<Row>(ofTenant(tenant))).rows);
}

/** The result of `work`; undefined: a node that it needs is unreachable. */
export async function unlessNodeIsAway<Given>(work: () => Promise<Given>): Promise<Given | undefined> {
  try {
    return await work();
  } catch (error) {
    if (outageOf(error) !== 'node') throw error;
    return undefined;
  }
}

/** The results for the tenants of reachable nodes. */
export async function ofOtherNodes<Given>(
  db: Queryable,
  work: (tenant: string) => Promise<readonly Given[]>,
): Promise<Given[]> {
  const { rows } = await db.query<{ tenant: string }>({ text: ALL });
  const all: Given[] = [];
  for (const { tenant } of rows) all.push(...((await unlessNodeIsAway(() => work(tenant))) ?? []));
  return all;
}
