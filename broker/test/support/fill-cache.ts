import assert from 'node:assert/strict';
import { type CacheUse, cacheUses } from '@alzette/kit/caches';

/**
 * Fills a cache `times` times, with something else each time, and checks that entries are evicted. Other tests of this
 * process may have caches of the same name.
 */
export async function fillCache(cache: string, times: number, set: (n: number) => unknown): Promise<void> {
  let last = 0;
  let hasEvicted = false;
  for (let n = 0; n < times; n++) {
    await set(n);
    const use = cacheUses('broker')[cache] as CacheUse;
    assert.ok(use.bytes <= use.mostBytes && use.entries > 0, `${cache}: ${JSON.stringify(use)}`);
    hasEvicted ||= use.entries <= last;
    last = use.entries;
  }
  assert.ok(hasEvicted, `nothing was evicted from ${cache}: ${JSON.stringify(cacheUses('broker')[cache])}`);
}
