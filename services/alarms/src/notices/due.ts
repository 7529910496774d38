import type { Database, Queryable, Transaction } from '@alzette/kit/database';
import { doLeased } from '@alzette/kit/due-work';
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
  /** Tells those who were told of a withdrawn alarm. */
  | {
      readonly kind: 'correct';
      readonly channel: string;
      /** The keys of the notices that told them. */
      readonly corrects: readonly string[];
    }
  /** Cancels the work order that was made by the work of this key. */
  | { readonly kind: 'cancelOrder'; readonly of: string }
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
const CANCEL_UNTAKEN = 'DELETE FROM alarms.due WHERE tenant = $1 AND key = ANY($2::text[]) AND attempts = 0';
/** Whether some of this work may be in progress: its lease has not ended. */
const UNDER_WAY = `
  SELECT EXISTS (
    SELECT 1 FROM alarms.due
    WHERE tenant = $1 AND key = ANY($2::text[]) AND attempts > 0 AND at <= now() + interval '1 minute') AS "isUnderWay"`;
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

/**
 * Does due work, at most `limit` of each tenant, one after the other. No other process gets it for a minute.
 *
 * @param work returns the time until which the work must wait; undefined: it is done
 * @returns how much was taken
 */
export function doDueWork(
  db: Database,
  limit: number,
  work: (due: TakenDue) => Promise<Date | undefined>,
  onError: (error: unknown, key: string) => void,
): Promise<number> {
  return doLeased<Row, Date | undefined>(db, {
    tenants: { text: TENANTS },
    take: (tenant) => ({ text: TAKE, values: [tenant, limit] }),
    work: ({ detail, ...row }) => work({ ...row, work: JSON.parse(detail) as DueWork }), // written by `planWork`
    mark: async (tx, results) => {
      for (const [row, until] of results) await markWork(tx, row, until);
    },
    onError: (error, [row]) => onError(error, (row as Row).key),
    inOrder: true,
  });
}

/** Work that was planned again in the meantime stays. */
async function markWork(tx: Transaction, { tenant, key, attempts }: Row, until: Date | undefined): Promise<void> {
  const values = [tenant, key, attempts];
  await tx.query(until === undefined ? { text: DONE, values } : { text: POSTPONE, values: [...values, until] });
}

export async function cancelWork(tx: Transaction, tenant: string, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await tx.query({ text: CANCEL, values: [tenant, keys] });
}

/** Cancels work that no process has begun. */
export async function cancelUntaken(tx: Transaction, tenant: string, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await tx.query({ text: CANCEL_UNTAKEN, values: [tenant, keys] });
}

/** Whether a process may be doing some of this work. */
export async function isUnderWay(db: Queryable, tenant: string, keys: readonly string[]): Promise<boolean> {
  return (
    (await db.query<{ isUnderWay: boolean }>({ text: UNDER_WAY, values: [tenant, keys] })).rows[0]?.isUnderWay === true
  );
}

/** When the next work is due. */
export async function nextDue(db: Queryable): Promise<Date | undefined> {
  return (await db.query<{ at: Date | null }>({ text: NEXT })).rows[0]?.at ?? undefined;
}
