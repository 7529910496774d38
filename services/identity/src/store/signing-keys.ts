import type { Database } from '@alzette/kit/database';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Secrets } from './secrets.ts';

export const SIGNING_ALGORITHM = 'RS256';
export const KEYS_CHANGED = 'identity_keys';

/** A new key is published this long before it signs, so that clients with a cache have it by then. */
const PUBLISHED_BEFORE_MS = 5 * 60_000;
/** A retired key stays published this long, which is longer than the lifetime of what it signed. */
const PUBLISHED_AFTER_MS = 24 * 60 * 60_000;
const ROTATE_AFTER_MS = 90 * 24 * 60 * 60_000;

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.identity.keys', 0))`;
const SELECT_KEYS = `
  SELECT kid, private_jwk, active_from, retired_at, created_at FROM identity.signing_key
  WHERE retired_at IS NULL OR retired_at > now() ORDER BY active_from DESC`;
const RETIRE_OTHERS = `
  UPDATE identity.signing_key SET retired_at = $1 WHERE retired_at IS NULL OR retired_at > $1`;
const INSERT_KEY = `INSERT INTO identity.signing_key (kid, private_jwk, active_from) VALUES ($1, $2, $3)`;
const DELETE_RETIRED = 'DELETE FROM identity.signing_key WHERE retired_at < now()';
const NOTIFY = `SELECT send_message('${KEYS_CHANGED}', '')`;

interface KeyRow {
  readonly kid: string;
  readonly private_jwk: string;
  readonly active_from: Date;
  readonly retired_at: Date | null;
  readonly created_at: Date;
}

interface SigningKeys {
  /** Private JWKs: first the signing key, then those that are only published. */
  readonly jwks: readonly JWK[];
  /** The next time at which the order changes. */
  readonly changesAt?: Date;
}

/** The existing keys; creates the first one. */
export async function loadSigningKeys(db: Database, secrets: Secrets, at = new Date()): Promise<SigningKeys> {
  let { rows } = await db.query<KeyRow>({ text: SELECT_KEYS });
  if (rows.length === 0) {
    await db.transaction(async (tx) => {
      await tx.query({ text: LOCK });
      if ((await tx.query({ text: SELECT_KEYS })).rowCount === 0) await insertKey(tx, secrets, at);
    });
    ({ rows } = await db.query<KeyRow>({ text: SELECT_KEYS }));
  }
  const signing = rows.filter(({ active_from }) => active_from <= at);
  const pending = rows.filter(({ active_from }) => active_from > at);
  const jwks = await Promise.all(
    [...signing, ...pending].map(
      async ({ kid, private_jwk }) => JSON.parse(await secrets.open(private_jwk, kid)) as JWK,
    ),
  );
  const changesAt = pending.at(-1)?.active_from;
  return changesAt === undefined ? { jwks } : { jwks, changesAt };
}

/**
 * Creates a new key. It signs after five minutes, and the others stay published for a day. `atOnce` is for a
 * compromised key: the new one signs now and the others become invalid.
 *
 * @returns its id
 */
export async function rotateSigningKeys(db: Database, secrets: Secrets, atOnce = false): Promise<string> {
  const now = Date.now();
  const kid = await db.transaction(async (tx) => {
    await tx.query({ text: LOCK });
    const activeFrom = new Date(atOnce ? now : now + PUBLISHED_BEFORE_MS);
    await tx.query({
      text: RETIRE_OTHERS,
      values: [new Date(atOnce ? now : activeFrom.getTime() + PUBLISHED_AFTER_MS)],
    });
    return insertKey(tx, secrets, activeFrom);
  });
  await db.query({ text: NOTIFY });
  return kid;
}

/** Rotates when the newest key is 90 days old, and deletes retired keys. */
export async function keepSigningKeysFresh(db: Database, secrets: Secrets): Promise<void> {
  await db.query({ text: DELETE_RETIRED });
  const { rows } = await db.query<KeyRow>({ text: SELECT_KEYS });
  const newest = Math.max(...rows.map(({ created_at }) => created_at.getTime()));
  if (rows.length > 0 && Date.now() - newest > ROTATE_AFTER_MS) await rotateSigningKeys(db, secrets);
}

async function insertKey(tx: Pick<Database, 'query'>, secrets: Secrets, activeFrom: Date): Promise<string> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const complete = { ...jwk, kid, alg: SIGNING_ALGORITHM, use: 'sig' };
  await tx.query({ text: INSERT_KEY, values: [kid, await secrets.seal(JSON.stringify(complete), kid), activeFrom] });
  return kid;
}
