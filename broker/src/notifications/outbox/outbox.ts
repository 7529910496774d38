import type { Database, Queryable } from '../../database/database.ts';
import { sqlState } from '../../database/database-errors.ts';
import type { OutboxEntry } from '../../entities/write-lane/write-lane.ts';
import { withTimes } from '../../model/document.ts';
import type { PendingNotification } from '../../model/pending-notification.ts';

/** A pending notification, as a row of the outbox. */
export interface OutboxRow {
  /** UUID v7: later changes of an entity have greater ids. */
  readonly id: string;
  readonly tenant: string;
  readonly subscriptionId: string;
  readonly entityId: string;
  /** The version of the entity after the change; 0 if no single entity is concerned. */
  readonly version: number;
  readonly payload: unknown;
  readonly attempts: number;
  /** When an operator replayed it. */
  readonly replayedAt?: Date;
}

export interface SubscriptionKey {
  readonly tenant: string;
  readonly id: string;
}

/** The number of notifications of one subscription since the last settlement, and the time of the last. */
export interface DeliveryCount extends SubscriptionKey {
  sent: number;
  failed: number;
  lastNotification: Date;
  lastSuccess: Date | undefined;
  lastFailure: Date | undefined;
}

/** A row of the outbox. */
export interface OutboxEntryKey {
  readonly id: string;
  readonly tenant: string;
}

export interface FailedAttempt extends OutboxEntryKey {
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly error: string;
}

/** An entry, and the subscription that waits for it. */
export interface WaitingEntry {
  readonly entryId: string;
  readonly subscription: SubscriptionKey;
}

/** The outcome of a number of rows, written in one statement. */
export interface Settlement {
  /** Sent, or no longer needed. */
  readonly gone: readonly OutboxEntryKey[];
  /** To be sent again. */
  readonly failed: readonly FailedAttempt[];
  /** Given up. */
  readonly dead: readonly FailedAttempt[];
  readonly counts: readonly DeliveryCount[];
}

/**
 * The condition by which rows of a subscription are found, in addition to tenant and id.
 *
 * @param row the alias of the outbox. @param id an SQL expression
 */
export const ofSubscription = (row: string, id: string): string =>
  `hashtextextended(${row}.subscription_id, 0) = hashtextextended(${id}, 0)`;

/** unique_violation of the catalogue, duplicate_table. */
const ALREADY_THERE = new Set(['23505', '42P07']);

/** What is read of a row. */
export const columnsOf = (row: string): string =>
  ['id', 'tenant', 'subscription_id', 'entity_id', 'version', 'payload', 'attempts', 'replayed_at']
    .map((column) => `${row}.${column}`)
    .join(', ');

/*
 * Statements on this table are unnamed on purpose. A cached plan would be made while the table is nearly empty, so it
 * would be a full scan, and would be used even with thousands of (dead) rows. Measured at 500 notifications per second:
 * recording outcomes took 1.6 ms with a cached plan and 0.15 without.
 */
const TAKE_OWED = `
  SELECT owed.* FROM unnest($1::text[], $2::text[]) AS wanted (tenant, id)
  CROSS JOIN LATERAL (
    SELECT ${columnsOf('o')} FROM outbox o
    WHERE ${ofSubscription('o', 'wanted.id')} AND o.tenant = wanted.tenant AND o.subscription_id = wanted.id AND o.owner = ANY ($3::text[]) AND o.id <> ALL ($4::uuid[])
    ORDER BY o.id LIMIT $5) AS owed
  ORDER BY owed.id LIMIT $5`;

/** The first row of each subscription, by one index lookup for each, whatever the number of rows. */
const SELECT_OLDEST = `
  WITH RECURSIVE oldest AS (
    (SELECT hashtextextended(o.subscription_id, 0) AS hash, o.id, o.tenant, o.subscription_id FROM outbox o
      WHERE o.owner = ANY ($1::text[]) ORDER BY 1, 2 LIMIT 1)
    UNION ALL
    SELECT next.* FROM oldest CROSS JOIN LATERAL (
      SELECT hashtextextended(o.subscription_id, 0) AS hash, o.id, o.tenant, o.subscription_id FROM outbox o
      WHERE hashtextextended(o.subscription_id, 0) > oldest.hash AND o.owner = ANY ($1::text[]) ORDER BY 1, 2 LIMIT 1) AS next)
  SELECT id, tenant, subscription_id FROM oldest`;

export const SELECT_OWNED = `SELECT DISTINCT tenant, subscription_id AS id FROM outbox WHERE owner = ANY ($1::text[])`;

/**
 * For the query of entries that wait for others. With a single process the index would cost each notification without
 * any use.
 */
const MAKE_LINE_INDEX = `
  CREATE INDEX IF NOT EXISTS outbox_line ON outbox (hashtextextended(subscription_id || entity_id, 0))`;

const SELECT_BEHIND_OTHERS = `
  SELECT mine.id FROM outbox mine
  WHERE mine.id = ANY ($1::uuid[]) AND EXISTS (
    SELECT FROM outbox earlier
    WHERE hashtextextended(earlier.subscription_id || earlier.entity_id, 0) =
        hashtextextended(mine.subscription_id || mine.entity_id, 0)
      AND earlier.tenant = mine.tenant AND earlier.subscription_id = mine.subscription_id
      AND earlier.entity_id = mine.entity_id AND earlier.owner <> mine.owner AND earlier.version < mine.version)`;

/** The SET clause that updates the counters of a subscription. @param s its alias. @param c the alias of the added counts */
export const countsOf = (s: string, c: string): string =>
  `times_sent = ${s}.times_sent + ${c}.sent, times_failed = ${s}.times_failed + ${c}.failed,
    last_notification = greatest(${s}.last_notification, ${c}.notified),
    last_success = greatest(${s}.last_success, ${c}.succeeded), last_failure = greatest(${s}.last_failure, ${c}.lapsed)`;

/** @param first the number of the first of its seven parameters */
const COUNT_SENT = (first: number) => `
  UPDATE subscription s SET ${countsOf('s', 'c')}
  FROM unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::int[], $${first + 3}::int[], $${first + 4}::timestamptz[],
    $${first + 5}::timestamptz[], $${first + 6}::timestamptz[]) AS c (tenant, id, sent, failed, notified, succeeded, lapsed)
  WHERE s.tenant = c.tenant AND s.id = c.id`;

const DELETE_GONE = 'DELETE FROM outbox WHERE id = ANY ($1::uuid[])';

/** The usual case, in which all rows were sent. It is planned in a third of the time. */
const SETTLE_SENT = `WITH gone AS (${DELETE_GONE})${COUNT_SENT(2)}`;

const SETTLE = `
  WITH gone AS (${DELETE_GONE}),
    failed AS (
      UPDATE outbox o SET attempts = f.attempts, next_attempt_at = f.next_attempt_at, last_error = f.error
      FROM unnest($2::uuid[], $3::int[], $4::timestamptz[], $5::text[]) AS f (id, attempts, next_attempt_at, error)
      WHERE o.id = f.id),
    died AS (
      DELETE FROM outbox o USING unnest($6::uuid[], $7::int[], $8::text[]) AS d (id, attempts, error)
      WHERE o.id = d.id
      RETURNING o.id, o.tenant, o.subscription_id, o.entity_id, o.version, o.payload, o.created_at, d.attempts, d.error),
    buried AS (
      INSERT INTO outbox_dead (id, tenant, subscription_id, entity_id, version, payload, created_at, attempts, last_error)
      SELECT id, tenant, subscription_id, entity_id, version, payload, created_at, attempts, error FROM died
      ON CONFLICT (id) DO NOTHING)${COUNT_SENT(9)}`;

// Intervals don't pile up behind an endpoint that is down: the next is written when the last has been delivered.
const ADD_ROUND = `
  INSERT INTO outbox (id, tenant, subscription_id, entity_id, payload, owner)
  SELECT o.id, $1, $2, '', o.payload, $5 FROM unnest($3::uuid[], $4::text[]) AS o (id, payload)
  WHERE NOT EXISTS (
    SELECT FROM outbox w WHERE ${ofSubscription('w', '$2')} AND w.tenant = $1 AND w.subscription_id = $2)`;

const INSERT_ENTRIES = `
  INSERT INTO outbox (id, tenant, subscription_id, entity_id, payload, version, owner)
  SELECT o.id, o.tenant, o.subscription_id, o.entity_id, o.payload, o.version, $7
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    AS o (id, tenant, subscription_id, entity_id, payload, version)`;

export interface Row {
  id: string;
  tenant: string;
  subscription_id: string;
  entity_id: string;
  version: number;
  payload: string;
  attempts: number;
  replayed_at: Date | null;
}

/** Pending notifications. The write lane inserts them with their change; this store reads and settles them. */
export interface OutboxStore {
  /** Rows of this process for these subscriptions, except the queued ones, oldest first. */
  take(subscriptions: readonly SubscriptionKey[], queued: readonly string[], limit: number): Promise<OutboxRow[]>;
  /** The subscriptions with notifications of these processes. */
  subscriptionsOf(names: readonly string[]): Promise<SubscriptionKey[]>;
  /** For each subscription with notifications of this process, the oldest entry. */
  oldest(): Promise<WaitingEntry[]>;
  /** The entries that must wait for an earlier one of another process, for the same entity and subscription. */
  behindOthers(entries: readonly OutboxEntryKey[]): Promise<ReadonlySet<string>>;
  /** Returns the outcomes that must be written later, because their node is unreachable. */
  settle(settlement: Settlement): Promise<Settlement | undefined>;
  /** Adds the notifications of a time interval; false if those of the last interval are still there. */
  addRound(entries: readonly OutboxEntry[]): Promise<boolean>;
  owe(entries: readonly OutboxEntry[]): Promise<void>;
}

/** The names under which this process writes and sends. */
export interface Owner {
  /** Its own name, which stays the same after a restart, so that it finds its own notifications again. */
  readonly name: string;
  /** Its own name, and those of processes whose notifications it has taken over. */
  readonly names: readonly string[];
}

export function createOutboxStore(db: Database, owner: Owner): OutboxStore {
  let lineIndex: Promise<unknown> | undefined;
  return {
    async take(subscriptions, queued, limit) {
      const values = [
        subscriptions.map(({ tenant }) => tenant),
        subscriptions.map(({ id }) => id),
        owner.names,
        queued,
        limit,
      ];
      const { rows } = await db.query<Row>({ text: TAKE_OWED, values });
      return rows.map(fromRow);
    },
    async subscriptionsOf(names) {
      return (await db.query<SubscriptionKey>({ text: SELECT_OWNED, values: [names] })).rows;
    },
    async oldest() {
      const { rows } = await db.query<Row>({ text: SELECT_OLDEST, values: [owner.names] });
      return rows.map(waitingOf);
    },
    async behindOthers(entries) {
      lineIndex ??= makeLineIndex(db);
      await lineIndex;
      const statement = { text: SELECT_BEHIND_OTHERS, values: [entries.map(({ id }) => id)] };
      return new Set((await db.query<{ id: string }>(statement)).rows.map(({ id }) => id));
    },
    async addRound(entries) {
      const [first] = entries;
      if (first === undefined) return false;
      const payloads = entries.map(({ payload }) => JSON.stringify(payload));
      const values = [first.tenant, first.subscriptionId, entries.map(({ id }) => id), payloads, owner.name];
      return (await db.query({ text: ADD_ROUND, values })).rowCount > 0;
    },
    owe: (entries) => insertOutboxEntries(db, entries, owner.name),
    async settle(settlement) {
      const counted = valuesOfCounts(settlement.counts);
      const [gone, ...others] = valuesOfOutcomes(settlement);
      await db.query(
        areAllSent(settlement)
          ? { text: SETTLE_SENT, values: [gone, ...counted] }
          : { text: SETTLE, values: [gone, ...others, ...counted] },
      );
      return undefined;
    },
  };
}

export function waitingOf({ id, tenant, subscription_id }: Row): WaitingEntry {
  return { entryId: id, subscription: { tenant, id: subscription_id } };
}

/** Whether nothing has failed. This is nearly always the case and allows a shorter statement. */
export function areAllSent({ failed, dead }: Settlement): boolean {
  return failed.length + dead.length === 0;
}

/** The parameters of `SETTLE` for the outcomes, beginning with the completed entries. */
export function valuesOfOutcomes({ gone, failed, dead }: Settlement): unknown[] {
  return [
    gone.map(({ id }) => id),
    failed.map(({ id }) => id),
    failed.map(({ attempts }) => attempts),
    failed.map(({ nextAttemptAt }) => nextAttemptAt),
    failed.map(({ error }) => error),
    dead.map(({ id }) => id),
    dead.map(({ attempts }) => attempts),
    dead.map(({ error }) => error),
  ];
}

/** The parameters of `COUNT_SENT`, beginning with the tenants. */
export function valuesOfCounts(counts: readonly DeliveryCount[]): unknown[] {
  return [
    counts.map(({ tenant }) => tenant),
    counts.map(({ id }) => id),
    counts.map(({ sent }) => sent),
    counts.map(({ failed }) => failed),
    counts.map(({ lastNotification }) => lastNotification),
    counts.map(({ lastSuccess }) => lastSuccess),
    counts.map(({ lastFailure }) => lastFailure),
  ];
}

const HAS_LINE_INDEX = `SELECT to_regclass('outbox_line') IS NOT NULL AS there`;

/** Without the index the results are the same, but slower. */
export async function makeLineIndex(db: Database): Promise<void> {
  try {
    // A cluster creates it on all nodes, and one may be unreachable at a later start.
    if ((await db.query<{ there: boolean }>({ text: HAS_LINE_INDEX })).rows[0]?.there === true) return;
    await db.query({ text: MAKE_LINE_INDEX });
  } catch (error) {
    // Another process has just created it.
    if (!ALREADY_THERE.has(sqlState(error))) process.emitWarning(error instanceof Error ? error : String(error));
  }
}

/**
 * Inserts notifications in the transaction of their change.
 *
 * @param owner the name of the process that is to send them
 */
export async function insertOutboxEntries(
  tx: Queryable,
  entries: readonly OutboxEntry[],
  owner: string,
): Promise<void> {
  if (entries.length === 0) return;
  const values = [
    entries.map(({ id }) => id),
    entries.map(({ tenant }) => tenant),
    entries.map(({ subscriptionId }) => subscriptionId),
    entries.map(({ entityId }) => entityId),
    entries.map(({ payload }) => JSON.stringify(payload)),
    entries.map(({ version }) => version),
    owner,
  ];
  await tx.query({ name: 'insert-outbox', text: INSERT_ENTRIES, values });
}

/** The payload, with its entity as it was stored. */
function payloadOf({ payload }: Row): unknown {
  const pending = JSON.parse(payload) as Partial<PendingNotification>; // or of registrations, which have no entity
  if (pending.entity !== undefined) withTimes(pending.entity);
  return pending;
}

export function fromRow(row: Row): OutboxRow {
  return {
    id: row.id,
    tenant: row.tenant,
    subscriptionId: row.subscription_id,
    entityId: row.entity_id,
    version: row.version,
    payload: payloadOf(row),
    attempts: row.attempts,
    ...(row.replayed_at && { replayedAt: row.replayed_at }),
  };
}
