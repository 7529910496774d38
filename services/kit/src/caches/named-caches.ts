import { by, metric } from '../metrics/metrics.ts';
import { type CacheUse, Lru } from './lru.ts';

/** Anything that tells how full it is. */
export interface Filling {
  readonly use: CacheUse;
}

/** Whose metrics show a cache. */
export type CacheOwner = 'broker' | 'others';

/** The caches of this process by name. They go with what uses them. */
const known: { readonly [owner in CacheOwner]: Map<string, Set<WeakRef<Filling>>> } = {
  broker: new Map(),
  others: new Map(),
};

/** An LRU cache that is shown in the metrics under a name. Caches of one name are shown as one. */
export function namedCache<Value>(name: string, mostBytes: number, owner: CacheOwner = 'others'): Lru<Value> {
  const cache = new Lru<Value>(mostBytes);
  showCache(name, cache, owner);
  return cache;
}

/** Shows something else under a name, for as long as it is used. */
export function showCache(name: string, cache: Filling, owner: CacheOwner = 'others'): void {
  const same = known[owner].get(name) ?? new Set();
  same.add(new WeakRef(cache));
  known[owner].set(name, same);
}

/** How full the caches of this process are, by name. */
export function cacheUses(owner: CacheOwner): { readonly [name: string]: CacheUse } {
  const uses: { [name: string]: CacheUse } = {};
  for (const [name, same] of known[owner]) {
    const use = { entries: 0, bytes: 0, mostBytes: 0 };
    for (const reference of same) {
      const cache = reference.deref();
      if (cache === undefined) {
        same.delete(reference);
        continue;
      }
      use.entries += cache.use.entries;
      use.bytes += cache.use.bytes;
      use.mostBytes += cache.use.mostBytes;
    }
    if (same.size > 0) uses[name] = use;
  }
  return uses;
}

/** The same for `/metrics`, of agents and services. */
export function cacheMetrics(): string {
  const uses = cacheUses('others');
  const of = (member: keyof CacheUse) =>
    by('cache', Object.fromEntries(Object.entries(uses).map(([name, use]) => [name, use[member]])));
  return [
    metric('alzette_cache_entries', 'gauge', 'Cached entries of agents and services', of('entries')),
    metric('alzette_cache_bytes', 'gauge', 'Approximate size of the cache', of('bytes')),
    metric('alzette_cache_bytes_most', 'gauge', 'Maximum size of the cache', of('mostBytes')),
  ].join('');
}
