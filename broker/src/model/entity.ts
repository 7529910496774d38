/** The eight kinds of attribute (4.5.2, 4.5.18 to 4.5.24). */
export const ATTRIBUTE_KINDS = [
  'Property',
  'GeoProperty',
  'Relationship',
  'LanguageProperty',
  'VocabProperty',
  'JsonProperty',
  'ListProperty',
  'ListRelationship',
] as const;

export type AttributeKind = (typeof ATTRIBUTE_KINDS)[number];

/**
 * One instance of an Attribute as it is stored: names are IRIs, and whatever the kind calls its primary member
 * (`value`, `object`, `languageMap`, `vocab`, `json`, `valueList`, `objectList`) stands in `value`.
 *
 * - Relationship: a URI or an array of URIs; ListRelationship: an array of URIs
 * - VocabProperty: an expanded IRI or an array of them
 * - LanguageProperty: the language map itself
 */
export interface AttributeInstance {
  readonly type: AttributeKind;
  readonly value: unknown;
  /** Absent on the default instance (4.5.5). */
  readonly datasetId?: string;
  readonly observedAt?: string;
  readonly unitCode?: string;
  /** Expanded. */
  readonly valueType?: string;
  /** Expanded. */
  readonly objectType?: string | readonly string[];
  readonly expiresAt?: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
  /** Of the attribute `ngsildproof` alone (4.5.2). */
  readonly sealed?: Sealed;
  /** Sub-attributes by IRI. */
  readonly attributes?: Attributes;
}

/** Of which entity a proof speaks; the type is expanded. */
export interface Sealed {
  readonly entityIdSealed?: string;
  readonly entityTypeSealed?: string;
}

/** Instances by attribute IRI; never an empty array, at most one instance per `datasetId`. */
export type Attributes = { readonly [name: string]: readonly AttributeInstance[] };

/** An entity, expanded; `document.ts` makes the JSON of it that is stored. Timestamps are ISO 8601 UTC with milliseconds. */
export interface Entity {
  readonly id: string;
  readonly types: readonly string[];
  readonly scopes?: readonly string[];
  readonly expiresAt?: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly attributes: Attributes;
}

/** In the place of a time of creation or change that a context source did not tell. */
export const UNTOLD = '';
