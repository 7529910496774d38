import type { Database, Queryable } from '../database/database.ts';

/** A policy or key document, as written by `access/`. */
export interface StoredDocument {
  readonly id: string;
  readonly document: unknown;
}

export interface StoredKey extends StoredDocument {
  /** SHA-256 of the key, hexadecimal. */
  readonly hash: string;
  readonly createdAt: Date;
  readonly revokedAt?: Date;
  readonly lastUsedAt?: Date;
}

/** The members of a user-created key that this file reads. */
interface OwnKeyDocument {
  readonly owner?: { readonly subject: string; readonly issuer?: string };
  readonly organisation?: string;
}

/** Everything that access decisions depend on. */
export interface AccessSnapshot {
  readonly version: number;
  readonly policies: readonly StoredDocument[];
  readonly keys: readonly StoredKey[];
  readonly revocations: readonly { readonly subject: string; readonly before: Date }[];
  readonly limits: readonly { readonly consumer: string; readonly limits: unknown }[];
}

/** An additional action in the transaction of a change, performed if something changes. */
export type Also = (tx: Queryable) => Promise<void>;

/** The tables `access_…`: policies, keys, revocations, limits and issuers. */
export interface AccessStore {
  snapshot(): Promise<AccessSnapshot>;
  version(): Promise<number>;
  /** True if it is new. */
  savePolicy(id: string, document: object, also?: Also): Promise<boolean>;
  removePolicy(id: string, also?: Also): Promise<boolean>;
  insertKey(id: string, hash: string, document: object, also?: Also): Promise<void>;
  /**
   * Stores a key created by a user. False, without any effect, if the user or their organisation has the maximum number
   * of valid keys.
   *
   * @param document with `owner` and, if there is one, `organisation`
   */
  insertOwnKey(id: string, hash: string, document: OwnKeyDocument, most: number, also?: Also): Promise<boolean>;
  /** Stores a key with a client. False, without any effect, if the client has the maximum number of valid keys. */
  insertKeyOfClient(id: string, hash: string, document: { readonly client?: string }, most: number): Promise<boolean>;
  /** False, without any effect, if there is already a key, for example when several processes start at once. */
  insertFirstKey(id: string, hash: string, document: object): Promise<boolean>;
  updateKey(id: string, document: object, also?: Also): Promise<boolean>;
  /** False if there is no such valid key. */
  revokeKey(id: string, at: Date, also?: Also): Promise<boolean>;
  noteUses(uses: ReadonlyMap<string, Date>): Promise<void>;
  /**
   * Revokes the tokens of a subject, a client, or with `session:` and its `sid` a session. The later of two revocations
   * applies.
   */
  revokeTokens(subject: string, before: Date, also?: Also): Promise<void>;
  saveLimits(consumer: string, limits: readonly object[], also?: Also): Promise<void>;
  removeLimits(consumer: string, also?: Also): Promise<boolean>;
  jwks(issuer: string): Promise<unknown>;
  saveJwks(issuer: string, jwks: object): Promise<void>;
  /** Calls back when any process has changed something that decisions depend on. Returns a function that stops it. */
  onChange(changed: () => void): Promise<() => Promise<void>>;
}

/** The prefix for a session's `sid` in place of a subject. */
export const SESSION_PREFIX = 'session:';

const CHANNEL = 'access';
const VERSION = 'SELECT version FROM access_version';
const RAISE = `WITH raised AS (UPDATE access_version SET version = version + 1 RETURNING version)
  SELECT send_message('${CHANNEL}', '') FROM raised`;
const POLICIES = 'SELECT id, document FROM access_policy ORDER BY id';
const KEYS = 'SELECT id, hash, document, created_at, revoked_at, last_used_at FROM access_key ORDER BY created_at, id';
const REVOCATIONS = 'SELECT subject, before FROM access_revocation';
const LIMITS = 'SELECT consumer, limits FROM access_limit ORDER BY consumer';
const SAVE_POLICY = `INSERT INTO access_policy (id, document) VALUES ($1, $2)
  ON CONFLICT (id) DO UPDATE SET document = excluded.document, modified_at = now()
  RETURNING xmax = 0 AS is_new`;
const REMOVE_POLICY = 'DELETE FROM access_policy WHERE id = $1';
const INSERT_KEY = 'INSERT INTO access_key (id, hash, document) VALUES ($1, $2, $3)';
const LOCK_KEYS = 'LOCK TABLE access_key IN SHARE ROW EXCLUSIVE MODE';
const INSERT_FIRST_KEY = `INSERT INTO access_key (id, hash, document)
  SELECT $1::text, $2::text, $3::jsonb WHERE NOT EXISTS (SELECT FROM access_key)`;
const COUNT_OWN_KEYS = `SELECT count(*)::int AS count FROM access_key
  WHERE revoked_at IS NULL AND (document ->> 'expiresAt' IS NULL OR (document ->> 'expiresAt')::timestamptz > now())
    AND coalesce(document #>> '{owner,issuer}', $2::text) IS NOT DISTINCT FROM $2::text
    AND (document #>> '{owner,subject}' = $1 OR document -> 'owner' IS NOT NULL AND document ->> 'organisation' = $3::text)`;
const INSERT_KEY_OF_CLIENT = `INSERT INTO access_key (id, hash, document)
  SELECT $1::text, $2::text, $3::jsonb WHERE $4::int > (SELECT count(*) FROM access_key
    WHERE document ->> 'client' = $5 AND revoked_at IS NULL
      AND (document ->> 'expiresAt' IS NULL OR (document ->> 'expiresAt')::timestamptz > now()))`;
/** Of a client whose keys are many and short-lived. */
const FORGET_KEYS_OF_CLIENT = `DELETE FROM access_key
  WHERE document ->> 'client' = $1 AND (document ->> 'expiresAt')::timestamptz < now() - interval '1 day'`;
const UPDATE_KEY = 'UPDATE access_key SET document = $2 WHERE id = $1 AND revoked_at IS NULL';
const REVOKE_KEY = 'UPDATE access_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL';
const NOTE_USES = `UPDATE access_key k SET last_used_at = u.at
  FROM unnest($1::text[], $2::timestamptz[]) AS u(id, at)
  WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)`;
const REVOKE_TOKENS = `INSERT INTO access_revocation (subject, before) VALUES ($1, $2)
  ON CONFLICT (subject) DO UPDATE SET before = greatest(access_revocation.before, excluded.before)`;
// Session tokens expire earlier than this.
const FORGET_SESSIONS = `DELETE FROM access_revocation
  WHERE starts_with(subject, '${SESSION_PREFIX}') AND before < now() - interval '1 day'`;
const SAVE_LIMITS = `INSERT INTO access_limit (consumer, limits) VALUES ($1, $2)
  ON CONFLICT (consumer) DO UPDATE SET limits = excluded.limits`;
const REMOVE_LIMITS = 'DELETE FROM access_limit WHERE consumer = $1';
const JWKS = 'SELECT jwks FROM access_issuer WHERE issuer = $1';
const SAVE_JWKS = `INSERT INTO access_issuer (issuer, jwks) VALUES ($1, $2)
  ON CONFLICT (issuer) DO UPDATE SET jwks = excluded.jwks, fetched_at = now()`;

interface KeyRow {
  readonly id: string;
  readonly hash: string;
  readonly document: string;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

export function accessStore(db: Database): AccessStore {
  /** Every change also increments the version. */
  const change = <Row>(text: string, values: readonly unknown[], also?: Also) =>
    db.transaction(async (tx) => {
      const done = await tx.query<Row>({ text, values });
      if (done.rowCount > 0) {
        await tx.query({ text: RAISE });
        await also?.(tx);
      }
      return done;
    });
  const changes = async (text: string, values: readonly unknown[], also?: Also) =>
    (await change(text, values, also)).rowCount > 0;

  return {
    snapshot: () => db.transaction(snapshot),
    version: async () => (await db.query<{ version: number }>({ text: VERSION })).rows[0]?.version ?? 0,
    savePolicy: async (id, document, also) => {
      const { rows } = await change<{ is_new: boolean }>(SAVE_POLICY, [id, JSON.stringify(document)], also);
      return rows[0]?.is_new === true;
    },
    removePolicy: (id, also) => changes(REMOVE_POLICY, [id], also),
    insertKey: async (id, hash, document, also) =>
      void (await change(INSERT_KEY, [id, hash, JSON.stringify(document)], also)),
    insertFirstKey: (id, hash, document) =>
      db.transaction(async (tx) => {
        await tx.query({ text: LOCK_KEYS });
        const { rowCount } = await tx.query({ text: INSERT_FIRST_KEY, values: [id, hash, JSON.stringify(document)] });
        if (rowCount > 0) await tx.query({ text: RAISE });
        return rowCount > 0;
      }),
    insertOwnKey: (id, hash, document, most, also) =>
      db.transaction(async (tx) => {
        await tx.query({ text: LOCK_KEYS });
        const { owner, organisation } = document;
        const values = [owner?.subject, owner?.issuer ?? null, organisation ?? null];
        const { rows } = await tx.query<{ count: number }>({ text: COUNT_OWN_KEYS, values });
        if ((rows[0]?.count ?? 0) >= most) return false;
        await tx.query({ text: INSERT_KEY, values: [id, hash, JSON.stringify(document)] });
        await tx.query({ text: RAISE });
        await also?.(tx);
        return true;
      }),
    insertKeyOfClient: (id, hash, document, most) =>
      db.transaction(async (tx) => {
        await tx.query({ text: LOCK_KEYS });
        await tx.query({ text: FORGET_KEYS_OF_CLIENT, values: [document.client] });
        const values = [id, hash, JSON.stringify(document), most, document.client];
        const { rowCount } = await tx.query({ text: INSERT_KEY_OF_CLIENT, values });
        if (rowCount > 0) await tx.query({ text: RAISE });
        return rowCount > 0;
      }),
    updateKey: (id, document, also) => changes(UPDATE_KEY, [id, JSON.stringify(document)], also),
    revokeKey: (id, at, also) => changes(REVOKE_KEY, [id, at], also),
    noteUses: async (uses) =>
      void (await db.query({ text: NOTE_USES, values: [[...uses.keys()], [...uses.values()]] })),
    async revokeTokens(subject, before, also) {
      await change(REVOKE_TOKENS, [subject, before], also);
      if (subject.startsWith(SESSION_PREFIX)) await db.query({ text: FORGET_SESSIONS });
    },
    saveLimits: async (consumer, limits, also) =>
      void (await change(SAVE_LIMITS, [consumer, JSON.stringify(limits)], also)),
    removeLimits: (consumer, also) => changes(REMOVE_LIMITS, [consumer], also),
    async jwks(issuer) {
      const { rows } = await db.query<{ jwks: string }>({ text: JWKS, values: [issuer] });
      return rows[0] && JSON.parse(rows[0].jwks);
    },
    saveJwks: async (issuer, jwks) =>
      void (await db.query({ text: SAVE_JWKS, values: [issuer, JSON.stringify(jwks)] })),
    onChange: (changed) => db.listen(CHANNEL, changed),
  };
}

async function snapshot(tx: Queryable): Promise<AccessSnapshot> {
  // The version is read first: a concurrent change has a later one and causes another reload.
  const version = await tx.query<{ version: number }>({ text: VERSION });
  const policies = await tx.query<{ id: string; document: string }>({ text: POLICIES });
  const keys = await tx.query<KeyRow>({ text: KEYS });
  const revocations = await tx.query<{ subject: string; before: Date }>({ text: REVOCATIONS });
  const limits = await tx.query<{ consumer: string; limits: string }>({ text: LIMITS });
  return {
    version: version.rows[0]?.version ?? 0,
    policies: policies.rows.map(({ id, document }) => ({ id, document: JSON.parse(document) })),
    keys: keys.rows.map(({ id, hash, document, created_at, revoked_at, last_used_at }) => ({
      id,
      hash,
      document: JSON.parse(document),
      createdAt: created_at,
      ...(revoked_at && { revokedAt: revoked_at }),
      ...(last_used_at && { lastUsedAt: last_used_at }),
    })),
    revocations: revocations.rows,
    limits: limits.rows.map(({ consumer, limits: text }) => ({ consumer, limits: JSON.parse(text) })),
  };
}
