import { sealed } from '@alzette/kit/messages';
import { rowsOfNodes, type TenantNodes } from '../../database/citus/tenant-nodes.ts';
import type { Database, Queryable, Statement } from '../../database/database.ts';
import type { OutboxEntry } from '../../entities/write-lane/write-lane.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { insertOutboxEntries } from '../../notifications/outbox/outbox.ts';
import type { FollowedTable } from '../../processes/followed-table.ts';
import { type NotifiedWrite, writeAndNotify } from '../../processes/notified-write.ts';
import { type Admission, UNLIMITED } from '../../tenants/quotas/quotas.ts';

/** NOTIFY channel for changes of the table, so that each process reloads a changed registration. */
export const REGISTRATION_CHANNEL = 'registration';

/** Request counters and times (5.2.9). */
interface ForwardRecord {
  readonly timesSent: number;
  readonly timesFailed: number;
  readonly lastSuccess?: Date;
  readonly lastFailure?: Date;
}

/** A stored registration. `registration-document.ts` describes its document. */
export interface StoredRegistration {
  readonly tenant: string;
  readonly id: string;
  readonly document: unknown;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly forwards: ForwardRecord;
}

interface RegistrationContent {
  readonly document: unknown;
  readonly expiresAt?: Date;
  /** The notifications caused by the change, written in the same transaction. */
  readonly notifications: readonly OutboxEntry[];
}

/** The outcomes of requests to one source since they were last written. */
export interface ForwardOutcomes {
  readonly tenant: string;
  readonly id: string;
  readonly sent: number;
  readonly failed: number;
  readonly lastSuccess?: Date;
  readonly lastFailure?: Date;
}

const COLUMNS = `tenant, id, document, created_at, modified_at, times_sent, times_failed, last_success, last_failure`;

const INSERT_REGISTRATION = `
  INSERT INTO registration (tenant, id, document, created_at, modified_at, expires_at)
  VALUES ($1, $2, $3::jsonb, $4, $4, $5)
  ON CONFLICT (tenant, id) DO NOTHING
  RETURNING id`;

const UPDATE_REGISTRATION = `
  UPDATE registration SET document = $3::jsonb, modified_at = $4, expires_at = $5
  WHERE tenant = $1 AND id = $2
  RETURNING id`;

const DELETE_REGISTRATION = `DELETE FROM registration WHERE tenant = $1 AND id = $2 RETURNING ${COLUMNS}`;

const DELETE_EXPIRED = `DELETE FROM registration WHERE expires_at <= now() RETURNING ${COLUMNS}`;

const NOTIFY = `SELECT send_message('${REGISTRATION_CHANNEL}', message) FROM unnest($1::text[]) AS message`;

const SELECT_REGISTRATION = `SELECT ${COLUMNS} FROM registration WHERE tenant = $1 AND id = $2`;

const SELECT_REGISTRATIONS = `SELECT ${COLUMNS} FROM registration WHERE tenant = $1 AND id = ANY($2::text[])`;

const SELECT_ALL = `SELECT ${COLUMNS} FROM registration ORDER BY tenant, id`;

const SELECT_PART = `
  SELECT ${COLUMNS} FROM registration
  WHERE (tenant, id) > ($1, $2) ORDER BY tenant, id LIMIT $3`;

const SELECT_CHANGES = `
  SELECT id AS number, tenant, registration_id AS id FROM registration_change
  WHERE at > now() - $1::float8 * interval '1 millisecond' ORDER BY id`;

/** The first key of the advisory locks on the registrations of a tenant. */
const REGISTRATION_LOCKS = 0x416c7b;
const LOCK_TENANT = `SELECT pg_advisory_xact_lock(${REGISTRATION_LOCKS}, hashtext($1))`;

// Covers more time than any of these transactions takes, and than NOTIFY messages take to arrive.
const SELECT_LATELY = `
  SELECT id AS number, registration_id AS id FROM registration_change
  WHERE tenant = $1 AND id > $2::bigint AND at > now() - interval '5 minutes'`;

const FORGET_CHANGES = `DELETE FROM registration_change WHERE at < now() - interval '1 day'`;

const RECORD_FORWARDS = `
  UPDATE registration r SET
    times_sent = r.times_sent + o.sent,
    times_failed = r.times_failed + o.failed,
    last_success = greatest(r.last_success, o.last_success),
    last_failure = greatest(r.last_failure, o.last_failure)
  FROM unnest($2::text[], $3::int[], $4::int[], $5::timestamptz[], $6::timestamptz[])
    AS o (id, sent, failed, last_success, last_failure)
  WHERE r.tenant = $1 AND r.id = o.id`;

interface Row {
  tenant: string;
  id: string;
  document: string;
  created_at: Date;
  modified_at: Date;
  times_sent: number;
  times_failed: number;
  last_success: Date | null;
  last_failure: Date | null;
}

/**
 * A check that runs in the transaction of a change, while no other process can change a registration of the tenant with
 * such a check.
 *
 * @param changed recently created or changed registrations, of which this process may not know yet
 *
 * @param gone the ids of recently deleted ones
 */
export type CheckAlone = (changed: readonly StoredRegistration[], gone: readonly string[]) => void;

type NotificationsOf = (removed: StoredRegistration) => readonly OutboxEntry[];

/** The table of registrations. */
export interface RegistrationStore extends FollowedTable<StoredRegistration> {
  /** @throws NgsiLdError AlreadyExists, QuotaReached; whatever `check` throws */
  insert(tenant: string, id: string, content: RegistrationContent, at: Date, check?: CheckAlone): Promise<void>;
  /**
   * Writes the result of `revise`, isolated from other updates.
   *
   * @throws NgsiLdError ResourceNotFound; whatever `revise` and `check` throw
   */
  revise(
    tenant: string,
    id: string,
    at: Date,
    revise: (stored: StoredRegistration) => RegistrationContent,
    check?: CheckAlone,
  ): Promise<void>;
  /**
   * @param notifications the notifications caused by the removal, written in the same transaction
   *
   * @throws NgsiLdError ResourceNotFound
   */
  remove(tenant: string, id: string, notifications: NotificationsOf): Promise<void>;
  /** Removes expired registrations and returns them. */
  removeExpired(notifications: NotificationsOf): Promise<StoredRegistration[]>;
  /** The existing registrations with these ids, in the order of the ids. */
  list(tenant: string, ids: readonly string[]): Promise<StoredRegistration[]>;
  /** Adds the outcomes of requests to the counters of existing registrations. */
  recordForwards(outcomes: readonly ForwardOutcomes[]): Promise<void>;
}

const PART = 5000;

// Longer than 80 lines: one object with a short method for each statement; they share nothing by which to split it.
/** @param by the name of this process, whose own NOTIFYs are ignored */
export function createRegistrationStore(
  db: Database,
  by: string,
  { admission = UNLIMITED, nodes }: { readonly admission?: Admission; readonly nodes?: TenantNodes | undefined } = {},
): RegistrationStore {
  const reads = nodes?.db ?? db;
  const message = (tenant: string, id: string) => JSON.stringify({ tenant, id, by });
  const notifiedWrite = (name: string, text: string, values: readonly unknown[], message: string): NotifiedWrite => ({
    write: { name, text, values },
    channel: REGISTRATION_CHANNEL,
    message,
  });
  const seen = new Map<string, number>();
  const removeAll = (statement: Statement, notifications: NotificationsOf) =>
    db.transaction(async (tx) => {
      const removed = (await tx.query<Row>(statement)).rows.map(fromRow);
      await insertOutboxEntries(tx, removed.flatMap(notifications), by);
      if (removed.length > 0) {
        const messages = removed.map(({ tenant, id }) => sealed(db, message(tenant, id), tx));
        await tx.query({ text: NOTIFY, values: [await Promise.all(messages)] });
      }
      return removed;
    });
  return {
    async insert(tenant, id, { document, expiresAt, notifications }, at, check) {
      const values = [tenant, id, JSON.stringify(document), at, expiresAt ?? null];
      const insert = async (tx: Queryable | Database) => {
        if (check !== undefined) await checkAlone(tx, tenant, seen, check);
        const insertion = notifiedWrite('insert-registration', INSERT_REGISTRATION, values, message(tenant, id));
        if ((await writeAndNotify(db, tx, insertion)) === 0) {
          throw new NgsiLdError('AlreadyExists', `Context source registration ${id} already exists`);
        }
        await insertOutboxEntries(tx, notifications, by);
        await admission.hold(tx, tenant, 'registrations');
      };
      const isOne = notifications.length === 0 && check === undefined && !admission.limits(tenant, 'registrations');
      await (isOne ? insert(db) : db.transaction(insert));
    },
    revise: (tenant, id, at, revise, check) =>
      db.transaction(async (tx) => {
        if (check !== undefined) await checkAlone(tx, tenant, seen, check);
        const stored = await select(tx, `${SELECT_REGISTRATION} FOR UPDATE`, tenant, id);
        if (stored === undefined) throw noRegistration(id);
        const { document, expiresAt, notifications } = revise(stored);
        const values = [tenant, id, JSON.stringify(document), at, expiresAt ?? null];
        await writeAndNotify(
          db,
          tx,
          notifiedWrite('update-registration', UPDATE_REGISTRATION, values, message(tenant, id)),
        );
        await insertOutboxEntries(tx, notifications, by);
      }),
    async remove(tenant, id, notifications) {
      const statement = { name: 'delete-registration', text: DELETE_REGISTRATION, values: [tenant, id] };
      if ((await removeAll(statement, notifications)).length === 0) throw noRegistration(id);
    },
    removeExpired: (notifications) =>
      removeAll({ name: 'delete-expired-registrations', text: DELETE_EXPIRED }, notifications),
    get: (tenant, id) => select(reads, SELECT_REGISTRATION, tenant, id),
    list: (tenant, ids) => selectAll(reads, tenant, ids),
    async *all(onLate) {
      if (nodes !== undefined) {
        const onRows = (late: Row[]) => onLate(late.map(fromRow));
        for (const row of await nodes.every.allRows<Row>({ text: SELECT_ALL }, onRows)) yield fromRow(row);
        return;
      }
      let last: readonly [string, string] = ['', ''];
      for (;;) {
        const { rows } = await db.query<Row>({ text: SELECT_PART, values: [...last, PART] });
        for (const row of rows) yield fromRow(row);
        const end = rows.at(-1);
        if (end === undefined || rows.length < PART) return;
        last = [end.tenant, end.id];
      }
    },
    async recordForwards(outcomes) {
      for (const [tenant, ofTenant] of Map.groupBy(outcomes, (outcome) => outcome.tenant)) {
        const values = [tenant, ...columnsOf(ofTenant)];
        await db.query({ name: 'record-forwards', text: RECORD_FORWARDS, values });
      }
    },
    async changes(withinMs) {
      if (db.kind === 'pglite') return [];
      const statement = { name: 'registration-changes', text: SELECT_CHANGES, values: [withinMs] };
      return rowsOfNodes<{ number: number; tenant: string; id: string }>(db, statement);
    },
    async forgetChanges() {
      await db.query({ text: FORGET_CHANGES });
    },
    listen: (onChange) =>
      db.listen(REGISTRATION_CHANNEL, (payload) => {
        const change = JSON.parse(payload) as { tenant: string; id: string; by: string };
        if (change.by !== by) onChange(change.tenant, change.id);
      }),
  };
}

function columnsOf(outcomes: readonly ForwardOutcomes[]): unknown[] {
  return [
    outcomes.map(({ id }) => id),
    outcomes.map(({ sent }) => sent),
    outcomes.map(({ failed }) => failed),
    outcomes.map(({ lastSuccess }) => lastSuccess ?? null),
    outcomes.map(({ lastFailure }) => lastFailure ?? null),
  ];
}

/** @param seen by tenant: the number of the last change that this process knows */
async function checkAlone(tx: Queryable, tenant: string, seen: Map<string, number>, check: CheckAlone): Promise<void> {
  await tx.query({ text: LOCK_TENANT, values: [tenant] });
  const { rows } = await tx.query<{ number: number; id: string }>({
    text: SELECT_LATELY,
    values: [tenant, seen.get(tenant) ?? 0],
  });
  for (const { number } of rows) seen.set(tenant, Math.max(number, seen.get(tenant) ?? 0));
  const ids = [...new Set(rows.map(({ id }) => id))];
  const registrations = ids.length === 0 ? [] : await selectAll(tx, tenant, ids);
  const known = new Set(registrations.map(({ id }) => id));
  check(
    registrations,
    ids.filter((id) => !known.has(id)),
  );
}

async function selectAll(db: Queryable, tenant: string, ids: readonly string[]): Promise<StoredRegistration[]> {
  const statement = { name: 'select-registrations', text: SELECT_REGISTRATIONS, values: [tenant, ids] };
  const { rows } = await db.query<Row>(statement);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [fromRow(row)];
  });
}

/** @returns a ResourceNotFound error that names the registration */
export function noRegistration(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no context source registration ${id}`);
}

async function select(
  db: Queryable,
  text: string,
  tenant: string,
  id: string,
): Promise<StoredRegistration | undefined> {
  const { rows } = await db.query<Row>({ text, values: [tenant, id] });
  return rows[0] && fromRow(rows[0]);
}

function fromRow(row: Row): StoredRegistration {
  return {
    tenant: row.tenant,
    id: row.id,
    document: JSON.parse(row.document),
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    forwards: {
      timesSent: row.times_sent,
      timesFailed: row.times_failed,
      lastSuccess: row.last_success ?? undefined,
      lastFailure: row.last_failure ?? undefined,
    },
  };
}
