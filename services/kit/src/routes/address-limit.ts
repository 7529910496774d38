import { namedCache } from '../caches/caches.ts';
import { Problem } from '../problems/problems.ts';

/** Bounds what one address may do without an account. Kept in memory alone, and forgotten within the hour. */
export interface AddressLimit {
  /** @throws Problem 429: it has been too often within the hour */
  take(address: string): void;
}

const HOUR_MS = 60 * 60_000;
/** Some 50,000 addresses: those that have asked for longest ago are forgotten first, so that strangers can't fill the memory. */
const KEPT_BYTES = 10 * 1024 * 1024;

/** @param anHour how often an address may; a school or a company has one for all */
export function addressLimit(anHour: number): AddressLimit {
  const counts = namedCache<number>('address_limits', KEPT_BYTES);
  let endsAt = 0;
  return {
    take(address) {
      const now = Date.now();
      if (now >= endsAt) {
        counts.clear();
        endsAt = now + HOUR_MS;
      }
      const count = (counts.get(address) ?? 0) + 1;
      counts.set(address, count, 0);
      if (count <= anHour) return;
      const seconds = Math.ceil((endsAt - now) / 1000);
      throw new Problem(429, 'Too many requests', `At most ${anHour} of these an hour from one address`, {
        headers: { 'retry-after': String(seconds) },
      });
    },
  };
}
