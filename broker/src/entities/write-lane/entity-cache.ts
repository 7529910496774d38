import type { CacheUse } from '@alzette/kit/caches';
import { entityOf } from '../../model/document.ts';
import type { Entity } from '../../model/entity.ts';

/** The row of an entity, as written by a transaction of this process or as read. */
export interface StoredEntity {
  readonly entity: Entity;
  readonly version: number;
}

/** Approximate overhead of an entry beyond its text, in bytes. */
const ENTRY = 300;

interface Kept {
  readonly version: number;
  /** The stored JSON. */
  readonly document: string;
  /** The index of the key in the list of all keys. */
  place: number;
}

/**
 * Caches recently written entities. An entry may be stale: the database compares `version` before a write that relies
 * on it is answered.
 *
 * A full cache evicts a random entry. Devices report in rotation, so the least recently written entity is likely to be
 * written next.
 *
 * The stored JSON is cached, not the objects: thousands of entities as objects would burden the garbage collector and
 * take twenty times the memory.
 */
export class EntityCache {
  readonly #entries = new Map<string, Kept>();
  readonly #keys: string[] = [];
  readonly #capacity: number;
  readonly #mostBytes: number;
  #bytes = 0;

  /**
   * @param capacity maximum number of entities. @param mostBytes approximate memory limit, so that a few large entities
   * don't fill the memory
   */
  constructor(capacity: number, mostBytes: number) {
    this.#capacity = capacity;
    this.#mostBytes = mostBytes;
  }

  get use(): CacheUse {
    return { entries: this.#keys.length, bytes: this.#bytes, mostBytes: this.#mostBytes };
  }

  get(key: string): StoredEntity | undefined {
    const kept = this.#entries.get(key);
    return kept && { version: kept.version, entity: entityOf(kept.document) };
  }

  set(key: string, document: string, version: number): void {
    const before = this.#entries.get(key);
    const place = before?.place ?? this.#keys.push(key) - 1;
    const kept = { version, document, place };
    this.#entries.set(key, kept);
    this.#bytes += weightOf(kept) - (before === undefined ? 0 : weightOf(before));
    while (this.#keys.length > this.#capacity || (this.#bytes > this.#mostBytes && this.#keys.length > 1)) {
      this.delete(this.#keys[Math.floor(Math.random() * this.#keys.length)] as string); // the list is not empty here
    }
  }

  delete(key: string): void {
    const kept = this.#entries.get(key);
    if (kept === undefined) return;
    this.#bytes -= weightOf(kept);
    this.#entries.delete(key);
    const last = this.#keys.pop() as string; // the list has at least this key
    if (last === key) return;
    this.#keys[kept.place] = last;
    (this.#entries.get(last) as Kept).place = kept.place; // every key has an entry
  }
}

function weightOf({ document }: Kept): number {
  return document.length + ENTRY;
}
