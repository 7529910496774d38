import { type CacheOwner, namedCache } from './named-caches.ts';
import { weightOf } from './weight.ts';

const MAX_BYTES = 16 * 1024 * 1024;
/** The size of a promise that is not fulfilled yet. */
const OPEN_BYTES = 200;

interface Kept<Value> {
  readonly value: Promise<Value>;
  readonly until: number;
}

/**
 * Caches values by key, as many as fit into `mostBytes` (16 MiB). Concurrent calls for a key share one read; a failed
 * read is not cached.
 *
 * @param name shown in the metrics
 */
export function remembered<Value>(
  name: string,
  read: (key: string) => Promise<Value>,
  {
    forMs,
    mostBytes = MAX_BYTES,
    owner,
  }: { readonly forMs: number; readonly mostBytes?: number; readonly owner?: CacheOwner },
): (key: string) => Promise<Value> {
  const kept = namedCache<Kept<Value>>(name, mostBytes, owner);
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined && known.until > Date.now()) return known.value;
    const entry = { value: read(key), until: Date.now() + forMs };
    kept.set(key, entry, OPEN_BYTES);
    entry.value.then(
      (value) => {
        if (kept.get(key) === entry) kept.set(key, entry, weightOf(value));
      },
      () => {
        if (kept.get(key) === entry) kept.delete(key);
      },
    );
    return entry.value;
  };
}
