import { Problem } from '../problems/problems.ts';

/** Bounds what one address may do without an account. Kept in memory alone, and forgotten within the hour. */
export interface AddressLimit {
  /** @throws Problem 429: it has been too often within the hour */
  take(address: string): void;
}

const HOUR_MS = 60 * 60_000;
/** Beyond so many addresses the oldest hour is forgotten early, so that strangers can't fill the memory. */
const MOST_ADDRESSES = 50_000;

/** @param anHour how often an address may; a school or a company has one for all */
export function addressLimit(anHour: number): AddressLimit {
  let counts = new Map<string, number>();
  let endsAt = 0;
  return {
    take(address) {
      const now = Date.now();
      if (now >= endsAt || counts.size >= MOST_ADDRESSES) {
        counts = new Map();
        endsAt = now + HOUR_MS;
      }
      const count = (counts.get(address) ?? 0) + 1;
      counts.set(address, count);
      if (count <= anHour) return;
      const seconds = Math.ceil((endsAt - now) / 1000);
      throw new Problem(429, 'Too many requests', `At most ${anHour} of these an hour from one address`, {
        headers: { 'retry-after': String(seconds) },
      });
    },
  };
}
