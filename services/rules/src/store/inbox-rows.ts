import type { Queryable, Transaction } from '@alzette/kit/database';
import { ofAllTenants } from '@alzette/kit/each-tenant';

/** An entity in a notification of the subscription of a scope. */
export interface NotifiedEntity {
  readonly scope: string;
  readonly entityId: string;
  /** JSON: normalized, with system attributes; a deleted entity has `deletedAt`. */
  readonly entity: string;
  /** True: read from the broker. Notifications of earlier changes may arrive after it. */
  readonly isRead?: boolean;
}

export interface InboxRow extends NotifiedEntity {
  readonly tenant: string;
  readonly n: number;
  readonly receivedAt: Date;
}

/** The channel that signals new rows in the inbox. */
export const INBOX_FILLED = 'rules_inbox';

const PUT = `
  INSERT INTO rules.inbox (tenant, scope, entity_id, entity, is_read)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::jsonb[], $5::boolean[])`;
const TELL = `SELECT send_message('${INBOX_FILLED}', '')`;
const COLUMNS = 'n, tenant, scope, entity_id, entity, is_read, received_at';
const TAKE_OF_ALL = `SELECT ${COLUMNS} FROM rules.inbox ORDER BY n LIMIT $1 /* all tenants: what came in, in order */`;
const TAKE_OF_TENANT = `SELECT ${COLUMNS} FROM rules.inbox WHERE tenant = $2 ORDER BY n LIMIT $1`;
const DROP = `DELETE FROM rules.inbox WHERE tenant = $1 AND n = ANY ($2::bigint[])`;
const COUNT = `SELECT count(*) AS waiting, min(received_at) AS oldest FROM rules.inbox /* all tenants: metrics */`;

/** @param tenant the tenant of all: what came in for others does not wait for its node */
export async function putInInbox(db: Queryable, tenant: string, notified: readonly NotifiedEntity[]): Promise<void> {
  if (notified.length === 0) return;
  const values = [
    tenant,
    notified.map(({ scope }) => scope),
    notified.map(({ entityId }) => entityId),
    notified.map(({ entity }) => entity),
    notified.map(({ isRead = false }) => isRead),
  ];
  await db.query({ name: 'rules-put-in-inbox', text: PUT, values });
  await db.query({ name: 'rules-tell-inbox', text: TELL });
}

/** The first rows in order, without those of a node that is away. `most`: then of each tenant. */
export async function readInbox(db: Queryable, most: number): Promise<InboxRow[]> {
  interface Row {
    readonly n: number;
    readonly tenant: string;
    readonly scope: string;
    readonly entity_id: string;
    readonly entity: string;
    readonly is_read: boolean;
    readonly received_at: Date;
  }
  const all = { name: 'rules-read-inbox', text: TAKE_OF_ALL, values: [most] };
  const rows = await ofAllTenants<Row>(db, all, (tenant) => ({ text: TAKE_OF_TENANT, values: [most, tenant] }));
  return rows.map(({ n, tenant, scope, entity_id, entity, is_read, received_at }) => {
    return { n, tenant, scope, entityId: entity_id, entity, isRead: is_read, receivedAt: received_at };
  });
}

export async function dropFromInbox(tx: Transaction, rows: readonly InboxRow[]): Promise<void> {
  for (const [tenant, own] of Map.groupBy(rows, (row) => row.tenant)) {
    await tx.query({ name: 'rules-drop-inbox', text: DROP, values: [tenant, own.map(({ n }) => n)] });
  }
}

/** The number of waiting rows, and the age of the oldest. */
export async function inboxLag(db: Queryable, now: number): Promise<{ waiting: number; oldestMs: number }> {
  const { rows } = await db.query<{ waiting: number; oldest: Date | null }>({ text: COUNT });
  const oldest = rows[0]?.oldest;
  return { waiting: rows[0]?.waiting ?? 0, oldestMs: oldest ? Math.max(0, now - oldest.getTime()) : 0 };
}
