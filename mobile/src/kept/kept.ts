/** What was last known, kept in the browser's cache so that it can be shown without a network. */
const CACHE = 'alzette-kept';

/** A value and when it was true, in milliseconds since 1970. */
export interface Kept<T> {
  at: number;
  value: T;
}

/** Keeps a value under a name. Where there is no room or no cache, the app just isn't usable offline. */
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
    return undefined; // unreadable is as good as absent: it is asked for anew
  }
}

const pathOf = (name: string) => `/app/kept/${name}`;
