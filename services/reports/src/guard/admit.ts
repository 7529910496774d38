import type { Queryable } from '@alzette/kit/database';
import { networkOf } from '@alzette/kit/network';
import { refused } from '@alzette/kit/problems';
import type { Proof } from '../contract/submission.ts';
import { emailHash } from '../store/author-rows.ts';
import type { Keyed } from '../store/keyed.ts';
import { readSettings } from '../store/settings.ts';
import { checkBlocks } from './blocks.ts';
import { checkProof, newChallenge, spendProof } from './proof-of-work.ts';
import { countOne, countSoFar, limitRate } from './rates.ts';

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

/** A challenge, which is harder the more posts its network has made within the hour. Asking for it counts nothing. */
export async function challengeFor({ db, keyed }: GuardParts, tenant: string, address: string) {
  const { proofBits } = await readSettings(db, tenant);
  const spent = await countSoFar(db, tenant, spentBy(networkHash(keyed, address)));
  return newChallenge(keyed, tenant, proofBits, spent);
}

/** With the tokens of their devices, this many times as many posts may come from a network that many people share. */
const SHARED = 10;

/**
 * Checks an anonymous post against the limits before any other work.
 *
 * @throws Problem 403: blocked; 429: too often; 400: the proof is invalid
 * @returns a function that uses up the proof in the transaction of the post
 */
export async function admitStranger(
  { db, keyed }: GuardParts,
  stranger: Stranger,
): Promise<(tx: Queryable) => Promise<void>> {
  const { tenant, address, device, email, proof } = stranger;
  const { proofBits, postsPerAddressAndHour, postsPerDeviceAndHour } = await readSettings(db, tenant);
  const network = networkHash(keyed, address);
  const deviceHash = device === undefined ? undefined : keyed.hash('device', device);
  const hashes = [network, deviceHash ?? [], email === undefined ? [] : emailHash(keyed, email)].flat();
  await checkBlocks(db, tenant, hashes);
  if (proofBits > 0) {
    if (proof === undefined) throw refused('proof', undefined, 'a challenge and a nonce that solves it');
    checkProof(keyed, tenant, proof);
  }
  if (deviceHash === undefined) {
    await limitRate(db, tenant, `address:${network}`, postsPerAddressAndHour, 'posts from one network');
  } else {
    await limitRate(db, tenant, `device:${deviceHash}`, postsPerDeviceAndHour, 'posts of one device');
    await limitRate(db, tenant, `devices:${network}`, postsPerAddressAndHour * SHARED, 'posts from one network');
  }
  return async (tx) => {
    if (proofBits === 0 || proof === undefined) return;
    await spendProof(tx, proof);
    await countOne(tx, tenant, spentBy(network));
  };
}

function networkHash(keyed: Keyed, address: string): string {
  return keyed.hash('address', networkOf(address));
}

function spentBy(network: string): string {
  return `spent:${network}`;
}

const CHANGES_PER_HOUR = 20;

/**
 * A change by the secret link of a report, without a proof.
 *
 * @throws Problem 403: the network or the e-mail address is blocked; 429: the report was changed too often
 */
export async function admitAuthor(
  { db, keyed }: GuardParts,
  { tenant, address, email }: Pick<Stranger, 'tenant' | 'address' | 'email'>,
  report: string,
): Promise<void> {
  const hashes = [networkHash(keyed, address), email === undefined ? [] : emailHash(keyed, email)].flat();
  await checkBlocks(db, tenant, hashes);
  await limitRate(db, tenant, `author:${report}`, CHANGES_PER_HOUR, 'changes to one report');
}

/**
 * Photos are sent before their report and without proof of work. Their limit is that of the reports of a network that many
 * people share.
 */
export async function admitPhoto({ db, keyed }: GuardParts, tenant: string, address: string): Promise<void> {
  const { postsPerAddressAndHour } = await readSettings(db, tenant);
  const hash = networkHash(keyed, address);
  await checkBlocks(db, tenant, [hash]);
  await limitRate(db, tenant, `photo:${hash}`, postsPerAddressAndHour * SHARED, 'photos from one network');
}
