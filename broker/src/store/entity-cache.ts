import type { Entity } from '../model/entity.ts';

/** An entity's row as a transaction of this process left it, or as it was read. */
export interface StoredEntity {
  readonly entity: Entity;
  readonly version: number;
}

/**
 * The entities written last, least recently used first. What it holds may be out of date: whoever decides on it lets the
 * database compare `version` before anything is answered.
 */
export class EntityCache {
  readonly #entries = new Map<string, StoredEntity>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): StoredEntity | undefined {
    const stored = this.#entries.get(key);
    if (stored === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, stored);
    return stored;
  }

  set(key: string, stored: StoredEntity): void {
    this.#entries.delete(key);
    this.#entries.set(key, stored);
    if (this.#entries.size <= this.#capacity) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
