import type { CacheUse } from '../../collections/lru.ts';
import type { Entity } from '../../model/entity.ts';
import { EntityPacker } from './fast/packed-entity.ts';

/** An entity's row as a transaction of this process left it, or as it was read. */
export interface StoredEntity {
  readonly entity: Entity;
  readonly version: number;
}

/** What an entry takes beyond its texts, in bytes, about. */
const ENTRY = 200;

interface Kept {
  readonly id: string;
  readonly version: number;
  readonly packed: string;
  /** Of its key among all. */
  place: number;
}

/**
 * Entities written of late. What it holds may be out of date: whoever decides on it lets the database compare `version` before
 * anything is answered.
 *
 * Where there is no room for all, any of them goes, drawn by lot: devices report in turn, and if the one that was written
 * longest ago went, it would be the one that is written next.
 *
 * They are packed: thousands of entities as objects would keep the collector of garbage busy, and take the room of twenty
 * times as many.
 */
export class EntityCache {
  readonly #entries = new Map<string, Kept>();
  readonly #keys: string[] = [];
  readonly #capacity: number;
  readonly #mostBytes: number;
  #packer = new EntityPacker();
  #bytes = 0;

  /** @param capacity entities at most. @param mostBytes about, in memory: a few with long lists must not take all of it */
  constructor(capacity: number, mostBytes: number) {
    this.#capacity = capacity;
    this.#mostBytes = mostBytes;
  }

  get use(): CacheUse {
    return { entries: this.#keys.length, bytes: this.#bytes, mostBytes: this.#mostBytes };
  }

  get(key: string): StoredEntity | undefined {
    const kept = this.#entries.get(key);
    return kept && { version: kept.version, entity: this.#packer.unpack(kept.id, kept.packed) };
  }

  set(key: string, entity: Entity, version: number): void {
    if (this.#packer.isFull) this.#clear();
    const before = this.#entries.get(key);
    const place = before?.place ?? this.#keys.push(key) - 1;
    const kept = { id: entity.id, version, packed: this.#packer.pack(entity), place };
    this.#entries.set(key, kept);
    this.#bytes += weightOf(kept) - (before === undefined ? 0 : weightOf(before));
    while (this.#keys.length > this.#capacity || (this.#bytes > this.#mostBytes && this.#keys.length > 1)) {
      this.delete(this.#keys[Math.floor(Math.random() * this.#keys.length)] as string); // there is one
    }
  }

  delete(key: string): void {
    const kept = this.#entries.get(key);
    if (kept === undefined) return;
    this.#bytes -= weightOf(kept);
    this.#entries.delete(key);
    const last = this.#keys.pop() as string; // there is this one at least
    if (last === key) return;
    this.#keys[kept.place] = last;
    (this.#entries.get(last) as Kept).place = kept.place; // as each key has
  }

  #clear(): void {
    this.#entries.clear();
    this.#keys.length = 0;
    this.#bytes = 0;
    this.#packer = new EntityPacker();
  }
}

function weightOf({ id, packed }: Kept): number {
  return packed.length + 2 * id.length + ENTRY; // the id and the key
}
