/** The eight attribute types (4.5.2, 4.5.18 to 4.5.24). */
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
 * A stored attribute instance. Names are IRIs, and `value` contains the primary member of any attribute type (`value`,
 * `object`, `languageMap`, `vocab`, `json`, `valueList`, `objectList`):
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
  /** Only for the attribute `ngsildproof` (4.5.2). */
  readonly sealed?: Sealed;
  /** Sub-attributes by IRI. */
  readonly attributes?: Attributes;
}

/** The entity that a proof is about; the type is expanded. */
export interface Sealed {
  readonly entityIdSealed?: string;
  readonly entityTypeSealed?: string;
}

/** Instances by attribute IRI: never an empty array, and at most one instance for each `datasetId`. */
export type Attributes = { readonly [name: string]: readonly AttributeInstance[] };

/**
 * An entity with expanded names; `document.ts` converts it to the stored JSON. Timestamps are ISO 8601 UTC with
 * milliseconds.
 */
export interface Entity {
  readonly id: string;
  readonly types: readonly string[];
  readonly scopes?: readonly string[];
  readonly expiresAt?: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly attributes: Attributes;
}

/** In place of a creation or modification time that a context source did not send. */
export const UNKNOWN_TIME = '';
