import { sealed } from '@alzette/kit/messages';
import type { Database, Queryable, Statement } from '../database/database.ts';
import type { KeyValue } from '../model/represent/key-values.ts';
import { tenantOfSpace } from '../model/snapshot-space.ts';
import type { SubscriptionOwner } from '../subscriptions/subscription.ts';
import { type Admission, UNLIMITED } from '../tenants/quotas/quotas.ts';
import type { ExecutionResultDetails, SnapshotDocument, SnapshotResult, SnapshotStatus } from './snapshot.ts';

/** NOTIFY channel for the spaces of ended snapshots. */
export const SNAPSHOT_GONE_CHANNEL = 'snapshot_gone';

/** A stored snapshot. */
export interface StoredSnapshot {
  readonly tenant: string;
  readonly id: string;
  /** The internal tenant with its data. */
  readonly space: string;
  readonly document: SnapshotDocument;
  /** Absent: access control is off. */
  readonly owner?: SubscriptionOwner;
  /** The space to copy from. */
  readonly source?: string;
  readonly status: SnapshotStatus;
  readonly queriesDetails?: readonly ExecutionResultDetails[];
  readonly temporalQueriesDetails?: readonly ExecutionResultDetails[];
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date;
}

export type NewSnapshot = Pick<
  StoredSnapshot,
  'tenant' | 'id' | 'space' | 'document' | 'owner' | 'source' | 'createdAt' | 'expiresAt'
>;

/** A notification (5.3.4) to be sent. */
export interface SnapshotNotice {
  readonly endpoint: string;
  readonly receiverInfo: readonly KeyValue[];
  readonly headers: { readonly [name: string]: string };
  readonly body: object;
}

export interface OwedNotice extends SnapshotNotice {
  readonly id: number;
  readonly space: string;
  /** Including the one in progress. */
  readonly attempts: number;
}

/** Returns the notification for a change; undefined: none is wanted. */
type NoticeOf = (snapshot: StoredSnapshot, at: Date) => SnapshotNotice | undefined;

const COLUMNS = `space, of_tenant, id, document, owner, source, status, queries_details, temporal_queries_details, created_at,
  modified_at, expires_at, last_used_at`;

const INSERT = `
  INSERT INTO snapshot (of_tenant, id, space, document, owner, source, status, created_at, modified_at, expires_at, last_used_at)
  VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6, 'preparing', $7, $7, $8, $7)
  ON CONFLICT (of_tenant, id) WHERE deleted_at IS NULL DO NOTHING`;

const IS_THERE = 'deleted_at IS NULL AND expires_at > now()';

const SELECT = `SELECT ${COLUMNS} FROM snapshot WHERE of_tenant = $1 AND id = $2 AND ${IS_THERE}`;
const SELECT_ALL = `SELECT ${COLUMNS} FROM snapshot WHERE of_tenant = $1 AND ${IS_THERE} ORDER BY id`;
const SELECT_BY_SPACE = `SELECT ${COLUMNS} FROM snapshot WHERE of_tenant = $1 AND space = $2 AND ${IS_THERE}`;
const SELECT_PREPARING = `
  SELECT ${COLUMNS} FROM snapshot WHERE status = 'preparing' AND ${IS_THERE} ORDER BY created_at`;

const UPDATE = `
  UPDATE snapshot SET document = $3::jsonb, modified_at = $4, expires_at = $5
  WHERE of_tenant = $1 AND space = $2 RETURNING ${COLUMNS}`;

const BEGIN = `
  UPDATE snapshot SET fills = fills + 1 WHERE of_tenant = $1 AND space = $2 AND status = 'preparing' AND ${IS_THERE} RETURNING fills`;

const FINISH = `
  UPDATE snapshot SET status = $3, queries_details = $4::jsonb, temporal_queries_details = $5::jsonb, modified_at = now()
  WHERE of_tenant = $1 AND space = $2 AND status = 'preparing' AND ${IS_THERE} RETURNING ${COLUMNS}`;

// It ends before its notification is sent (5.3.4).
const end = (which: string) => `
  UPDATE snapshot SET deleted_at = now(), expires_at = least(expires_at, now() - interval '1 millisecond')
  WHERE deleted_at IS NULL AND ${which}
  RETURNING ${COLUMNS}`;
const END_ONE = end('of_tenant = $1 AND id = $2 AND expires_at > now()');
const END_EXPIRED = end('expires_at <= now()');
const END_EXPIRED_OF_TENANT = end('of_tenant = $1 AND expires_at <= now()');
const END_ALL_OF_TENANT = end('of_tenant = $1');

const NOTIFY_GONE = `SELECT send_message('${SNAPSHOT_GONE_CHANNEL}', space) FROM unnest($1::text[]) AS space`;

const SELECT_ENDED = `
  SELECT space, deleted_at < now() - interval '1 minute' AS "isOld" FROM snapshot WHERE deleted_at IS NOT NULL`;

// A write in progress may arrive after the end. So the row is deleted some time later, together with data that has
// arrived by then.
const FORGET = `DELETE FROM snapshot WHERE of_tenant = $1 AND space = $2 AND deleted_at < now() - interval '1 minute'`;

const TOUCH = `
  UPDATE snapshot s SET last_used_at = greatest(s.last_used_at, u.at)
  FROM unnest($2::text[], $3::timestamptz[]) AS u (space, at) WHERE s.of_tenant = $1 AND s.space = u.space`;

const OWE = `
  INSERT INTO snapshot_notice (endpoint, receiver_info, space, headers, body)
  VALUES ($1, $2::jsonb, $3, $4::jsonb, $5::jsonb)`;

const CLAIM = `
  UPDATE snapshot_notice n SET attempts = n.attempts + 1, due_at = now() + interval '5 seconds' * 2 ^ n.attempts
  FROM (SELECT id FROM snapshot_notice WHERE due_at <= now() ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) AS due
  WHERE n.id = due.id
  RETURNING n.id, n.endpoint, n.receiver_info, n.space, n.headers, n.body, n.attempts`;

const SETTLE = 'DELETE FROM snapshot_notice WHERE id = $1';

interface Row {
  readonly space: string;
  readonly of_tenant: string;
  readonly id: string;
  readonly document: string;
  readonly owner: string | null;
  readonly source: string | null;
  readonly status: SnapshotStatus;
  readonly queries_details: string | null;
  readonly temporal_queries_details: string | null;
  readonly created_at: Date;
  readonly modified_at: Date;
  readonly expires_at: Date;
  readonly last_used_at: Date;
}

/** The table of snapshots, with pending notifications of their changes. */
export class SnapshotStore {
  readonly #db: Database;
  readonly #noticeOf: NoticeOf;
  readonly #admission: Admission;

  constructor(db: Database, noticeOf: NoticeOf, admission: Admission = UNLIMITED) {
    this.#db = db;
    this.#noticeOf = noticeOf;
    this.#admission = admission;
  }

  /** False: the tenant already has a snapshot with that id. @throws NgsiLdError QuotaReached */
  async insert({ tenant, id, space, document, owner, source, createdAt, expiresAt }: NewSnapshot): Promise<boolean> {
    await this.#db.transaction((tx) => this.#ended(tx, { text: END_EXPIRED_OF_TENANT, values: [tenant] }));
    const values = [tenant, id, space, JSON.stringify(document), owner && JSON.stringify(owner), source];
    return this.#db.transaction(async (tx) => {
      const { rowCount } = await tx.query({ text: INSERT, values: [...values, createdAt, expiresAt] });
      await this.#admission.hold(tx, tenant, 'snapshots');
      return rowCount === 1;
    });
  }

  async get(tenant: string, id: string): Promise<StoredSnapshot | undefined> {
    return (await this.#rows({ name: 'snapshot', text: SELECT, values: [tenant, id] }))[0];
  }

  async ofSpace(space: string): Promise<StoredSnapshot | undefined> {
    return (await this.#rows({ text: SELECT_BY_SPACE, values: keyOf(space) }))[0];
  }

  list(tenant: string): Promise<StoredSnapshot[]> {
    return this.#rows({ text: SELECT_ALL, values: [tenant] });
  }

  preparing(): Promise<StoredSnapshot[]> {
    return this.#rows({ name: 'preparing-snapshots', text: SELECT_PREPARING });
  }

  /**
   * Writes the result of `revise`, isolated from other updates. Undefined: there is no such snapshot.
   *
   * @throws whatever `revise` throws
   */
  revise(
    tenant: string,
    id: string,
    at: Date,
    revise: (stored: StoredSnapshot) => Pick<StoredSnapshot, 'document' | 'expiresAt'>,
  ): Promise<StoredSnapshot | undefined> {
    return this.#db.transaction(async (tx) => {
      const { rows } = await tx.query<Row>({ text: `${SELECT} FOR UPDATE`, values: [tenant, id] });
      const [row] = rows;
      if (row === undefined) return undefined;
      const stored = fromRow(row);
      const { document, expiresAt } = revise(stored);
      const values = [...keyOf(stored.space), JSON.stringify(document), at, expiresAt];
      return (await this.#changed(tx, { text: UPDATE, values }))[0];
    });
  }

  /** The number of attempts to fill it, including this one; undefined: it is not to be filled. */
  async begin(space: string): Promise<number | undefined> {
    return (await this.#db.query<{ fills: number }>({ text: BEGIN, values: keyOf(space) })).rows[0]?.fills;
  }

  /** Records the result of filling. */
  async finish(space: string, { status, queriesDetails, temporalQueriesDetails }: SnapshotResult): Promise<void> {
    const details = [queriesDetails, temporalQueriesDetails].map((list) => list && JSON.stringify(list));
    await this.#db.transaction((tx) =>
      this.#changed(tx, { text: FINISH, values: [...keyOf(space), status, ...details] }),
    );
  }

  /** Ends the snapshot, so that it no longer exists for clients. False: it did not exist. */
  async end(tenant: string, id: string): Promise<boolean> {
    const ended = await this.#db.transaction((tx) => this.#ended(tx, { text: END_ONE, values: [tenant, id] }));
    return ended.length > 0;
  }

  async endExpired(): Promise<void> {
    await this.#db.transaction((tx) => this.#ended(tx, { name: 'end-expired-snapshots', text: END_EXPIRED }));
  }

  /** The spaces of ended snapshots, and whether they ended so long ago that nobody writes there any more. */
  async ended(): Promise<readonly { readonly space: string; readonly isOld: boolean }[]> {
    return (await this.#db.query<{ space: string; isOld: boolean }>({ name: 'ended-snapshots', text: SELECT_ENDED }))
      .rows;
  }

  /** Deletes the row of a snapshot that ended long enough ago. */
  async forget(space: string): Promise<void> {
    await this.#db.query({ text: FORGET, values: keyOf(space) });
  }

  async touch(spaces: ReadonlyMap<string, Date>): Promise<void> {
    for (const [tenant, ofTenant] of Map.groupBy(spaces, ([space]) => tenantOfSpace(space))) {
      const values = [tenant, ofTenant.map(([space]) => space), ofTenant.map(([, at]) => at)];
      await this.#db.query({ name: 'touch-snapshots', text: TOUCH, values });
    }
  }

  /** Claims the next due notification. No other process gets it before the next attempt is due. */
  async claimNotice(): Promise<OwedNotice | undefined> {
    type NoticeRow = Record<'receiver_info' | 'headers' | 'body' | 'endpoint' | 'space', string>;
    const { rows } = await this.#db.query<NoticeRow & { id: number; attempts: number }>({
      name: 'claim-snapshot-notice',
      text: CLAIM,
    });
    const [row] = rows;
    if (row === undefined) return undefined;
    const { receiver_info, headers, body, ...others } = row;
    return {
      ...others,
      receiverInfo: JSON.parse(receiver_info),
      headers: JSON.parse(headers),
      body: JSON.parse(body),
    };
  }

  async settleNotice(id: number): Promise<void> {
    await this.#db.query({ text: SETTLE, values: [id] });
  }

  async #rows(statement: Statement): Promise<StoredSnapshot[]> {
    return (await this.#db.query<Row>(statement)).rows.map(fromRow);
  }

  async #ended(tx: Queryable, statement: Statement): Promise<StoredSnapshot[]> {
    const ended = await this.#changed(tx, statement);
    await notifyGone(tx, ended);
    return ended;
  }

  async #changed(tx: Queryable, statement: Statement): Promise<StoredSnapshot[]> {
    const changed = (await tx.query<Row>(statement)).rows.map(fromRow);
    const at = new Date();
    for (const snapshot of changed) {
      const notice = this.#noticeOf(snapshot, at);
      if (notice === undefined) continue;
      const { endpoint, receiverInfo, headers, body } = notice;
      const texts = [
        endpoint,
        JSON.stringify(receiverInfo),
        snapshot.space,
        JSON.stringify(headers),
        JSON.stringify(body),
      ];
      await tx.query({ text: OWE, values: texts });
    }
    return changed;
  }
}

/** Ends all snapshots of a tenant that is being emptied, without notifications. */
export async function endSnapshots(tx: Queryable, tenant: string): Promise<void> {
  await notifyGone(tx, (await tx.query<Row>({ text: END_ALL_OF_TENANT, values: [tenant] })).rows);
}

async function notifyGone(tx: Queryable, ended: readonly { readonly space: string }[]): Promise<void> {
  if (ended.length === 0) return;
  const spaces = await Promise.all(ended.map(({ space }) => sealed(tx, space)));
  await tx.query({ text: NOTIFY_GONE, values: [spaces] });
}

const keyOf = (space: string) => [tenantOfSpace(space), space];

function fromRow(row: Row): StoredSnapshot {
  return {
    tenant: row.of_tenant,
    id: row.id,
    space: row.space,
    document: JSON.parse(row.document),
    status: row.status,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    ...(row.owner !== null && { owner: JSON.parse(row.owner) }),
    ...(row.source !== null && { source: row.source }),
    ...(row.queries_details !== null && { queriesDetails: JSON.parse(row.queries_details) }),
    ...(row.temporal_queries_details !== null && { temporalQueriesDetails: JSON.parse(row.temporal_queries_details) }),
  };
}
