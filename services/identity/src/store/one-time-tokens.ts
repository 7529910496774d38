import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';

export type Purpose = 'reset' | 'verify';

const INSERT = `
  INSERT INTO identity.one_time_token (hash, account, purpose, email, expires_at)
  VALUES ($1, $2, $3, $4::text, now() + make_interval(mins => $5::int))`;
const FIND = `
  SELECT account, email FROM identity.one_time_token WHERE hash = $1 AND purpose = $2 AND expires_at > now()`;
const TAKE = `
  DELETE FROM identity.one_time_token WHERE hash = $1 AND purpose = $2 AND expires_at > now() RETURNING account, email`;
const DELETE_OF = 'DELETE FROM identity.one_time_token WHERE account = $1 AND purpose = $2';
const DELETE_EXPIRED = 'DELETE FROM identity.one_time_token WHERE expires_at < now()';

interface TokenOwner {
  readonly account: string;
  /** The address that the link was sent to. */
  readonly email: string | null;
}

/**
 * Creates the token of a link; only its hash is stored. An account has one token per purpose: a new one invalidates
 * earlier ones.
 */
export async function newOneTimeToken(
  db: Queryable,
  { account, purpose, email, minutes }: { account: string; purpose: Purpose; email?: string; minutes: number },
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db.query({ text: DELETE_OF, values: [account, purpose] });
  await db.query({ text: INSERT, values: [hashed(token), account, purpose, email ?? null, minutes] });
  return token;
}

export async function findOneTimeToken(
  db: Queryable,
  token: string,
  purpose: Purpose,
): Promise<TokenOwner | undefined> {
  return (await db.query<TokenOwner>({ text: FIND, values: [hashed(token), purpose] })).rows[0];
}

/** Like `findOneTimeToken`, and deletes it. */
export async function takeOneTimeToken(
  db: Queryable,
  token: string,
  purpose: Purpose,
): Promise<TokenOwner | undefined> {
  return (await db.query<TokenOwner>({ text: TAKE, values: [hashed(token), purpose] })).rows[0];
}

export async function deleteExpiredTokens(db: Queryable): Promise<void> {
  await db.query({ text: DELETE_EXPIRED });
}

function hashed(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
