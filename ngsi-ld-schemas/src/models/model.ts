import type { AttributeKind } from '../entity.ts';

/** A JSON Schema, 2020-12, or a part of one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** What a model says of one attribute: the one source of types, schemas, contexts and forms. */
export interface Attribute {
  readonly kind: AttributeKind;
  /** Of the value in simplified form; self-contained. */
  readonly schema: JsonSchema;
  readonly required?: boolean;
  /** UN/CEFACT common code in which a number is kept. */
  readonly unit?: string;
  /** The values named by the model; `open` when others are allowed beside them. */
  readonly values?: readonly (string | number)[];
  readonly open?: boolean;
  /** The value is a list. */
  readonly many?: boolean;
  /** Types of the entities a Relationship leads to. */
  readonly targets?: readonly string[];
  /** Where it differs from what the subject's names expand to. */
  readonly iri?: string;
  readonly description?: string;
}

/** A type of entity. */
export interface Model {
  /** The subject it belongs to, e.g. `Streetlighting`: the name of its @context. */
  readonly subject: string;
  readonly type: string;
  readonly version: string;
  /** Of the type. */
  readonly iri: string;
  readonly description?: string;
  readonly attributes: { readonly [name: string]: Attribute };
}

/** Names of the attributes that an entity must have. */
export function requiredAttributes(model: Model): string[] {
  return Object.entries(model.attributes).flatMap(([name, { required }]) => (required ? [name] : []));
}
