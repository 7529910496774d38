import type { AttributeKind } from '../entity.ts';

/** A JSON Schema, 2020-12, or a part of one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** The definition of an attribute, from which types, schemas, contexts and forms are derived. */
export interface Attribute {
  readonly kind: AttributeKind;
  /** The schema of the value in simplified form; self-contained. */
  readonly schema: JsonSchema;
  readonly required?: boolean;
  /** UN/CEFACT common code of a number's unit. */
  readonly unit?: string;
  /** The enumerated values; `open` if others are allowed. */
  readonly values?: readonly (string | number)[];
  readonly open?: boolean;
  /** The value is a list. */
  readonly many?: boolean;
  /** Types of the objects of a Relationship. */
  readonly targets?: readonly string[];
  /** Only if it differs from the subject's IRI for the name. */
  readonly iri?: string;
  readonly description?: string;
}

/** A type of entity. */
export interface Model {
  /** Its subject, e.g. `Streetlighting`: the name of its @context. */
  readonly subject: string;
  readonly type: string;
  readonly version: string;
  /** The IRI of the type. */
  readonly iri: string;
  readonly description?: string;
  readonly attributes: { readonly [name: string]: Attribute };
}

/** Names of the attributes that an entity must have. */
export function requiredAttributes(model: Model): string[] {
  return Object.entries(model.attributes).flatMap(([name, { required }]) => (required ? [name] : []));
}
