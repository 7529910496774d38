const LEAST_SETS = 1000;

/**
 * A Map for what comes and goes with every write: every thousand entries, a new one.
 *
 * A Map that entries are put into and taken from makes itself a new table every so often, and the old one keeps pointing to the
 * new. Once one of them is among the old objects, where nobody looks until all are collected, it keeps each table after it and
 * whatever was in those, though that was done with within milliseconds. Measured with 32 entries at a time of 0.8 KB each: of
 * 1.7 GB, 1 GB was copied and became old; this way 2 MB. Of what notifications take, twice as much became old.
 */
export class PassingMap<Key, Value> {
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
    if (++this.#sets > Math.max(LEAST_SETS, 2 * this.#map.size)) {
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

  /** In the order in which they came. What is set meanwhile may be missed. */
  values(): IterableIterator<Value> {
    return this.#map.values();
  }
}
