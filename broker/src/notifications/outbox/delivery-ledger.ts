import { WRITES_END } from '../../database/citus/shard-text.ts';
import type { TenantNodes } from '../../database/citus/tenant-nodes.ts';
import type { Database } from '../../database/database.ts';
import { ofSubscription, type SubscriptionKey } from './outbox.ts';

/** Delivery statistics of one subscription. */
export interface DeliveryLedger {
  readonly subscriptionId: string;
  /** Attempts, like `timesSent` of the subscription. */
  readonly sent: number;
  /** Attempts that failed. */
  readonly failed: number;
  readonly replayed: number;
  /** Notifications in the outbox, not delivered yet. */
  readonly owed: number;
  readonly oldestOwedAt: string | null;
  readonly dead: number;
  readonly lastNotification: string | null;
  readonly lastSuccess: string | null;
  readonly lastFailure: string | null;
}

/** A notification that was given up after failed deliveries. */
export interface DeadLetter {
  /** The id of the notification is this with the prefix `urn:ngsi-ld:Notification:`. */
  readonly id: string;
  readonly subscriptionId: string;
  /** Empty for a notification of a time interval. */
  readonly entityId: string;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly diedAt: string;
}

/** Selects dead letters of a tenant. All given conditions must hold. */
export interface DeadLetterFilter {
  readonly id?: string;
  readonly subscriptionId?: string;
  /** Changes from this time on. */
  readonly since?: Date;
  /** Changes before this time. */
  readonly before?: Date;
}

/** Queries and actions of operators on the outbox. */
export interface LedgerStore {
  ledgers(tenant: string, limit: number, offset: number, id?: string): Promise<DeliveryLedger[]>;
  deadLetters(tenant: string, filter: DeadLetterFilter, limit: number, offset: number): Promise<DeadLetter[]>;
  countDead(tenant: string, filter: DeadLetterFilter): Promise<number>;
  /** Moves dead letters of existing subscriptions back into the outbox. Returns their number and subscriptions. */
  replay(tenant: string, filter: DeadLetterFilter): Promise<{ replayed: number; subscriptions: SubscriptionKey[] }>;
  /** Returns the number of deleted dead letters. */
  drop(tenant: string, filter: DeadLetterFilter): Promise<number>;
}

const SELECT_LEDGERS = `
  SELECT id, times_sent, times_failed, times_replayed, last_notification, last_success, last_failure
  FROM subscription WHERE tenant = $1 AND ($2::text IS NULL OR id = $2)
  ORDER BY created_at, id LIMIT $3 OFFSET $4`;

const COUNT_OWED = `
  SELECT owed.number AS owed, owed.oldest, (
    SELECT count(*) FROM outbox_dead d WHERE d.tenant = $1 AND d.subscription_id = s.id) AS dead
  FROM unnest($2::text[]) WITH ORDINALITY AS s (id, nth) CROSS JOIN LATERAL (
    SELECT count(*) AS number, min(created_at) AS oldest FROM outbox o
    WHERE ${ofSubscription('o', 's.id')} AND o.tenant = $1 AND o.subscription_id = s.id) AS owed
  ORDER BY s.nth`;

const WANTED = `d.tenant = $1 AND ($2::uuid IS NULL OR d.id = $2) AND ($3::text IS NULL OR d.subscription_id = $3)
    AND ($4::timestamptz IS NULL OR d.created_at >= $4) AND ($5::timestamptz IS NULL OR d.created_at < $5)`;

const SELECT_DEAD = `
  SELECT d.id, d.subscription_id, d.entity_id, d.attempts, d.last_error, d.created_at, d.died_at
  FROM outbox_dead d WHERE ${WANTED} ORDER BY d.died_at, d.id LIMIT $6 OFFSET $7`;

const COUNT_DEAD = `SELECT count(*) AS number FROM outbox_dead d WHERE ${WANTED}`;

const DROP_DEAD = `DELETE FROM outbox_dead d WHERE ${WANTED}`;

const SELECT_KNOWN = 'SELECT id FROM subscription WHERE tenant = $1 AND ($2::text IS NULL OR id = $2)';

// `$1` is the time, which marks the statement as a write for nodes of a cluster. `$7` are the existing subscriptions.
const REPLAY_DEAD = `
  WITH moved AS (
    DELETE FROM outbox_dead d WHERE ${WANTED.replace(/\$(\d)/g, (_, number) => `$${Number(number) + 1}`)}
      AND d.subscription_id = ANY ($7::text[])
    RETURNING d.*),
    owed AS (
      INSERT INTO outbox (id, tenant, subscription_id, entity_id, version, payload, created_at, owner, replayed_at)
      SELECT id, tenant, subscription_id, entity_id, version, payload, created_at, $8, $1::timestamptz FROM moved),
    counts AS (SELECT subscription_id AS id, count(*) AS number FROM moved GROUP BY subscription_id),
    counted AS (
      UPDATE subscription s SET times_replayed = s.times_replayed + c.number
      FROM counts c WHERE s.tenant = $2 AND s.id = c.id)
  SELECT id, number FROM counts ${WRITES_END}`;

interface LedgerRow {
  id: string;
  times_sent: number;
  times_failed: number;
  times_replayed: number;
  last_notification: Date | null;
  last_success: Date | null;
  last_failure: Date | null;
}

interface OwedRow {
  owed: number;
  oldest: Date | null;
  dead: number;
}

interface DeadRow {
  id: string;
  subscription_id: string;
  entity_id: string;
  attempts: number;
  last_error: string | null;
  created_at: Date;
  died_at: Date;
}

/** @param owner the process that is to send replayed notifications */
export function createLedgerStore(db: Database, nodes: TenantNodes | undefined, owner: string): LedgerStore {
  const reads = nodes?.db ?? db;

  return {
    async ledgers(tenant, limit, offset, id) {
      const { rows } = await reads.query<LedgerRow>({
        text: SELECT_LEDGERS,
        values: [tenant, id ?? null, limit, offset],
      });
      const values = [tenant, rows.map((row) => row.id)];
      const owed = await reads.query<OwedRow>({ text: COUNT_OWED, values });
      return rows.map((row, n) => fromLedgerRow(row, owed.rows[n] as OwedRow)); // one for each id
    },
    async deadLetters(tenant, filter, limit, offset) {
      const values = [...valuesOf(tenant, filter), limit, offset];
      return (await db.query<DeadRow>({ text: SELECT_DEAD, values })).rows.map(fromDeadRow);
    },
    async countDead(tenant, filter) {
      const { rows } = await db.query<{ number: number }>({ text: COUNT_DEAD, values: valuesOf(tenant, filter) });
      return rows[0]?.number ?? 0;
    },
    async replay(tenant, filter) {
      const known = await reads.query<{ id: string }>({
        text: SELECT_KNOWN,
        values: [tenant, filter.subscriptionId ?? null],
      });
      const values = [new Date(), ...valuesOf(tenant, filter), known.rows.map(({ id }) => id), owner];
      const writer = (await nodes?.writerOf(tenant)) ?? db;
      const { rows } = await writer.query<{ id: string; number: number }>({ text: REPLAY_DEAD, values });
      const sum = rows.reduce((total, { number }) => total + number, 0);
      return { replayed: sum, subscriptions: rows.map(({ id }) => ({ tenant, id })) };
    },
    async drop(tenant, filter) {
      return (await db.query({ text: DROP_DEAD, values: valuesOf(tenant, filter) })).rowCount;
    },
  };
}

function valuesOf(tenant: string, { id, subscriptionId, since, before }: DeadLetterFilter): unknown[] {
  return [tenant, id ?? null, subscriptionId ?? null, since ?? null, before ?? null];
}

function fromLedgerRow(row: LedgerRow, { owed, oldest, dead }: OwedRow): DeliveryLedger {
  return {
    subscriptionId: row.id,
    sent: row.times_sent,
    failed: row.times_failed,
    replayed: row.times_replayed,
    owed,
    oldestOwedAt: oldest?.toISOString() ?? null,
    dead,
    lastNotification: row.last_notification?.toISOString() ?? null,
    lastSuccess: row.last_success?.toISOString() ?? null,
    lastFailure: row.last_failure?.toISOString() ?? null,
  };
}

function fromDeadRow(row: DeadRow): DeadLetter {
  return {
    id: row.id,
    subscriptionId: row.subscription_id,
    entityId: row.entity_id,
    attempts: row.attempts,
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
    diedAt: row.died_at.toISOString(),
  };
}
