import type { Entity } from '../model/entity.ts';
import { EntityCache } from './entity-cache.ts';

const CAPACITY = 2000;

/** From this share of pages that hold nothing new on, it pays to ask for the keys of a page first. */
const OFTEN = 0.7;
const LATEST_WEIGHT = 0.05;

export interface PageKey {
  readonly id: string;
  readonly version: number;
}

export interface PageRow extends PageKey {
  readonly document: string;
}

/**
 * The entities of the pages asked for last. Where the same are asked for again and again, as the start page of a portal
 * is, a page is answered from its keys: PostgreSQL writes no JSON and nobody parses it. A version never comes twice.
 */
export class RepeatedPages {
  readonly #cache = new EntityCache(CAPACITY);
  #shareOfKnown = 0;

  get isWorthAskingForKeys(): boolean {
    return this.#shareOfKnown > OFTEN;
  }

  /** The entities of these keys; undefined unless all are here as they are now. */
  find(tenant: string, keys: readonly PageKey[]): Entity[] | undefined {
    const entities = new Array<Entity>(keys.length);
    for (let i = 0; i < keys.length; i++) {
      const { id, version } = keys[i] as PageKey;
      const known = this.#cache.get(`${tenant}\0${id}`);
      if (known?.version !== version) return undefined;
      entities[i] = known.entity;
    }
    this.#note(true);
    return entities;
  }

  /** The entities of these rows, to be found from now on. */
  read(tenant: string, rows: readonly PageRow[]): Entity[] {
    let isKnown = true;
    const entities = rows.map(({ id, version, document }) => {
      const key = `${tenant}\0${id}`;
      const known = this.#cache.get(key);
      if (known?.version === version) return known.entity;
      isKnown = false;
      const entity: Entity = JSON.parse(document);
      this.#cache.set(key, { version, entity });
      return entity;
    });
    this.#note(isKnown);
    return entities;
  }

  #note(isKnown: boolean): void {
    this.#shareOfKnown += ((isKnown ? 1 : 0) - this.#shareOfKnown) * LATEST_WEIGHT;
  }
}
