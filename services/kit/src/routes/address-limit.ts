import { namedCache } from '../caches/caches.ts';
import { networkOf } from '../network/network.ts';
import { Problem } from '../problems/problems.ts';

/** Limits the requests of one network without an account. Networks are only in memory, for at most an hour. */
export interface AddressLimit {
  /** @param address of the sender. @throws Problem 429: too many requests of its network within the hour */
  take(address: string): void;
}

const HOUR_MS = 60 * 60_000;
/** About 50,000 networks. The least recent ones are evicted, so that requests can't fill the memory. */
const KEPT_BYTES = 10 * 1024 * 1024;

/** @param anHour the limit per hour of a network, which a whole school or company may share */
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
      const network = networkOf(address);
      const count = (counts.get(network) ?? 0) + 1;
      counts.set(network, count, 0);
      if (count <= anHour) return;
      const seconds = Math.ceil((endsAt - now) / 1000);
      throw new Problem(429, 'Too many requests', `At most ${anHour} of these requests per hour and network`, {
        headers: { 'retry-after': String(seconds) },
      });
    },
  };
}
