import { createHash, timingSafeEqual } from 'node:crypto';
import { RegistryError } from '../frames/registry-error.ts';

/** A stored secret, and its predecessor while that is still valid. */
export interface KeptSecret {
  readonly sha256: Buffer;
  readonly previous?: { readonly sha256: Buffer; readonly untilMs: number };
}

/** Secrets are long and random, so a fast hash is sufficient. */
export function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares in constant time. */
export function isSecret({ sha256: kept, previous }: KeptSecret, given: string): boolean {
  const hash = sha256(given);
  const isCurrent = timingSafeEqual(hash, kept);
  const isPrevious = previous !== undefined && timingSafeEqual(hash, previous.sha256) && Date.now() < previous.untilMs;
  return isCurrent || isPrevious;
}

const LONGEST_GRACE_S = 30 * 86_400;

/** Seconds for which the replaced secret stays valid; absent: not at all. @throws RegistryError WRONG_SYNTAX */
export function readGrace(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LONGEST_GRACE_S) return value;
  const got = JSON.stringify(value)?.slice(0, 100);
  throw new RegistryError('WRONG_SYNTAX', `graceS is ${got}, expected seconds up to ${LONGEST_GRACE_S}`);
}

/** Reads the columns of a row. */
export function keptSecret(hash: Uint8Array, previous: Uint8Array | null, until: Date | null): KeptSecret {
  return {
    sha256: Buffer.from(hash),
    ...(previous === null || until === null
      ? {}
      : { previous: { sha256: Buffer.from(previous), untilMs: new Date(until).getTime() } }),
  };
}

/** Encrypts texts for storage in the database; implemented by the broker. */
export interface Secrets {
  /** @param owner what the text belongs to: it can only be decrypted for the same owner */
  seal(text: string, owner: string): string;
  /** @throws Error: it was encrypted with another key or for another owner */
  open(text: string, owner: string): string;
}
