import { steadyClock } from '../clock/steady-clock.ts';
import { isByTenant } from '../database/citus/by-tenant.ts';
import { WRITES_END } from '../database/citus/shard-text.ts';
import { rowsOfNodes, type TenantNodes } from '../database/citus/tenant-nodes.ts';
import type { Database, Queryable } from '../database/database.ts';
import { NgsiLdError } from '../model/errors.ts';
import type { JsonObject } from '../model/values.ts';
import { ofSubscription } from '../notifications/outbox/outbox.ts';
import type { FollowedTable } from '../processes/followed-table.ts';
import { type NotifiedWrite, writeAndNotify } from '../processes/notified-write.ts';
import { type Admission, UNLIMITED } from '../tenants/quotas/quotas.ts';
import type { SubscriptionOwner } from './subscription.ts';
import { latestCredible } from './throttling.ts';

/** NOTIFY channel for changes of the table, so that each process reloads a changed subscription. */
export const SUBSCRIPTION_CHANNEL = 'subscription';

/** IRIs by term, for each top-level member that contains names. */
export type RecordedNames = { readonly [member: string]: MemberNames };

export interface MemberNames {
  readonly attribute?: { readonly [term: string]: string };
  readonly type?: { readonly [term: string]: string };
  readonly vocab?: { readonly [term: string]: string };
}

/** Delivery counters and times (5.2.14.2). */
export interface DeliveryRecord {
  readonly timesSent: number;
  readonly timesFailed: number;
  readonly lastNotification?: Date;
  readonly lastSuccess?: Date;
  readonly lastFailure?: Date;
  /** With throttling: the time of the last change that was notified. */
  readonly lastNotifiedAt?: Date;
}

export interface StoredSubscription {
  readonly tenant: string;
  readonly id: string;
  /** As written by the client. */
  readonly document: JsonObject;
  readonly names: RecordedNames;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly delivery: DeliveryRecord;
  readonly owner?: SubscriptionOwner;
  /** The Via header of the request that created it. */
  readonly via?: string;
  /** The id of the subscription to entities for which this broker created it (5.8.1.4). */
  readonly serves?: string;
}

export type SubscriptionContent = Pick<StoredSubscription, 'document' | 'names'>;

interface SubscriptionMessage {
  readonly tenant: string;
  readonly id: string;
  /** The process that made the change. */
  readonly by: string;
}

const COLUMNS = `tenant, id, document, names, created_at, modified_at,
  times_sent, times_failed, last_notification, last_success, last_failure, told_at, owner, via, serves`;

// The entry that has the turn may ask again: it keeps the turn until another entry gets it. A turn after $6 was stamped by a
// clock that was wrong.
const CLAIM_TURN = `
  WITH claimed AS (
    UPDATE subscription s SET told_at = $1, told_entry = $4
    WHERE s.tenant = $2 AND s.id = $3
      AND (s.told_at IS NULL OR s.told_entry = $4 OR s.told_at > $6
        OR s.told_at <= $1::timestamptz - $5::float8 * interval '1 millisecond')
    RETURNING s.told_at)
  SELECT told_at, is_claimed FROM (
    SELECT s.told_at, EXISTS (SELECT FROM claimed) AS is_claimed FROM subscription s
    WHERE s.tenant = $2 AND s.id = $3) AS turn ${WRITES_END}`;

/**
 * The target of a subscription: entities (5.8), or context source registrations (5.11). Each id belongs to one kind.
 */
type SubscriptionKind = 'entity' | 'source';

const SELECT_CHANGES = `
  SELECT id AS number, tenant, subscription_id AS id FROM subscription_change
  WHERE at > now() - $1::float8 * interval '1 millisecond' ORDER BY id`;

const UNOWE = `
  DELETE FROM outbox o WHERE ${ofSubscription('o', '$2::text')} AND o.tenant = $1 AND o.subscription_id = $2`;

const FORGET_CHANGES = `DELETE FROM subscription_change WHERE at < now() - interval '1 day'`;

/** The maximum per statement, on a cluster per node. */
const DUE_AT_ONCE = 100;

const LENGTH_OF = (row: string) => `(${row}.document->>'timeInterval')::float8 * interval '1 second'`;

/** Missed intervals are skipped. */
const NEXT = (length: string) =>
  `CASE WHEN s.next_interval_at + ${length} > now() THEN s.next_interval_at + ${length} ELSE now() + ${length} END`;

/** The statements of one kind. The kind is part of the text, so that the planner takes it into account. */
function statementsOf(kind: SubscriptionKind) {
  return {
    insert: `
      INSERT INTO subscription (tenant, id, document, names, created_at, modified_at, next_interval_at, kind, owner, via)
      VALUES ($1, $2, $3::jsonb, $4::jsonb, $5, $5,
        now() + ($3::jsonb->>'timeInterval')::float8 * interval '1 second', '${kind}', $6::jsonb, $7)
      ON CONFLICT (tenant, id) DO NOTHING
      RETURNING id`,
    update: `
      UPDATE subscription SET document = $3::jsonb, names = $4::jsonb, modified_at = $5, owner = coalesce($6::jsonb, owner)
      WHERE tenant = $1 AND id = $2
      RETURNING id`,
    updateInterval: `
      UPDATE subscription SET document = $3::jsonb, names = $4::jsonb, modified_at = $5, owner = coalesce($6::jsonb, owner),
        next_interval_at = now() + ($3::jsonb->>'timeInterval')::float8 * interval '1 second'
      WHERE tenant = $1 AND id = $2
      RETURNING id`,
    remove: `
      DELETE FROM subscription WHERE tenant = $1 AND id = $2 AND kind = '${kind}' AND serves IS NULL RETURNING id`,
    selectOne: `SELECT ${COLUMNS} FROM subscription WHERE tenant = $1 AND id = $2 AND kind = '${kind}'`,
    selectPage: `
      SELECT ${COLUMNS} FROM subscription
      WHERE tenant = $1 AND kind = '${kind}' AND ($4::jsonb IS NULL OR owner @> $4::jsonb)
      ORDER BY created_at, id LIMIT $2 OFFSET $3`,
    selectAll: `SELECT ${COLUMNS} FROM subscription WHERE kind = '${kind}' ORDER BY tenant, id`,
    count: `
      SELECT count(*) AS total FROM subscription
      WHERE tenant = $1 AND kind = '${kind}' AND ($2::jsonb IS NULL OR owner @> $2::jsonb)`,
    claimDue: `
      WITH due AS (
        SELECT tenant, id, ${LENGTH_OF('subscription')} AS length
        FROM subscription WHERE next_interval_at <= now() AND kind = '${kind}'
        ORDER BY next_interval_at LIMIT $1 FOR UPDATE SKIP LOCKED)
      UPDATE subscription s SET next_interval_at = ${NEXT('due.length')}
      FROM due WHERE s.tenant = due.tenant AND s.id = due.id
      RETURNING s.tenant, s.id`,
    due: `
      SELECT tenant, id FROM subscription WHERE next_interval_at <= now() AND kind = '${kind}'
      ORDER BY next_interval_at LIMIT ${DUE_AT_ONCE}`,
    claimDueOfTenant: `
      WITH claimed AS (
        UPDATE subscription s SET next_interval_at = ${NEXT(LENGTH_OF('s'))}
        WHERE s.tenant = $2 AND s.id = ANY ($3::text[]) AND s.next_interval_at <= now()
        RETURNING s.tenant, s.id)
      SELECT tenant, id FROM claimed ${WRITES_END}`,
    msUntilDue: `
      SELECT (extract(epoch FROM min(next_interval_at) - now()) * 1000)::float8 AS ms
      FROM subscription WHERE next_interval_at IS NOT NULL AND kind = '${kind}'`,
  };
}

interface Row {
  tenant: string;
  id: string;
  document: string;
  names: string;
  created_at: Date;
  modified_at: Date;
  times_sent: number;
  times_failed: number;
  last_notification: Date | null;
  last_success: Date | null;
  last_failure: Date | null;
  told_at: Date | null;
  owner: string | null;
  via: string | null;
  serves: string | null;
}

/** The subscriptions of one kind. */
export interface SubscriptionStore extends FollowedTable<StoredSubscription> {
  /** @throws NgsiLdError AlreadyExists */
  insert(
    tenant: string,
    id: string,
    content: SubscriptionContent,
    at: Date,
    made?: Pick<StoredSubscription, 'owner' | 'via'>,
  ): Promise<void>;
  /**
   * Writes the result of `revise`, isolated from other updates.
   *
   * @throws NgsiLdError ResourceNotFound; OperationNotSupported: it belongs to another subscription; whatever `revise`
   * throws
   */
  revise(
    tenant: string,
    id: string,
    at: Date,
    revise: (stored: StoredSubscription) => SubscriptionContent,
    owner?: SubscriptionOwner,
  ): Promise<SubscriptionContent>;
  /** @throws NgsiLdError ResourceNotFound; OperationNotSupported: it belongs to another subscription */
  remove(tenant: string, id: string): Promise<void>;
  /** In order of creation; all subscriptions, or those of one owner. */
  list(tenant: string, limit: number, offset: number, owner?: SubscriptionOwner): Promise<StoredSubscription[]>;
  count(tenant: string, owner?: SubscriptionOwner): Promise<number>;
  /** Claims the subscriptions whose time interval has ended, for the caller to notify. */
  claimDue(limit: number): Promise<{ readonly tenant: string; readonly id: string }[]>;
  /**
   * Throttling over all processes. Grants an entry whose change happened at `at` the turn to be sent, unless another
   * change of the last `throttlingMs` was notified. `lastNotifiedAt` is the time of the change notified before.
   */
  claimTurn(
    tenant: string,
    id: string,
    entryId: string,
    at: Date,
    throttlingMs: number,
  ): Promise<{ readonly isClaimed: boolean; readonly lastNotifiedAt?: Date | undefined }>;
  /** The time until the next interval ends; undefined: no subscription has one. */
  msUntilDue(): Promise<number | undefined>;
}

// Longer than 80 lines: one object with a short method for each statement; they share nothing by which to split it.
/** @param by the name of this process, whose own NOTIFYs are ignored */
export function createSubscriptionStore(
  db: Database,
  by: string,
  kind: SubscriptionKind = 'entity',
  { admission = UNLIMITED, nodes }: { readonly admission?: Admission; readonly nodes?: TenantNodes | undefined } = {},
): SubscriptionStore {
  const statements = statementsOf(kind);
  const reads = nodes?.db ?? db;
  const writerOf = async (tenant: string): Promise<Queryable> => (await nodes?.writerOf(tenant)) ?? db;
  const notifiedWrite = (name: string, text: string, values: readonly unknown[], message: string): NotifiedWrite => ({
    write: { name: `${name}-${kind}`, text, values },
    channel: SUBSCRIPTION_CHANNEL,
    message,
  });
  const message = (tenant: string, id: string) => JSON.stringify({ tenant, id, by } satisfies SubscriptionMessage);
  return {
    async insert(tenant, id, { document, names }, at, { owner, via } = {}) {
      const content = [JSON.stringify(document), JSON.stringify(names)];
      const values = [tenant, id, ...content, at, owner, via];
      const insert = async (tx: Queryable | Database) => {
        const written = notifiedWrite('insert-subscription', statements.insert, values, message(tenant, id));
        if ((await writeAndNotify(db, tx, written)) === 0)
          throw new NgsiLdError('AlreadyExists', `Subscription ${id} already exists`);
        await admission.hold(tx, tenant, 'subscriptions');
      };
      await (admission.limits(tenant, 'subscriptions') ? db.transaction(insert) : insert(db));
    },
    revise: (tenant, id, at, revise, owner) =>
      db.transaction(async (tx) => {
        const stored = await select(tx, `${statements.selectOne} FOR UPDATE`, tenant, id);
        if (stored === undefined) throw noSubscription(id);
        if (stored.serves !== undefined) throw servesAnother(id, stored.serves);
        const content = revise(stored);
        const isSame = stored.document.timeInterval === content.document.timeInterval;
        const texts = [JSON.stringify(content.document), JSON.stringify(content.names)];
        const values = [tenant, id, ...texts, at, owner];
        const [name, text] = isSame
          ? ['update-subscription', statements.update]
          : ['update-subscription-interval', statements.updateInterval];
        await writeAndNotify(db, tx, notifiedWrite(name, text, values, message(tenant, id)));
        return content;
      }),
    async remove(tenant, id) {
      const isRemoved = await db.transaction(async (tx) => {
        const removal = notifiedWrite('delete-subscription', statements.remove, [tenant, id], message(tenant, id));
        const isThere = (await writeAndNotify(db, tx, removal)) > 0;
        // What has not been delivered goes with it.
        if (isThere) await tx.query({ text: UNOWE, values: [tenant, id] });
        return isThere;
      });
      if (isRemoved) return;
      const serves = (await select(db, statements.selectOne, tenant, id))?.serves;
      throw serves === undefined ? noSubscription(id) : servesAnother(id, serves);
    },
    get: (tenant, id) => select(reads, statements.selectOne, tenant, id),
    async list(tenant, limit, offset, owner) {
      const values = [tenant, limit, offset, identity(owner)];
      const { rows } = await reads.query<Row>({
        name: `select-subscriptions-${kind}`,
        text: statements.selectPage,
        values,
      });
      return rows.map(fromRow);
    },
    async count(tenant, owner) {
      const { rows } = await reads.query<{ total: number }>({
        name: `count-subscriptions-${kind}`,
        text: statements.count,
        values: [tenant, identity(owner)],
      });
      return rows[0]?.total ?? 0;
    },
    async *all(onLate) {
      const statement = { text: statements.selectAll };
      const rows = await (nodes?.every.allRows<Row>(statement, (late) => onLate(late.map(fromRow))) ??
        db.query<Row>(statement).then(({ rows }) => rows));
      for (const row of rows) yield fromRow(row);
    },
    async changes(withinMs) {
      if (db.kind === 'pglite') return [];
      const statement = { name: 'subscription-changes', text: SELECT_CHANGES, values: [withinMs] };
      return rowsOfNodes<{ number: number; tenant: string; id: string }>(db, statement);
    },
    async forgetChanges() {
      await db.query({ text: FORGET_CHANGES });
    },
    async claimDue(limit) {
      type Due = { readonly tenant: string; readonly id: string };
      if (isByTenant(db)) {
        const due = await rowsOfNodes<Due>(db, { text: statements.due });
        const claims = [...Map.groupBy(due.slice(0, limit), ({ tenant }) => tenant)].map(async ([tenant, ofTenant]) => {
          const values = [new Date(), tenant, ofTenant.map(({ id }) => id)];
          return (await (await writerOf(tenant)).query<Due>({ text: statements.claimDueOfTenant, values })).rows;
        });
        return (await Promise.all(claims)).flat();
      }
      const statement = { name: `claim-due-${kind}`, text: statements.claimDue, values: [limit] };
      return (await db.query<Due>(statement)).rows;
    },
    async claimTurn(tenant, id, entryId, at, throttlingMs) {
      const latest = new Date(latestCredible(throttlingMs, steadyClock.now()));
      const values = [at, tenant, id, entryId, throttlingMs, latest];
      const statement = { name: 'claim-turn', text: CLAIM_TURN, values };
      const { rows } = await (await writerOf(tenant)).query<{ told_at: Date | null; is_claimed: boolean }>(statement);
      return { isClaimed: rows[0]?.is_claimed ?? false, lastNotifiedAt: rows[0]?.told_at ?? undefined };
    },
    async msUntilDue() {
      type Until = { readonly ms: number | null };
      const statement = { name: `ms-until-due-${kind}`, text: statements.msUntilDue };
      const rows = await rowsOfNodes<Until>(db, statement);
      const times = rows.flatMap(({ ms }) => ms ?? []);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    listen: (onChange) =>
      db.listen(SUBSCRIPTION_CHANNEL, (payload) => {
        const change = JSON.parse(payload) as SubscriptionMessage;
        if (change.by !== by) onChange(change.tenant, change.id);
      }),
  };
}

/** The stable part of an owner's identity: roles may change. */
function identity(owner: SubscriptionOwner | undefined): object | undefined {
  return owner && { kind: owner.kind, id: owner.id, ...(owner.issuer !== undefined && { issuer: owner.issuer }) };
}

/** @returns a ResourceNotFound error that names the subscription */
export function noSubscription(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no subscription ${id}`);
}

function servesAnother(id: string, serves: string): NgsiLdError {
  return new NgsiLdError(
    'OperationNotSupported',
    `Subscription ${id} was created for subscription ${serves} and is deleted with it`,
  );
}

async function select(
  db: Queryable,
  text: string,
  tenant: string,
  id: string,
): Promise<StoredSubscription | undefined> {
  const { rows } = await db.query<Row>({ text, values: [tenant, id] });
  return rows[0] && fromRow(rows[0]);
}

function fromRow(row: Row): StoredSubscription {
  return {
    tenant: row.tenant,
    id: row.id,
    document: JSON.parse(row.document),
    names: JSON.parse(row.names),
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    delivery: {
      timesSent: row.times_sent,
      timesFailed: row.times_failed,
      lastNotification: row.last_notification ?? undefined,
      lastSuccess: row.last_success ?? undefined,
      lastFailure: row.last_failure ?? undefined,
      lastNotifiedAt: row.told_at ?? undefined,
    },
    ...(row.owner !== null && { owner: JSON.parse(row.owner) as SubscriptionOwner }),
    ...(row.via !== null && { via: row.via }),
    ...(row.serves !== null && { serves: row.serves }),
  };
}
