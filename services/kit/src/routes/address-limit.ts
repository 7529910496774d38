import { namedCache } from '../caches/caches.ts';
import { Problem } from '../problems/problems.ts';

/** Limits the requests of one address without an account. Addresses are only in memory, for at most an hour. */
export interface AddressLimit {
  /** @throws Problem 429: too many requests within the hour */
  take(address: string): void;
}

const HOUR_MS = 60 * 60_000;
/** About 50,000 addresses. The least recent ones are evicted, so that requests can't fill the memory. */
const KEPT_BYTES = 10 * 1024 * 1024;

/** @param anHour the limit per hour of an address, which a whole school or company may share */
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
      throw new Problem(429, 'Too many requests', `At most ${anHour} of these requests per hour and address`, {
        headers: { 'retry-after': String(seconds) },
      });
    },
  };
}
