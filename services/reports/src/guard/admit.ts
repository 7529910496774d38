import type { Queryable } from '@alzette/kit/database';
import { networkOf } from '@alzette/kit/network';
import { refused } from '@alzette/kit/problems';
import { emailHash } from '../store/author-rows.ts';
import type { Keyed } from '../store/keyed.ts';
import { readSettings } from '../store/settings.ts';
import { checkBlocks } from './blocks.ts';
import { newChallenge, type Proof, spendProof } from './proof-of-work.ts';
import { countOne, limitRate } from './rates.ts';

/** An anonymous sender. */
export interface Stranger {
  readonly tenant: string;
  /** IP address. */
  readonly address: string;
  readonly device?: string | undefined;
  readonly email?: string | undefined;
  readonly proof?: Proof | undefined;
}

interface GuardParts {
  readonly db: Queryable;
  readonly keyed: Keyed;
}

/** A challenge, which is harder the more often the address asks. */
export async function challengeFor({ db, keyed }: GuardParts, tenant: string, address: string) {
  const { proofBits } = await readSettings(db, tenant);
  const asked = await countOne(db, `challenge:${keyed.hash('address', networkOf(address))}`);
  return newChallenge(keyed, tenant, proofBits, asked);
}

/**
 * Checks an anonymous post against the limits before any other work.
 *
 * @throws Problem 403: blocked; 429: too often. @returns a function that uses up the proof in the transaction of the
 * post
 */
export async function admitStranger(
  { db, keyed }: GuardParts,
  stranger: Stranger,
): Promise<(tx: Queryable) => Promise<void>> {
  const { tenant, address, device, email, proof } = stranger;
  const settings = await readSettings(db, tenant);
  const addressHash = keyed.hash('address', networkOf(address));
  const deviceHash = device === undefined ? undefined : keyed.hash('device', device);
  const hashes = [addressHash, deviceHash ?? [], email === undefined ? [] : emailHash(keyed, email)].flat();
  await checkBlocks(db, tenant, hashes);
  await limitRate(db, `address:${addressHash}`, settings.postsPerAddressAndHour, 'posts from one address');
  if (deviceHash !== undefined) {
    await limitRate(db, `device:${deviceHash}`, settings.postsPerDeviceAndHour, 'posts of one device');
  }
  return async (tx) => {
    if (settings.proofBits === 0) return;
    if (proof === undefined) throw refused('proof', undefined, 'a challenge and a nonce that solves it');
    await spendProof(tx, keyed, tenant, proof);
  };
}

const PHOTOS_PER_POST = 5;

/**
 * Photos are sent before their report, without a proof: limited to the number for the reports that an address may post.
 */
export async function admitPhoto({ db, keyed }: GuardParts, tenant: string, address: string): Promise<void> {
  const { postsPerAddressAndHour } = await readSettings(db, tenant);
  const hash = keyed.hash('address', networkOf(address));
  await checkBlocks(db, tenant, [hash]);
  await limitRate(db, `photo:${hash}`, postsPerAddressAndHour * PHOTOS_PER_POST, 'photos from one address');
}
