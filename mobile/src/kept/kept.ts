/** The last known answers, in the browser's cache, for offline use. */
const CACHE = 'alzette-kept';

/** A value and the time at which it was valid, in milliseconds since 1970. */
export interface Kept<T> {
  at: number;
  value: T;
}

/** Stores a value under a name. Without storage the app works, but not offline. */
export async function keep<T>(name: string, value: T, at = Date.now()): Promise<void> {
  if (!('caches' in globalThis)) return;
  try {
    const cache = await caches.open(CACHE);
    await cache.put(pathOf(name), Response.json({ at, value } satisfies Kept<T>));
  } catch (cause) {
    console.warn('Could not keep', name, cause);
  }
}

export async function kept<T>(name: string): Promise<Kept<T> | undefined> {
  if (!('caches' in globalThis)) return undefined;
  try {
    const response = await caches.match(pathOf(name), { cacheName: CACHE });
    return (await response?.json()) as Kept<T> | undefined;
  } catch {
    return undefined; // an unreadable value counts as absent and is requested again
  }
}

const pathOf = (name: string) => `/app/kept/${name}`;
