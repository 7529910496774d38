import { StoredDocument } from './stored-document.ts';

const CAPACITY = 2000;

/** From this share of pages that hold nothing new on, it pays to ask for the keys of a page first. */
const OFTEN = 0.7;
const LATEST_WEIGHT = 0.05;

interface Kept {
  readonly version: number;
  readonly document: StoredDocument;
}

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
  readonly #cache = new Map<string, Kept>();
  #shareOfKnown = 0;

  get isWorthAskingForKeys(): boolean {
    return this.#shareOfKnown > OFTEN;
  }

  /** The documents of these keys; undefined unless all are here as they are now. */
  find(tenant: string, keys: readonly PageKey[]): StoredDocument[] | undefined {
    const documents = new Array<StoredDocument>(keys.length);
    for (let i = 0; i < keys.length; i++) {
      const { id, version } = keys[i] as PageKey;
      const known = this.#cache.get(`${tenant}\0${id}`);
      if (known?.version !== version) return undefined;
      documents[i] = known.document;
    }
    this.#note(true);
    return documents;
  }

  /** The documents of these rows, to be found from now on. */
  read(tenant: string, rows: readonly PageRow[]): StoredDocument[] {
    let isKnown = true;
    const documents = rows.map(({ id, version, document: text }) => {
      const key = `${tenant}\0${id}`;
      const known = this.#cache.get(key);
      // Put last again, so that those asked for least go first.
      this.#cache.delete(key);
      if (known?.version === version) {
        this.#cache.set(key, known);
        return known.document;
      }
      isKnown = false;
      const document = new StoredDocument(text);
      this.#cache.set(key, { version, document });
      if (this.#cache.size > CAPACITY) this.#cache.delete(this.#cache.keys().next().value as string); // not empty
      return document;
    });
    this.#note(isKnown);
    return documents;
  }

  #note(isKnown: boolean): void {
    this.#shareOfKnown += ((isKnown ? 1 : 0) - this.#shareOfKnown) * LATEST_WEIGHT;
  }
}
