import type { Database } from './database.ts';
import type { OutboxEntry } from './write-lane.ts';

/** A notification owed, as a row of the outbox. */
export interface OwedRow {
  /** UUID v7: later changes of an entity have greater ids. */
  readonly id: string;
  readonly tenant: string;
  readonly subscriptionId: string;
  readonly entityId: string;
  readonly payload: unknown;
  readonly attempts: number;
  /** When an operator sent it on its way again. */
  readonly replayedAt?: Date;
}

export interface SubscriptionKey {
  readonly tenant: string;
  readonly id: string;
}

/** How often, and when last, notifications of one subscription were sent since the last settlement. */
export interface DeliveryCount extends SubscriptionKey {
  sent: number;
  failed: number;
  lastNotification: Date;
  lastSuccess: Date | undefined;
  lastFailure: Date | undefined;
}

export interface FailedAttempt {
  readonly id: string;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly error: string;
}

/** What became of a number of rows, written in one statement. */
export interface Settlement {
  /** Sent, or no longer wanted. */
  readonly gone: readonly string[];
  /** To be sent again. */
  readonly failed: readonly FailedAttempt[];
  /** Given up. */
  readonly dead: readonly FailedAttempt[];
  readonly counts: readonly DeliveryCount[];
}

/** How long a row stays with the process that sends it; longer sending renews it. Migration 003 has the same figure. */
export const LEASE_MS = 30_000;

const TAKE_OWED = `
  UPDATE outbox SET leased_until = now() + interval '30 seconds'
  WHERE id IN (
    SELECT owed.id
    FROM unnest($1::text[], $2::text[]) AS wanted (tenant, id)
    CROSS JOIN LATERAL (
      SELECT o.id FROM outbox o
      WHERE o.tenant = wanted.tenant AND o.subscription_id = wanted.id
        AND (o.leased_until < now() OR o.payload->>'by' = $3) AND o.id <> ALL ($4::uuid[])
      ORDER BY o.id LIMIT $5 FOR UPDATE SKIP LOCKED) AS owed
    ORDER BY owed.id LIMIT $5)
  RETURNING id, tenant, subscription_id, entity_id, payload, attempts, replayed_at`;

const SELECT_WRITTEN_BY = `
  SELECT DISTINCT tenant, subscription_id AS id FROM outbox WHERE payload->>'by' = $1 OR leased_until < now()`;

const SELECT_LEFT = `
  SELECT DISTINCT tenant, subscription_id AS id
  FROM (SELECT tenant, subscription_id FROM outbox WHERE leased_until < now() ORDER BY id LIMIT 10000) AS expired`;

const LEASE = `
  UPDATE outbox SET leased_until = now() + $2::float8 * interval '1 millisecond' WHERE id = ANY ($1::uuid[])`;

const SETTLE = `
  WITH gone AS (DELETE FROM outbox WHERE id = ANY ($1::uuid[])),
    failed AS (
      UPDATE outbox o SET attempts = f.attempts, next_attempt_at = f.next_attempt_at, last_error = f.error
      FROM unnest($2::uuid[], $3::int[], $4::timestamptz[], $5::text[]) AS f (id, attempts, next_attempt_at, error)
      WHERE o.id = f.id),
    died AS (
      DELETE FROM outbox o USING unnest($6::uuid[], $7::int[], $8::text[]) AS d (id, attempts, error)
      WHERE o.id = d.id
      RETURNING o.id, o.tenant, o.subscription_id, o.entity_id, o.payload, o.created_at, d.attempts, d.error),
    buried AS (
      INSERT INTO outbox_dead (id, tenant, subscription_id, entity_id, payload, created_at, attempts, last_error)
      SELECT id, tenant, subscription_id, entity_id, payload, created_at, attempts, error FROM died
      ON CONFLICT (id) DO NOTHING)
  UPDATE subscription s
  SET times_sent = s.times_sent + c.sent, times_failed = s.times_failed + c.failed,
    last_notification = greatest(s.last_notification, c.notified),
    last_success = greatest(s.last_success, c.succeeded), last_failure = greatest(s.last_failure, c.lapsed)
  FROM unnest($9::text[], $10::text[], $11::int[], $12::int[],
    $13::timestamptz[], $14::timestamptz[], $15::timestamptz[]) AS c (tenant, id, sent, failed, notified, succeeded, lapsed)
  WHERE s.tenant = c.tenant AND s.id = c.id`;

// Rounds don't pile up behind an endpoint that is down: the next is owed when the last has gone.
const OWE_ROUND = `
  INSERT INTO outbox (id, tenant, subscription_id, entity_id, payload)
  SELECT o.id, $1, $2, '', o.payload::jsonb FROM unnest($3::uuid[], $4::text[]) AS o (id, payload)
  WHERE NOT EXISTS (SELECT FROM outbox WHERE tenant = $1 AND subscription_id = $2)`;

interface Row {
  id: string;
  tenant: string;
  subscription_id: string;
  entity_id: string;
  payload: string;
  attempts: number;
  replayed_at: Date | null;
}

/** The notifications owed. The write lane puts them in, with the change they tell of; here they are taken and settled. */
export interface OutboxStore {
  /** Takes rows owed to these subscriptions that are ours or nobody's, but not those held; oldest first. */
  take(subscriptions: readonly SubscriptionKey[], held: readonly string[], limit: number): Promise<OwedRow[]>;
  /** The subscriptions owed something that this process wrote before it was started, or that nobody sends. */
  left(): Promise<SubscriptionKey[]>;
  /** The subscriptions owed something that nobody sends. */
  expired(): Promise<SubscriptionKey[]>;
  /** @param leaseMs from now; 0 gives the rows up */
  lease(ids: readonly string[], leaseMs: number): Promise<void>;
  settle(settlement: Settlement): Promise<void>;
  /** Owes a subscription the notifications of a time interval; false: those of the last are still owed. */
  oweRound(entries: readonly OutboxEntry[]): Promise<boolean>;
}

/** @param by the name of this process, the same after a restart: what it wrote is its own to send */
export function createOutboxStore(db: Database, by: string): OutboxStore {
  return {
    async take(subscriptions, held, limit) {
      const values = [subscriptions.map(({ tenant }) => tenant), subscriptions.map(({ id }) => id), by, held, limit];
      const { rows } = await db.query<Row>({ name: 'take-owed', text: TAKE_OWED, values });
      return rows.map(fromRow).sort((one, other) => (one.id < other.id ? -1 : 1));
    },
    async left() {
      const { rows } = await db.query<{ tenant: string; id: string }>({ text: SELECT_WRITTEN_BY, values: [by] });
      return rows;
    },
    async expired() {
      const { rows } = await db.query<{ tenant: string; id: string }>({ name: 'select-left', text: SELECT_LEFT });
      return rows;
    },
    async lease(ids, leaseMs) {
      await db.query({ name: 'lease-owed', text: LEASE, values: [ids, leaseMs] });
    },
    async oweRound(entries) {
      const [first] = entries;
      if (first === undefined) return false;
      const payloads = entries.map(({ payload }) => JSON.stringify(payload));
      const values = [first.tenant, first.subscriptionId, entries.map(({ id }) => id), payloads];
      return (await db.query({ name: 'owe-round', text: OWE_ROUND, values })).rowCount > 0;
    },
    async settle({ gone, failed, dead, counts }) {
      const values = [
        gone,
        failed.map(({ id }) => id),
        failed.map(({ attempts }) => attempts),
        failed.map(({ nextAttemptAt }) => nextAttemptAt),
        failed.map(({ error }) => error),
        dead.map(({ id }) => id),
        dead.map(({ attempts }) => attempts),
        dead.map(({ error }) => error),
        counts.map(({ tenant }) => tenant),
        counts.map(({ id }) => id),
        counts.map(({ sent }) => sent),
        counts.map((count) => count.failed),
        counts.map(({ lastNotification }) => lastNotification),
        counts.map(({ lastSuccess }) => lastSuccess),
        counts.map(({ lastFailure }) => lastFailure),
      ];
      await db.query({ name: 'settle-owed', text: SETTLE, values });
    },
  };
}

function fromRow(row: Row): OwedRow {
  return {
    id: row.id,
    tenant: row.tenant,
    subscriptionId: row.subscription_id,
    entityId: row.entity_id,
    payload: JSON.parse(row.payload),
    attempts: row.attempts,
    ...(row.replayed_at && { replayedAt: row.replayed_at }),
  };
}
