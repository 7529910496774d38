/** Approximate overhead of an entry beyond its key and value, in bytes. */
const ENTRY_BYTES = 150;

/** The fill level of a cache. */
export interface CacheUse {
  readonly entries: number;
  /** Approximate size in memory. */
  readonly bytes: number;
  readonly mostBytes: number;
}

/** An LRU cache that is limited by the total size of its entries. */
export class Lru<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  readonly #mostBytes: number;
  #bytes = 0;
  /** The most recently used key. It is already in the right place, and is nearly always the next one requested. */
  #newest: string | undefined;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get use(): CacheUse {
    return { entries: this.#entries.size, bytes: this.#bytes, mostBytes: this.#mostBytes };
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (key !== this.#newest) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      this.#newest = key;
    }
    return entry.value;
  }

  /** @param valueBytes approximate size of the value alone */
  set(key: string, value: Value, valueBytes: number): void {
    this.delete(key);
    const bytes = valueBytes + 2 * key.length + ENTRY_BYTES;
    this.#entries.set(key, { value, bytes });
    this.#newest = key;
    this.#bytes += bytes;
    for (const [oldest] of this.#entries) {
      if (this.#bytes <= this.#mostBytes || oldest === key) return;
      this.delete(oldest);
    }
  }

  /** From the least to the most recently used. An entry may be deleted meanwhile. */
  *entries(): IterableIterator<readonly [key: string, value: Value]> {
    for (const [key, { value }] of this.#entries) yield [key, value];
  }

  clear(): void {
    this.#entries.clear();
    this.#newest = undefined;
    this.#bytes = 0;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
