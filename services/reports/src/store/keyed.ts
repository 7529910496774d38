import { createHash } from 'node:crypto';
import type { Database } from '@alzette/kit/database';
import { idOfToken, type Keyed, keyedHashes, openSealedKey, tokenOf } from '@alzette/kit/sealed-key';
import type { Secrets } from '@alzette/kit/service';

export type { Keyed } from '@alzette/kit/sealed-key';

/** The key of all processes on the database, generated at the first start. */
export async function openKeyed(db: Database, secrets: Secrets): Promise<Keyed> {
  return keyedHashes(await openSealedKey(db, secrets, 'reports.secret_key', 'reports.secret-key'));
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
