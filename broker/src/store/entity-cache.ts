import type { Entity } from '../model/entity.ts';

/** An entity's row as a transaction of this process left it, or as it was read. */
export interface StoredEntity {
  readonly entity: Entity;
  readonly version: number;
}

interface Kept {
  readonly stored: StoredEntity;
  /** Bytes, about. */
  readonly weight: number;
}

/**
 * The entities written last, least recently used first. What it holds may be out of date: whoever decides on it lets the
 * database compare `version` before anything is answered.
 */
export class EntityCache {
  readonly #entries = new Map<string, Kept>();
  readonly #capacity: number;
  readonly #mostBytes: number;
  #bytes = 0;

  /** @param capacity entities at most. @param mostBytes about, in memory: a few with long lists must not take all of it */
  constructor(capacity: number, mostBytes: number) {
    this.#capacity = capacity;
    this.#mostBytes = mostBytes;
  }

  get(key: string): StoredEntity | undefined {
    const kept = this.#entries.get(key);
    if (kept === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, kept);
    return kept.stored;
  }

  set(key: string, stored: StoredEntity): void {
    this.delete(key);
    const weight = weightOf(stored.entity);
    this.#entries.set(key, { stored, weight });
    this.#bytes += weight;
    while (this.#entries.size > this.#capacity || (this.#bytes > this.#mostBytes && this.#entries.size > 1)) {
      const [oldest] = this.#entries.keys();
      this.delete(oldest as string); // there is one
    }
  }

  delete(key: string): void {
    const kept = this.#entries.get(key);
    if (kept === undefined) return;
    this.#bytes -= kept.weight;
    this.#entries.delete(key);
  }
}

/** What a JSON value takes in memory, about: a reference for each member, and headers. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return 24 + value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let weight = 56;
  if (Array.isArray(value)) for (const item of value) weight += 8 + weightOf(item);
  else for (const name in value) weight += 8 + weightOf((value as Record<string, unknown>)[name]);
  return weight;
}
