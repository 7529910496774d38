import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import { refused } from '@alzette/kit/problems';
import type { Challenge } from '../contract/citizen.ts';
import type { Proof } from '../contract/submission.ts';
import type { Keyed } from '../store/keyed.ts';

/*
 * A post requires some computing by the sender, which is unnoticeable for one report and expensive for a flood
 * (hashcash, by Adam Back). It needs no external captcha service.
 */

const LIVES_MS = 10 * 60_000;
/** What an administrator may set at most. */
const MOST_BITS = 20;
/**
 * What a phone that is four times slower than a computer finds in about a second, and in 93 of 100 cases within three
 * (17 µs a hash). A network that many share must not be kept out.
 */
const MOST_BITS_BY_ITSELF = 16;
const SPEND = `INSERT INTO reports.spent_proof (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING digest`;
const FORGET = 'DELETE FROM reports.spent_proof WHERE expires_at < now()';

/** @param spent proofs of the network within the hour; each doubling costs one more bit, up to `MOST_BITS_BY_ITSELF` */
export function newChallenge(
  keyed: Keyed,
  tenant: string,
  firstBits: number,
  spent: number,
  now = Date.now(),
): Challenge {
  const bits = bitsOf(firstBits, spent);
  const expires = now + LIVES_MS;
  const body = [bits, expires, randomBytes(12).toString('base64url')].join('.');
  return {
    challenge: `${body}.${keyed.hash('challenge', tenant, body)}`,
    bits,
    expiresAt: new Date(expires).toISOString(),
  };
}

function bitsOf(firstBits: number, spent: number): number {
  if (firstBits === 0) return 0;
  const harder = firstBits + Math.floor(Math.log2(Math.max(spent, 1)));
  return Math.min(Math.max(firstBits, Math.min(harder, MOST_BITS_BY_ITSELF)), MOST_BITS);
}

/** @throws Problem 400: an invalid proof */
export function checkProof(keyed: Keyed, tenant: string, { challenge, nonce }: Proof, now = Date.now()): void {
  const [bits = '', expires = '', random = '', hash = ''] = challenge.split('.');
  const body = [bits, expires, random].join('.');
  if (!keyed.isHash(hash, 'challenge', tenant, body))
    throw refused('proof.challenge', challenge, 'a challenge issued by this server');
  if (Number(expires) < now) throw refused('proof.challenge', challenge, 'one that has not expired; request another');
  const digest = createHash('sha256').update(`${challenge}:${nonce}`).digest();
  if (leadingZeros(digest) < Number(bits)) {
    throw refused('proof.nonce', nonce, `one whose SHA-256 begins with ${bits} zero bits`);
  }
}

/**
 * Uses up a proof that was checked. @param tx the transaction of the post. @throws Problem 409: it was used
 */
export async function spendProof(tx: Queryable, { challenge }: Proof): Promise<void> {
  const spent = createHash('sha256').update(challenge).digest('base64url');
  const [, expires] = challenge.split('.');
  const { rows } = await tx.query({ text: SPEND, values: [spent, new Date(Number(expires))] });
  if (rows.length === 0) throw refused('proof.challenge', challenge, 'one that was not used yet', 409);
}

export async function forgetProofs(db: Queryable): Promise<number> {
  return (await db.query({ text: FORGET })).rowCount;
}

function leadingZeros(bytes: Buffer): number {
  let bits = 0;
  for (const byte of bytes) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
