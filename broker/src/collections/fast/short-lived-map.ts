const MIN_SETS = 1000;

/**
 * A Map for entries that each request adds and removes. It replaces its inner Map regularly, because V8 replaces the
 * table of a Map on which entries are added and removed, and each replaced table keeps a reference to its successor.
 * Once one of them is among the old objects, it keeps all later tables and their entries alive until the next full
 * collection, although they lived for milliseconds.
 */
export class ShortLivedMap<Key, Value> {
  #map = new Map<Key, Value>();
  #sets = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  has(key: Key): boolean {
    return this.#map.has(key);
  }

  set(key: Key, value: Value): void {
    if (++this.#sets > Math.max(MIN_SETS, 2 * this.#map.size)) {
      this.#map = new Map(this.#map);
      this.#sets = 0;
    }
    this.#map.set(key, value);
  }

  delete(key: Key): boolean {
    return this.#map.delete(key);
  }

  keys(): IterableIterator<Key> {
    return this.#map.keys();
  }

  /** In order of insertion. Entries set during the iteration may be missing. */
  values(): IterableIterator<Value> {
    return this.#map.values();
  }
}
