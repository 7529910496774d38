import type { Queryable } from '@alzette/kit/database';
import { ofEachTenant } from '@alzette/kit/each-tenant';
import type { NotifyAction, WorkOrderAction } from '../ports.ts';

/** Work that is planned for a record at a time. */
export type DueWork =
  | {
      readonly kind: 'notify';
      readonly action: NotifyAction;
      readonly occasion: 'raise' | 'clear';
      /** The episode that the notice is about. A notice of an earlier episode is dropped. */
      readonly episode: number;
    }
  | { readonly kind: 'workOrder'; readonly action: WorkOrderAction; readonly episode: number }
  | { readonly kind: 'unshelve' }
  | { readonly kind: 'close' };

export interface Due {
  readonly tenant: string;
  /** Identifies the work within the tenant. Planning the same key again replaces it. */
  readonly key: string;
  readonly record: string;
  readonly at: Date;
  readonly work: DueWork;
}

export interface TakenDue extends Due {
  readonly attempts: number;
}

const PLAN = `
  INSERT INTO alarms.due (tenant, key, record, kind, at, detail)
  SELECT $1, key, record, kind, at, detail::jsonb
  FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[]) AS given (key, record, kind, at, detail)
  ON CONFLICT (tenant, key) DO UPDATE SET at = excluded.at, detail = excluded.detail, attempts = 0`;
const TENANTS =
  'SELECT DISTINCT tenant FROM alarms.due WHERE at <= now() /* all tenants: those with work that is due */';
// A process that takes work has this long to do it; after that any process may take it.
const TAKE = `
  UPDATE alarms.due SET at = now() + interval '1 minute', attempts = attempts + 1
  WHERE tenant = $1 AND key IN (
    SELECT key FROM alarms.due WHERE tenant = $1 AND at <= now() ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED)
  RETURNING tenant, key, record, at, detail, attempts`;
const DONE = 'DELETE FROM alarms.due WHERE tenant = $1 AND key = $2 AND attempts = $3';
const POSTPONE = 'UPDATE alarms.due SET at = $4 WHERE tenant = $1 AND key = $2 AND attempts = $3';
const CANCEL = 'DELETE FROM alarms.due WHERE tenant = $1 AND key = ANY($2::text[])';
const NEXT = 'SELECT min(at) AS at FROM alarms.due /* all tenants: when the next work is due */';

interface Row {
  readonly tenant: string;
  readonly key: string;
  readonly record: string;
  readonly at: Date;
  readonly detail: string;
  readonly attempts: number;
}

/** Plans work, in the transaction that makes it due. It replaces planned work of the same key. */
export async function planWork(tx: Queryable, tenant: string, dues: readonly Omit<Due, 'tenant'>[]): Promise<void> {
  if (dues.length === 0) return;
  const values = [
    tenant,
    dues.map(({ key }) => key),
    dues.map(({ record }) => record),
    dues.map(({ work }) => work.kind),
    dues.map(({ at }) => at.toISOString()),
    dues.map(({ work }) => JSON.stringify(work)),
  ];
  await tx.query({ text: PLAN, values });
}

/** Takes due work, at most `limit` of each tenant. No other process gets it for a minute. */
export async function takeDue(db: Queryable, limit: number): Promise<TakenDue[]> {
  const rows = await ofEachTenant<Row>(db, { text: TENANTS }, (tenant) => ({ text: TAKE, values: [tenant, limit] }));
  return rows.map(({ detail, ...row }) => ({ ...row, work: JSON.parse(detail) as DueWork })); // written by `planWork`
}

/** Removes finished work. Work that was planned again in the meantime stays. */
export async function workDone(db: Queryable, { tenant, key, attempts }: TakenDue): Promise<void> {
  await db.query({ text: DONE, values: [tenant, key, attempts] });
}

export async function postponeWork(db: Queryable, { tenant, key, attempts }: TakenDue, until: Date): Promise<void> {
  await db.query({ text: POSTPONE, values: [tenant, key, attempts, until] });
}

export async function cancelWork(tx: Queryable, tenant: string, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await tx.query({ text: CANCEL, values: [tenant, keys] });
}

/** When the next work is due. */
export async function nextDue(db: Queryable): Promise<Date | undefined> {
  return (await db.query<{ at: Date | null }>({ text: NEXT })).rows[0]?.at ?? undefined;
}
