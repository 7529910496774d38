import { entityOf } from '../../model/document.ts';
import type { Entity } from '../../model/entity.ts';

/** What is read of an entity: all of it, or the text of `shown-text.ts` and all of it where there is none. */
export type Wanted = 'document' | 'shown';

/** The columns of a row that hold what is wanted; `shown` may be NULL or missing, `document` where `shown` is there. */
export const WANTED_COLUMNS: { readonly [Kind in Wanted]: string } = {
  document: 'document',
  shown: 'shown, CASE WHEN shown IS NULL THEN document END AS document',
};

export interface DocumentRow {
  readonly shown?: string | null;
  readonly document: string | null;
}

/** An entity as it is stored, parsed when it is asked for. */
export class StoredDocument {
  /** The text of `shown-text.ts`. */
  readonly shown: string | undefined;
  readonly #document: string | null;
  #entity: Entity | undefined;

  constructor({ shown, document }: DocumentRow) {
    this.shown = shown ?? undefined;
    this.#document = document;
  }

  /** Where all of it is wanted, or it has no text. */
  get entity(): Entity {
    this.#entity ??= entityOf(this.#document as string);
    return this.#entity;
  }
}
