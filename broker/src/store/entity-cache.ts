import type { Entity } from '../model/entity.ts';

/** An entity's row as a transaction of this process left it, or as it was read. */
export interface StoredEntity {
  readonly entity: Entity;
  readonly version: number;
}

/** What an entity takes in memory beyond its JSON is about so many times that. */
const PARSED = 3;
/** An entity written again before so many other writes stays parsed. */
const SOON = 2000;

interface Kept {
  readonly version: number;
  readonly document: string;
  /** Absent until it is found to be written often. */
  readonly entity: Entity | undefined;
  /** The number of the write it was kept at. */
  readonly turn: number;
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
 * They stay the JSON that they were written as: thousands of parsed entities that are not written again soon would keep the
 * collector of garbage busy, and take the room of four times as many. Measured: parsing one of 1 KB takes 12 µs, reading
 * one from the database 60.
 */
export class EntityCache {
  readonly #entries = new Map<string, Kept>();
  readonly #keys: string[] = [];
  readonly #capacity: number;
  readonly #mostBytes: number;
  #bytes = 0;
  #turn = 0;

  /** @param capacity entities at most. @param mostBytes about, in memory: a few with long lists must not take all of it */
  constructor(capacity: number, mostBytes: number) {
    this.#capacity = capacity;
    this.#mostBytes = mostBytes;
  }

  get(key: string): StoredEntity | undefined {
    const kept = this.#entries.get(key);
    if (kept === undefined) return undefined;
    const { version, document, entity } = kept;
    return { version, entity: entity ?? (JSON.parse(document) as Entity) };
  }

  /** @param document the JSON of the entity */
  set(key: string, entity: Entity, document: string, version: number): void {
    const turn = ++this.#turn;
    const before = this.#entries.get(key);
    const isOften = before !== undefined && turn - before.turn < SOON;
    const place = before?.place ?? this.#keys.push(key) - 1;
    const kept = { version, document, entity: isOften ? entity : undefined, turn, place };
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
}

/** Bytes, about. */
function weightOf({ document, entity }: Kept): number {
  return entity === undefined ? document.length : document.length * (1 + PARSED);
}
