import type { Context } from './contexts.ts';
import type { TermMap } from './term-map.ts';

/** A @context as its compiled terms read it. */
export class CompiledContext implements Context {
  readonly value: unknown;
  readonly link: string;
  readonly isCore: boolean;
  /** The local ids of the fetched documents that it is made of. */
  readonly fetched: readonly string[];
  /** Tenants that are known to have used it. */
  readonly users = new Set<string>();
  readonly #terms: TermMap;

  constructor(value: unknown, link: string, terms: TermMap, fetched: readonly string[] = []) {
    this.fetched = fetched;
    this.value = value;
    this.link = link;
    this.isCore = terms.size === 0;
    this.#terms = terms;
  }

  attribute(term: string): string {
    return this.#terms.attribute(term);
  }

  type(term: string): string {
    return this.#terms.type(term);
  }

  /** What its terms take in memory, about. */
  get termBytes(): number {
    return this.#terms.bytes;
  }

  vocab(term: string): string {
    return this.#terms.vocab(term);
  }

  compact(iri: string): string {
    return this.#terms.compact(iri);
  }
}
