import type { Database } from '../../database/database.ts';
import type { OutboxEntry } from '../../entities/write-lane/write-lane.ts';
import type { JsonObject } from '../../model/values.ts';
import { insertOutboxEntries } from '../../notifications/outbox/outbox.ts';
import type { RecordedNames } from '../../subscriptions/subscription-store.ts';

/** Identifies the copy of a subscription at a source. */
export interface SourceCopyKey {
  readonly tenant: string;
  readonly subscriptionId: string;
  readonly registrationId: string;
}

/** The copy of a subscription at a context source. */
export interface SourceCopy extends SourceCopyKey {
  /** The id of the copy at the source. */
  readonly remoteId: string;
  /** The document of the registration when the copy was forwarded. */
  readonly registration: unknown;
  /** The copy as the source has it; absent: not confirmed yet. */
  readonly document?: JsonObject;
  /** The last error when updating the source. */
  readonly error?: string;
  readonly failingSince?: Date;
}

/** The subscription to registrations behind a subscription to entities (5.8.1.4). */
interface ServingSubscription {
  readonly id: string;
  readonly document: JsonObject;
  readonly names: RecordedNames;
}

/** A notification received from a source, to be passed on. */
export interface ForwardedNotification {
  readonly entry: OutboxEntry;
  /** Equal for equal content; absent: unknown. */
  readonly digest?: string;
}

const COLUMNS = 'tenant, subscription_id, registration_id, remote_id, registration, document, error, failing_since';

// No effect if the subscription was deleted meanwhile.
const SERVE = `
  INSERT INTO subscription AS s (tenant, id, document, names, created_at, modified_at, kind, serves)
  SELECT $1, $3, $4::jsonb, $5::jsonb, now(), now(), 'source', id FROM subscription WHERE tenant = $1 AND id = $2
  ON CONFLICT (tenant, id) DO UPDATE SET document = excluded.document, names = excluded.names, modified_at = excluded.modified_at
  WHERE s.document IS DISTINCT FROM excluded.document OR s.names IS DISTINCT FROM excluded.names`;

// A copy that another process stored while it had this role is kept.
const INSERT_COPY = `
  INSERT INTO source_copy (tenant, subscription_id, registration_id, remote_id, registration)
  VALUES ($1, $2, $3, $4, $5::jsonb)
  ON CONFLICT (tenant, subscription_id, registration_id) DO UPDATE SET tenant = excluded.tenant
  RETURNING ${COLUMNS}`;

const CONFIRM = `
  UPDATE source_copy SET remote_id = $4, registration = $5::jsonb, document = $6::jsonb, error = NULL, failing_since = NULL
  WHERE tenant = $1 AND subscription_id = $2 AND registration_id = $3`;

const FAIL = `
  UPDATE source_copy SET error = $4, failing_since = coalesce(failing_since, now())
  WHERE tenant = $1 AND subscription_id = $2 AND registration_id = $3`;

const DELETE_COPY = `
  DELETE FROM source_copy WHERE tenant = $1 AND subscription_id = $2 AND registration_id = $3
  RETURNING NOT EXISTS (
    SELECT FROM source_copy c WHERE c.tenant = $1 AND c.subscription_id = $2 AND c.registration_id <> $3) AS "isLast"`;

const DELETE_SERVING = 'DELETE FROM subscription WHERE tenant = $1 AND serves = $2';

const SELECT_ALL = `SELECT ${COLUMNS} FROM source_copy ORDER BY tenant, subscription_id, registration_id`;
const SELECT_PAGE = `
  SELECT ${COLUMNS} FROM source_copy WHERE tenant = $1
  ORDER BY subscription_id, registration_id LIMIT $2 OFFSET $3`;
const SELECT_BY_REMOTE_ID = `SELECT ${COLUMNS} FROM source_copy WHERE remote_id = $1`;

const NOTE_PASSED = `
  INSERT INTO passed_on (tenant, subscription_id, digest)
  SELECT DISTINCT tenant, subscription_id, digest FROM unnest($1::text[], $2::text[], $3::text[]) AS o (tenant, subscription_id, digest)
  WHERE digest IS NOT NULL
  ON CONFLICT DO NOTHING RETURNING digest`;

const FORGET_PASSED = `DELETE FROM passed_on WHERE at < now() - interval '1 hour'`;

interface Row {
  tenant: string;
  subscription_id: string;
  registration_id: string;
  remote_id: string;
  registration: string;
  document: string | null;
  error: string | null;
  failing_since: Date | null;
}

/** The copies of subscriptions at context sources. */
export interface SourceCopyStore {
  /** Creates the subscription to registrations by which a subscription follows its sources. */
  serve(tenant: string, subscriptionId: string, serving: ServingSubscription): Promise<void>;
  /** Stores a copy that is about to be forwarded. Returns the stored copy. */
  insert(copy: SourceCopy): Promise<SourceCopy>;
  /** Records that the source has the copy as in `document`. */
  confirm(copy: SourceCopy): Promise<void>;
  fail(key: SourceCopyKey, error: string): Promise<void>;
  remove(key: SourceCopyKey): Promise<void>;
  all(): Promise<SourceCopy[]>;
  list(tenant: string, limit: number, offset: number): Promise<SourceCopy[]>;
  byRemoteId(remoteId: string): Promise<SourceCopy | undefined>;
  /** Writes received notifications to the outbox, except those passed on before. Returns the written entries. */
  addForwarded(forwarded: readonly ForwardedNotification[]): Promise<OutboxEntry[]>;
  forgetPassed(): Promise<void>;
}

/** @param by the name of this process, which sends the notifications it writes */
export function createSourceCopyStore(db: Database, by: string): SourceCopyStore {
  return {
    async serve(tenant, subscriptionId, { id, document, names }) {
      const values = [tenant, subscriptionId, id, JSON.stringify(document), JSON.stringify(names)];
      await db.query({ text: SERVE, values });
    },
    async insert({ tenant, subscriptionId, registrationId, remoteId, registration }) {
      const values = [tenant, subscriptionId, registrationId, remoteId, JSON.stringify(registration)];
      const { rows } = await db.query<Row>({ text: INSERT_COPY, values });
      return fromRow(rows[0] as Row); // it exists by now
    },
    async confirm({ tenant, subscriptionId, registrationId, remoteId, registration, document }) {
      const forwarded = [remoteId, JSON.stringify(registration), JSON.stringify(document)];
      await db.query({ text: CONFIRM, values: [tenant, subscriptionId, registrationId, ...forwarded] });
    },
    async fail({ tenant, subscriptionId, registrationId }, error) {
      await db.query({ text: FAIL, values: [tenant, subscriptionId, registrationId, error] });
    },
    async remove({ tenant, subscriptionId, registrationId }) {
      const values = [tenant, subscriptionId, registrationId];
      await db.transaction(async (tx) => {
        const { rows } = await tx.query<{ isLast: boolean }>({ text: DELETE_COPY, values });
        // With the last copy of a subscription goes its subscription to registrations.
        if (rows[0]?.isLast) await tx.query({ text: DELETE_SERVING, values: [tenant, subscriptionId] });
      });
    },
    async all() {
      return (await db.query<Row>({ text: SELECT_ALL })).rows.map(fromRow);
    },
    async list(tenant, limit, offset) {
      return (await db.query<Row>({ text: SELECT_PAGE, values: [tenant, limit, offset] })).rows.map(fromRow);
    },
    async byRemoteId(remoteId) {
      const statement = { name: 'source-copy-by-remote-id', text: SELECT_BY_REMOTE_ID, values: [remoteId] };
      const { rows } = await db.query<Row>(statement);
      return rows[0] && fromRow(rows[0]);
    },
    async addForwarded(forwarded) {
      const values = [
        forwarded.map(({ entry }) => entry.tenant),
        forwarded.map(({ entry }) => entry.subscriptionId),
        forwarded.map(({ digest }) => digest ?? null),
      ];
      return db.transaction(async (tx) => {
        const { rows } = await tx.query<{ digest: string }>({ name: 'note-passed', text: NOTE_PASSED, values });
        const fresh = new Set(rows.map(({ digest }) => digest));
        const added = forwarded.filter(({ digest }) => digest === undefined || fresh.has(digest));
        const entries = added.map(({ entry }) => entry);
        await insertOutboxEntries(tx, entries, by);
        return entries;
      });
    },
    async forgetPassed() {
      await db.query({ text: FORGET_PASSED });
    },
  };
}

function fromRow(row: Row): SourceCopy {
  return {
    tenant: row.tenant,
    subscriptionId: row.subscription_id,
    registrationId: row.registration_id,
    remoteId: row.remote_id,
    registration: JSON.parse(row.registration),
    ...(row.document !== null && { document: JSON.parse(row.document) as JsonObject }), // written only by this broker
    ...(row.error !== null && { error: row.error }),
    ...(row.failing_since !== null && { failingSince: row.failing_since }),
  };
}
