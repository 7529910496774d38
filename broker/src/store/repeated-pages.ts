import { type DocumentRow, StoredDocument } from './stored-document.ts';

const CAPACITY = 2000;
/** Of their texts; a few long ones must not take all memory. */
const MOST_CHARACTERS = 8_000_000;

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

export type PageRow = PageKey & DocumentRow;

/**
 * The entities of the pages asked for last. Where the same are asked for again and again, as the start page of a portal
 * is, a page is answered from its keys: PostgreSQL writes no JSON and nobody parses it. A version never comes twice.
 */
export class RepeatedPages {
  readonly #cache = new Map<string, Kept>();
  #characters = 0;
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
    const documents = rows.map((row) => {
      const { id, version } = row;
      const key = `${tenant}\0${id}`;
      const known = this.#cache.get(key);
      // Put last again, so that those asked for least go first.
      this.#cache.delete(key);
      if (known?.version === version) {
        this.#cache.set(key, known);
        return known.document;
      }
      isKnown = false;
      const document = new StoredDocument(row);
      this.#cache.set(key, { version, document });
      this.#characters += document.length - (known?.document.length ?? 0);
      this.#forgetOldest();
      return document;
    });
    this.#note(isKnown);
    return documents;
  }

  #forgetOldest(): void {
    for (const [key, { document }] of this.#cache) {
      if (this.#cache.size <= CAPACITY && this.#characters <= MOST_CHARACTERS) return;
      this.#cache.delete(key);
      this.#characters -= document.length;
    }
  }

  #note(isKnown: boolean): void {
    this.#shareOfKnown += ((isKnown ? 1 : 0) - this.#shareOfKnown) * LATEST_WEIGHT;
  }
}
