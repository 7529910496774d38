import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from '@alzette/kit/database';
import { openSealedKey } from '@alzette/kit/sealed-key';
import type { Secrets } from '@alzette/kit/service';

/** Expiry times are rounded, so that links stay equal for a while and browsers can use their cache. */
const ROUND_S = 300;

/** The key of all processes on the database, generated at the first start. */
export function openLinkKey(db: Database, secrets: Secrets): Promise<Buffer> {
  return openSealedKey(db, secrets, 'files.link_key', 'files.link-key');
}

/** The query of a link that opens a private file for some seconds. */
export function signedQuery(key: Buffer, tenant: string, id: string, seconds: number, now = Date.now()): string {
  const expires = Math.ceil((now / 1000 + seconds) / ROUND_S) * ROUND_S;
  return `expires=${expires}&signature=${signatureOf(key, tenant, id, expires)}`;
}

export function opens(
  key: Buffer,
  tenant: string,
  id: string,
  given: { readonly expires?: number | undefined; readonly signature?: string | undefined },
  now = Date.now(),
): boolean {
  const { expires, signature } = given;
  if (expires === undefined || signature === undefined || expires * 1000 < now) return false;
  const expected = Buffer.from(signatureOf(key, tenant, id, expires));
  const got = Buffer.from(signature);
  return got.length === expected.length && timingSafeEqual(got, expected);
}

function signatureOf(key: Buffer, tenant: string, id: string, expires: number): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([tenant, id, expires]))
    .digest('base64url');
}
