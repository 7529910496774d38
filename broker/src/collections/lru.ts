/** What an entry takes beside its key and value, in bytes, about. */
const ENTRY_BYTES = 150;

/** How full a cache is. */
export interface CacheUse {
  readonly entries: number;
  /** About, in memory. */
  readonly bytes: number;
  readonly mostBytes: number;
}

/** Keeps what was used last, up to so many bytes together. */
export class Lru<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  readonly #mostBytes: number;
  #bytes = 0;
  /** The key that was used last: it is in its place, and nearly always the one that is asked for. */
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

  /** @param valueBytes of the value alone, about */
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
