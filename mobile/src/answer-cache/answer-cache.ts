/** The last known answers, in the browser's cache, for offline use. */
const CACHE = 'alzette-kept';

/** A value and the time at which it was valid, in milliseconds since 1970. */
export interface CachedAnswer<T> {
  at: number;
  value: T;
}

/** Stores a value under a name. Without storage the app works, but not offline. */
export async function cacheAnswer<T>(name: string, value: T, at = Date.now()): Promise<void> {
  if (!('caches' in globalThis)) return;
  try {
    const cache = await caches.open(CACHE);
    await cache.put(pathOf(name), Response.json({ at, value } satisfies CachedAnswer<T>));
  } catch (cause) {
    console.warn('Could not keep', name, cause);
  }
}

/** The value stored under a name; undefined: none. */
export async function cachedAnswer<T>(name: string): Promise<CachedAnswer<T> | undefined> {
  if (!('caches' in globalThis)) return undefined;
  try {
    const response = await caches.match(pathOf(name), { cacheName: CACHE });
    return (await response?.json()) as CachedAnswer<T> | undefined;
  } catch {
    return undefined; // an unreadable value counts as absent and is requested again
  }
}

const pathOf = (name: string) => `/app/kept/${name}`;
