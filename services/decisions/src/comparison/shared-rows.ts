import type { Database, Queryable } from '@alzette/kit/database';

const ALL = `
  SELECT tenant, indicator FROM decisions.shared
  ORDER BY tenant, indicator /* all tenants: what each lets the others see */`;
const WITHDRAW = 'DELETE FROM decisions.shared WHERE tenant = $1 AND NOT indicator = ANY ($2::text[])';
const SHARE = `
  INSERT INTO decisions.shared (tenant, indicator) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`;

/** The indicators that each tenant lets the others see. */
export async function readShared(db: Queryable): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await db.query<{ tenant: string; indicator: string }>({ name: 'decisions-shared', text: ALL });
  const byTenant = Map.groupBy(rows, ({ tenant }) => tenant);
  return new Map([...byTenant].map(([tenant, own]) => [tenant, own.map(({ indicator }) => indicator)]));
}

/** From now on the others see these, and no more. */
export async function keepShared(db: Database, tenant: string, indicators: readonly string[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({ text: WITHDRAW, values: [tenant, [...indicators]] });
    await tx.query({ text: SHARE, values: [tenant, [...indicators]] });
  });
}
