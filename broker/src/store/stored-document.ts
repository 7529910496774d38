import type { Entity } from '../model/entity.ts';

/** What comes after them. Within a text its quotes would be escaped. */
const HEAD_END = ', "createdAt": ';

/** An entity as it is stored: JSON, which is parsed when it is asked for, and what was last made of it for an answer. */
export class StoredDocument {
  readonly text: string;
  #entity: Entity | undefined;
  #answer: Answer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get entity(): Entity {
    this.#entity ??= JSON.parse(this.text) as Entity;
    return this.#entity;
  }

  /** Its id, types and scopes, with no attributes. PostgreSQL writes the members of jsonb in the order of their lengths. */
  get head(): Entity {
    const end = this.text.indexOf(HEAD_END);
    if (end < 0) return this.entity;
    const head = JSON.parse(`${this.text.slice(0, end)}}`) as Pick<Entity, 'id' | 'types' | 'scopes'>;
    return { ...head, createdAt: '', modifiedAt: '', attributes: {} };
  }

  /** A text made of this one, unless it was made last for the same names and format. */
  answer(names: object, format: string, make: (text: string) => string | undefined): string | undefined {
    const last = this.#answer;
    if (last !== undefined && last.names === names && last.format === format) return last.text;
    const text = make(this.text);
    this.#answer = { names, format, text };
    return text;
  }
}

interface Answer {
  readonly names: object;
  readonly format: string;
  readonly text: string | undefined;
}
