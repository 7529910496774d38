import type { Queryable } from '@alzette/kit/database';

/** Something that somebody, or the service itself, did with a plan or an override. */
export interface Act {
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly details: unknown;
}

/** The actor where no person acts. */
export const SERVICE = 'service:lighting';

const RECORD = `INSERT INTO lighting.act (tenant, object, actor, action, details) VALUES ($1, $2, $3, $4, $5)`;
const LIST = `SELECT at, actor, action, details FROM lighting.act WHERE tenant = $1 AND object = $2 ORDER BY number`;

export async function recordAct(
  tx: Queryable,
  tenant: string,
  object: string,
  { actor, action, details = {} }: { readonly actor: string; readonly action: string; readonly details?: object },
): Promise<void> {
  await tx.query({ text: RECORD, values: [tenant, object, actor, action, JSON.stringify(details)] });
}

export async function listActs(db: Queryable, tenant: string, object: string): Promise<Act[]> {
  const { rows } = await db.query<{ at: Date; actor: string; action: string; details: string }>({
    text: LIST,
    values: [tenant, object],
  });
  return rows.map(({ at, actor, action, details }) => ({
    at: at.toISOString(),
    actor,
    action,
    details: JSON.parse(details),
  }));
}
