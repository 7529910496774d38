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
  const named = await unlessNodeIsAway(() => db.query<{ tenant: string }>(tenants));
  if (named === undefined) return ofOtherNodes(db, work);
  const all: Given[] = [];
  for (const { tenant } of named.rows) all.push(...(await work(tenant)));
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

/**
 * The rows of a statement about all tenants. If a node is away, which keeps it from its answer, those of a statement about one, for
 * all tenants of other nodes.
 *
 * @param db no transaction, which ends with the first statement that fails
 */
export async function ofAllTenants<Row>(
  db: Queryable,
  all: Statement,
  ofTenant: (tenant: string) => Statement,
): Promise<Row[]> {
  const answer = await unlessNodeIsAway(() => db.query<Row>(all));
  return answer?.rows ?? ofOtherNodes(db, async (tenant) => (await db.query<Row>(ofTenant(tenant))).rows);
}

/** What work gives; undefined if a node is away that it needs. */
export async function unlessNodeIsAway<Given>(work: () => Promise<Given>): Promise<Given | undefined> {
  try {
    return await work();
  } catch (error) {
    if (outageOf(error) !== 'node') throw error;
    return undefined;
  }
}

/** What the work for the tenants of nodes that answer has given. */
export async function ofOtherNodes<Given>(
  db: Queryable,
  work: (tenant: string) => Promise<readonly Given[]>,
): Promise<Given[]> {
  const { rows } = await db.query<{ tenant: string }>({ text: ALL });
  const all: Given[] = [];
  for (const { tenant } of rows) all.push(...((await unlessNodeIsAway(() => work(tenant))) ?? []));
  return all;
}
