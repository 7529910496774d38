import type { Entity } from '../model/entity.ts';

/** An entity's row as a transaction of this process left it, or as it was read. */
export interface StoredEntity {
  readonly entity: Entity;
  readonly version: number;
}

/** The JSON of an entity takes about so much less memory than the entity. */
const PARSED = 3;

interface Kept {
  readonly version: number;
  readonly document: string;
  /** Absent until it is asked for. */
  entity?: Entity;
  /** Bytes, about. */
  weight: number;
}

/**
 * The entities written last, least recently used first. What it holds may be out of date: whoever decides on it lets the
 * database compare `version` before anything is answered.
 *
 * They stay the JSON that they were written as until they are asked for: thousands of entities that are not written again soon
 * would keep the collector of garbage busy.
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
    const { version, document } = kept;
    const entity = kept.entity ?? (JSON.parse(document) as Entity);
    this.#keep(key, version, document, entity);
    return { version, entity };
  }

  /** @param document the JSON of the entity */
  set(key: string, entity: Entity, document: string, version: number): void {
    const isWrittenOften = this.#entries.get(key)?.entity !== undefined;
    this.#keep(key, version, document, isWrittenOften ? entity : undefined);
  }

  #keep(key: string, version: number, document: string, entity: Entity | undefined): void {
    this.delete(key);
    const weight = entity === undefined ? document.length : document.length * (1 + PARSED);
    this.#entries.set(
      key,
      entity === undefined ? { version, document, weight } : { version, document, weight, entity },
    );
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
