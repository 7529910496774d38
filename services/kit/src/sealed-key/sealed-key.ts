import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Queryable } from '../database/database.ts';

interface Sealing {
  seal(text: string, owner: string): string;
  open(sealed: string, owner: string): string;
}

/** Keyed hashes (HMAC), which can't be computed or guessed without the key. */
export interface Keyed {
  /** @param purpose prevents the use of a hash for another purpose */
  hash(purpose: string, ...parts: readonly string[]): string;
  isHash(given: string, purpose: string, ...parts: readonly string[]): boolean;
}

/**
 * The key of all processes on the database, generated at the first start and stored encrypted.
 *
 * @param table of one row: `single boolean PRIMARY KEY DEFAULT true CHECK (single), sealed text NOT NULL`
 * @param owner of the encrypted text
 */
export async function openSealedKey(db: Queryable, secrets: Sealing, table: string, owner: string): Promise<Buffer> {
  const fresh = secrets.seal(randomBytes(32).toString('base64url'), owner);
  await db.query({ text: `INSERT INTO ${table} (sealed) VALUES ($1) ON CONFLICT DO NOTHING`, values: [fresh] });
  const { rows } = await db.query<{ sealed: string }>({ text: `SELECT sealed FROM ${table}` });
  return Buffer.from(secrets.open(rows[0]?.sealed ?? '', owner), 'base64url');
}

export function keyedHashes(key: Buffer): Keyed {
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

/** A secret token for the object with this id: the id, and a keyed hash of it. */
export function tokenOf(keyed: Keyed, purpose: string, tenant: string, id: string): string {
  return `${id}.${keyed.hash(purpose, tenant, id)}`;
}

/** The id in a token; undefined: the token is invalid. */
export function idOfToken(keyed: Keyed, purpose: string, tenant: string, token: string): string | undefined {
  const [id = '', hash = ''] = token.split('.');
  return keyed.isHash(hash, purpose, tenant, id) ? id : undefined;
}
