/** The meaning of a term: an IRI, a keyword such as `@type`, or null if the @context removes the term. */
export interface TermDefinition {
  readonly iri: string | null;
  /** Whether it may be the prefix of a compact IRI (`schema:name`). */
  readonly prefix: boolean;
  /** A `@reverse` term, which is never used for compaction. */
  readonly reverse: boolean;
}

export type TermDefinitions = ReadonlyMap<string, TermDefinition>;

/*
 * The terms of a large @context as texts, which one thread can hand over to another at once. Objects would all be created
 * again in one go.
 */

const TERMS_OF_PART = 1_000;

type Written = readonly [term: string, iri: string | null, prefix: 0 | 1, reverse: 0 | 1];

/** @returns texts for {@link termsOf}, each of a thousand terms at most */
export function partsOf(definitions: TermDefinitions): string[] {
  const written: Written[] = [...definitions].map(([term, { iri, prefix, reverse }]) => [
    term,
    iri,
    prefix ? 1 : 0,
    reverse ? 1 : 0,
  ]);
  const parts: string[] = [];
  for (let from = 0; from < written.length; from += TERMS_OF_PART) {
    parts.push(JSON.stringify(written.slice(from, from + TERMS_OF_PART)));
  }
  return parts;
}

/** The terms of one text. */
export function termsOf(part: string): [term: string, definition: TermDefinition][] {
  const written = JSON.parse(part) as readonly Written[]; // as written above
  return written.map(([term, iri, prefix, reverse]) => [term, { iri, prefix: prefix === 1, reverse: reverse === 1 }]);
}
