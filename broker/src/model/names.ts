/** From the terms of a request to IRIs, by the @context in force. Implemented in `context/`. */
export interface NameExpander {
  /** An attribute or sub-attribute name. */
  attribute(term: string): string;
  /** An entity type name. */
  type(term: string): string;
  /** A value that is coerced through `@vocab`: `vocab`, `valueType`, `objectType`. */
  vocab(term: string): string;
}

/** From IRIs to the terms of an answer (2.4 of JSON-LD's IRI compaction). Implemented in `context/`. */
export interface NameCompactor {
  /** Whether it does what the core @context alone does. */
  readonly isCore?: boolean;
  compact(iri: string): string;
}
