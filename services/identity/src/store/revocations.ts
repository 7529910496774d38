import type { Database, Queryable } from '../database.ts';

export const REVOKED = 'identity_revoked';

const REVOKE = `
  INSERT INTO identity.revocation (subject, before) VALUES ($1, now())
  ON CONFLICT (subject) DO UPDATE SET before = excluded.before RETURNING extract(epoch FROM before)::float8 AS before`;
const NOTIFY = `SELECT pg_notify('${REVOKED}', $1)`;
const SELECT = `SELECT subject, extract(epoch FROM before)::float8 AS before FROM identity.revocation`;
const DELETE_OLD = `DELETE FROM identity.revocation WHERE before < now() - interval '1 day'`;

/** Whose access tokens are no longer good, though their signature is: known to every process at once. */
export interface Revocations {
  /** @param issuedAt `iat` of the token, seconds since 1970 */
  isRevoked(subject: string, issuedAt: number): boolean;
  close(): Promise<void>;
}

/** Makes all access tokens that a user or client holds useless. Its sessions and refresh tokens stay. */
export async function revokeTokensOf(db: Queryable, subject: string): Promise<void> {
  const { rows } = await db.query<{ before: number }>({ text: REVOKE, values: [subject] });
  await db.query({ text: NOTIFY, values: [JSON.stringify({ subject, before: rows[0]?.before })] });
}

export async function deleteOldRevocations(db: Queryable): Promise<void> {
  await db.query({ text: DELETE_OLD });
}

/** Reads what is revoked and listens for more; read anew every few seconds, should a message have been lost. */
export async function openRevocations(db: Database, everyMs = 4000): Promise<Revocations> {
  const before = new Map<string, number>();
  const load = async () => {
    const { rows } = await db.query<{ subject: string; before: number }>({ text: SELECT });
    for (const row of rows) before.set(row.subject, row.before);
  };
  const unlisten = await db.listen(REVOKED, (payload) => {
    const told = JSON.parse(payload) as { subject: string; before: number };
    before.set(told.subject, told.before);
  });
  await load();
  const timer = setInterval(() => void load().catch(() => undefined), everyMs);
  timer.unref();
  return {
    // A token has whole seconds: one of the same second may be from before.
    isRevoked: (subject, issuedAt) => issuedAt <= (before.get(subject) ?? 0),
    async close() {
      clearInterval(timer);
      await unlisten();
    },
  };
}
