import { entityOf } from '../../model/document.ts';
import type { Entity } from '../../model/entity.ts';

/** What to read of an entity: the whole document, or the text of `shown-text.ts` with the document as fallback. */
export type Wanted = 'document' | 'shown';

/** The columns to select. `shown` may be NULL or missing; `document` is NULL if `shown` exists. */
export const WANTED_COLUMNS: { readonly [Kind in Wanted]: string } = {
  document: 'document',
  shown: 'shown, CASE WHEN shown IS NULL THEN document END AS document',
};

export interface DocumentRow {
  readonly shown?: string | null;
  readonly document: string | null;
}

/** An entity as stored, parsed on first access. */
export class StoredDocument {
  /** The text of `shown-text.ts`. */
  readonly shown: string | undefined;
  readonly #document: string | null;
  #entity: Entity | undefined;

  constructor({ shown, document }: DocumentRow) {
    this.shown = shown ?? undefined;
    this.#document = document;
  }

  /** Available if the document was requested, or if the entity has no text. */
  get entity(): Entity {
    this.#entity ??= entityOf(this.#document as string);
    return this.#entity;
  }
}
