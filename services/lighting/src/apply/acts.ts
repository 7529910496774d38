import type { Database, Queryable } from '@alzette/kit/database';
import type { Audit } from '@alzette/kit/service';
import type { Act } from '../contract/contract.ts';

interface NewAct {
  readonly actor: string;
  readonly action: string;
  /** Also written to the audit, so it must not name a person. */
  readonly details?: object;
  /** Text that a person wrote. Not in the audit, which is never deleted. */
  readonly reason?: string;
}

/** Records an act in the present transaction. */
type RecordAct = (object: string, act: NewAct) => Promise<void>;

/** The actor if no person acts. */
export const SERVICE = 'service:lighting';

const RECORD = `INSERT INTO lighting.act (tenant, object, actor, action, details) VALUES ($1, $2, $3, $4, $5)`;
const LIST = `SELECT at, actor, action, details FROM lighting.act WHERE tenant = $1 AND object = $2 ORDER BY number`;

/**
 * Runs a transaction with acts. They are recorded in it, and written to the audit as `lighting.<action>` when it is
 * committed.
 */
export async function withActs<T>(
  { db, audit }: { readonly db: Database; readonly audit: Audit },
  tenant: string,
  work: (tx: Queryable, record: RecordAct) => Promise<T>,
): Promise<T> {
  let acts: (NewAct & { readonly object: string })[] = [];
  const result = await db.transaction((tx) => {
    acts = []; // the transaction may be retried
    return work(tx, async (object, act) => {
      const { actor, action, details = {}, reason } = act;
      const detail = JSON.stringify({ ...details, ...(reason !== undefined && { reason }) });
      await tx.query({ text: RECORD, values: [tenant, object, actor, action, detail] });
      acts.push({ ...act, object });
    });
  });
  for (const { object, actor, action, details = {} } of acts) {
    await audit.append({ actor, action: `lighting.${action}`, object, tenant, outcome: 'done', details });
  }
  return result;
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
