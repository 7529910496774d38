/** Expands the terms of a request to IRIs. Implemented in `context/`. */
export interface NameExpander {
  /** An attribute or sub-attribute name. */
  attribute(term: string): string;
  /** An entity type name. */
  type(term: string): string;
  /** A value that is coerced by `@vocab`: `vocab`, `valueType`, `objectType`. */
  vocab(term: string): string;
}

/** Compacts IRIs to the terms of an answer (IRI compaction of JSON-LD). Implemented in `context/`. */
export interface NameCompactor {
  /** Whether it is equivalent to the core @context. */
  readonly isCore?: boolean;
  compact(iri: string): string;
}
