import { createHash } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Secrets } from './secrets.ts';

const UPSERT = `
  INSERT INTO identity.record (model, id, payload, grant_id, user_code, uid, account, client, expires_at)
  VALUES ($1, $2, $3, $4::text, $5::text, $6::text, $7::text, $8::text, now() + make_interval(secs => $9::float8))
  ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
    user_code = excluded.user_code, uid = excluded.uid, account = excluded.account, client = excluded.client,
    expires_at = excluded.expires_at`;
const COLUMNS = 'id, payload, extract(epoch FROM consumed_at)::float8 AS consumed';
const ALIVE = '(expires_at IS NULL OR expires_at > now())';
const FIND = `SELECT ${COLUMNS} FROM identity.record WHERE model = $1 AND id = $2 AND ${ALIVE}`;
const FIND_BY_UID = `SELECT ${COLUMNS} FROM identity.record WHERE model = $1 AND uid = $2 AND ${ALIVE}`;
const FIND_BY_USER_CODE = `SELECT ${COLUMNS} FROM identity.record WHERE model = $1 AND user_code = $2 AND ${ALIVE}`;
const CONSUME = 'UPDATE identity.record SET consumed_at = now() WHERE model = $1 AND id = $2 AND consumed_at IS NULL';
const GRANT_OF = 'SELECT grant_id FROM identity.record WHERE model = $1 AND id = $2';
const DESTROY = 'DELETE FROM identity.record WHERE model = $1 AND id = $2';
const DELETE_BY_UID = `DELETE FROM identity.record WHERE model = 'Session' AND uid = $1`;
const REVOKE_GRANT = 'DELETE FROM identity.record WHERE grant_id = $1';
const DELETE_EXPIRED = 'DELETE FROM identity.record WHERE expires_at < now()';
const DELETE_OF_ACCOUNT = `DELETE FROM identity.record WHERE account = $1 AND model <> 'Interaction'`;
const SELECT_SESSIONS = `
  SELECT id, payload, created_at FROM identity.record WHERE model = 'Session' AND account = $1 AND ${ALIVE} ORDER BY created_at`;
const DELETE_SESSION = `
  DELETE FROM identity.record WHERE model = 'Session' AND account = $1 AND id = $2 RETURNING payload`;

interface RecordRow {
  readonly id: string;
  readonly payload: string;
  readonly consumed: number | null;
}

/** Of a session, or of a code or token: whose it is, in which session, and which client's. */
export interface OfSession {
  readonly sessionUid?: string | undefined;
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
}

/**
 * The provider's adapter to PostgreSQL for one of its models. An id is often the token itself, so only its hash is
 * stored, and the payload, which contains it, is sealed.
 *
 * @param onReuse called with a code or a refresh token that was used twice at once
 */
export function recordAdapter(
  db: Queryable,
  secrets: Secrets,
  model: string,
  onReuse: (used: OfSession) => Promise<void>,
): Adapter {
  const read = async (text: string, value: string): Promise<AdapterPayload | undefined> => {
    const { rows } = await db.query<RecordRow>({ name: `identity-${nameOf(text)}`, text, values: [model, value] });
    const row = rows[0];
    if (row === undefined) return undefined;
    const payload = JSON.parse(await secrets.open(row.payload, `${model}:${row.id}`)) as AdapterPayload;
    return row.consumed === null ? payload : { ...payload, consumed: Math.floor(row.consumed) };
  };
  return {
    async upsert(id, payload, expiresIn) {
      const hash = hashed(id);
      const { grantId, userCode, uid, accountId, clientId } = payload;
      const session = (payload as { session?: { accountId?: string } }).session;
      await db.query({
        text: UPSERT,
        values: [
          model,
          hash,
          await secrets.seal(JSON.stringify(payload), `${model}:${hash}`),
          grantId ?? null,
          userCode === undefined ? null : hashed(userCode),
          uid ?? null,
          accountId ?? session?.accountId ?? null,
          clientId ?? null,
          expiresIn ?? null,
        ],
      });
    },
    find: (id) => read(FIND, hashed(id)),
    findByUid: (uid) => read(FIND_BY_UID, uid),
    findByUserCode: (code) => read(FIND_BY_USER_CODE, hashed(code)),
    // The provider checks for earlier use. Of two concurrent uses, the second is detected here.
    async consume(id) {
      const values = [model, hashed(id)];
      if ((await db.query({ text: CONSUME, values })).rowCount === 1) return;
      const used = await read(FIND, hashed(id));
      const grant = (await db.query<{ grant_id: string | null }>({ text: GRANT_OF, values })).rows[0]?.grant_id;
      if (grant != null) {
        await db.query({ text: REVOKE_GRANT, values: [grant] });
        // Without the grant, the refresh token issued to the first use is worthless.
        await db.query({ text: DESTROY, values: ['Grant', hashed(grant)] });
      }
      if (used !== undefined) await onReuse(used);
      throw new errors.InvalidGrant('already used');
    },
    async destroy(id) {
      await db.query({ text: DESTROY, values: [model, hashed(id)] });
    },
    async revokeByGrantId(grantId) {
      await db.query({ text: REVOKE_GRANT, values: [grantId] });
    },
  };
}

export async function deleteExpiredRecords(db: Queryable): Promise<number> {
  return (await db.query({ text: DELETE_EXPIRED })).rowCount;
}

/** Ends every session of an account and deletes everything issued to it. */
export async function deleteRecordsOf(db: Queryable, account: string): Promise<void> {
  await db.query({ text: DELETE_OF_ACCOUNT, values: [account] });
}

/** Ends a session, so that its user signs in again. */
export async function deleteSession(db: Queryable, uid: string): Promise<void> {
  await db.query({ text: DELETE_BY_UID, values: [uid] });
}

export interface SessionSummary {
  /** Identifies the session, but can't be used to sign in. */
  readonly id: string;
  readonly uid: string;
  readonly signedInAt: Date;
  readonly clients: readonly string[];
}

export async function sessionsOf(db: Queryable, secrets: Secrets, account: string): Promise<SessionSummary[]> {
  const { rows } = await db.query<{ id: string; payload: string; created_at: Date }>({
    text: SELECT_SESSIONS,
    values: [account],
  });
  return Promise.all(
    rows.map(async ({ id, payload, created_at }) => {
      const session = JSON.parse(await secrets.open(payload, `Session:${id}`)) as SessionPayload;
      return { id, uid: session.uid, signedInAt: created_at, clients: Object.keys(session.authorizations ?? {}) };
    }),
  );
}

/** Ends a session, deletes what was issued in it, and returns its uid. Undefined if the account has no such session. */
export async function endSession(
  db: Queryable,
  secrets: Secrets,
  account: string,
  id: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ payload: string }>({ text: DELETE_SESSION, values: [account, id] });
  const row = rows[0];
  if (row === undefined) return undefined;
  const session = JSON.parse(await secrets.open(row.payload, `Session:${id}`)) as SessionPayload;
  for (const { grantId } of Object.values(session.authorizations ?? {})) {
    if (grantId !== undefined) await db.query({ text: REVOKE_GRANT, values: [grantId] });
  }
  return session.uid;
}

interface SessionPayload {
  readonly uid: string;
  readonly authorizations?: { readonly [client: string]: { readonly grantId?: string } };
}

function hashed(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

function nameOf(text: string): string {
  return text === FIND ? 'find' : text === FIND_BY_UID ? 'find-by-uid' : 'find-by-user-code';
}
