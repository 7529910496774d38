import { by, metric } from '../metrics/metrics.ts';
import { type CacheUse, Lru } from './lru.ts';

/** Anything with a fill level. */
export interface Filling {
  readonly use: CacheUse;
}

/** Whose metrics include a cache. */
export type CacheOwner = 'broker' | 'others';

/** The caches of this process by name. Weak references, so that unused ones are freed. */
const known: { readonly [owner in CacheOwner]: Map<string, Set<WeakRef<Filling>>> } = {
  broker: new Map(),
  others: new Map(),
};

/** An LRU cache that is shown in the metrics under a name. Caches of the same name are added up. */
export function namedCache<Value>(name: string, mostBytes: number, owner: CacheOwner = 'others'): Lru<Value> {
  const cache = new Lru<Value>(mostBytes);
  showCache(name, cache, owner);
  return cache;
}

/** Shows another kind of cache under a name, until it is freed. */
export function showCache(name: string, cache: Filling, owner: CacheOwner = 'others'): void {
  const same = known[owner].get(name) ?? new Set();
  same.add(new WeakRef(cache));
  known[owner].set(name, same);
}

/** The fill levels of the caches of this process, by name. */
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

/** The fill levels of agents and services as text for `/metrics`. */
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
