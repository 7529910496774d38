import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '@alzette/kit/database';
import type { Secrets } from '@alzette/kit/service';

const OWNER = 'reports.secret-key';
const KEEP = 'INSERT INTO reports.secret_key (sealed) VALUES ($1) ON CONFLICT DO NOTHING';
const SELECT = 'SELECT sealed FROM reports.secret_key';

/** Keyed hashes (HMAC), which can't be computed or guessed without the key. */
export interface Keyed {
  /** @param purpose prevents the use of a hash for another purpose */
  hash(purpose: string, ...parts: readonly string[]): string;
  isHash(given: string, purpose: string, ...parts: readonly string[]): boolean;
}

/** The key of all processes on the database, generated at the first start. */
export async function openKeyed(db: Database, secrets: Secrets): Promise<Keyed> {
  await db.query({ text: KEEP, values: [secrets.seal(randomBytes(32).toString('base64url'), OWNER)] });
  const { rows } = await db.query<{ sealed: string }>({ text: SELECT });
  const key = Buffer.from(secrets.open(rows[0]?.sealed ?? '', OWNER), 'base64url');
  const hash = (purpose: string, ...parts: readonly string[]) =>
    createHmac('sha256', key)
      .update(JSON.stringify([purpose, ...parts]))
      .digest('base64url');
  return {
    hash,
    isHash(given, ...of) {
      const [got, expected] = [Buffer.from(given), Buffer.from(hash(...of))];
      return got.length === expected.length && timingSafeEqual(got, expected);
    },
  };
}

/** The author's secret token for a report. */
export function followToken(keyed: Keyed, tenant: string, id: string): string {
  return tokenOf(keyed, 'follow', tenant, id);
}

/** The report of a token; undefined: the token is invalid. */
export function reportOfToken(keyed: Keyed, tenant: string, token: string): string | undefined {
  return idOfToken(keyed, 'follow', tenant, token);
}

/** The secret of an uploaded photo, which only its uploader gets: with it they can put it into one report. */
export function photoToken(keyed: Keyed, tenant: string, id: string): string {
  return tokenOf(keyed, 'photo', tenant, id);
}

/** The photo of a token; undefined: the token is invalid. */
export function photoOfToken(keyed: Keyed, tenant: string, token: string): string | undefined {
  return idOfToken(keyed, 'photo', tenant, token);
}

/**
 * The topic of push messages for the author of a report. It is made from their secret token, so nobody else can follow
 * it. The app makes the same from the token.
 */
export function topicOf(keyed: Keyed, tenant: string, id: string): string {
  return `report:${createHash('sha256')
    .update(followToken(keyed, tenant, id))
    .digest('base64url')}`;
}

/** An id, and a keyed hash of it. */
function tokenOf(keyed: Keyed, purpose: string, tenant: string, id: string): string {
  return `${id}.${keyed.hash(purpose, tenant, id)}`;
}

function idOfToken(keyed: Keyed, purpose: string, tenant: string, token: string): string | undefined {
  const [id = '', hash = ''] = token.split('.');
  return keyed.isHash(hash, purpose, tenant, id) ? id : undefined;
}
