import type { Context } from './contexts.ts';
import type { TermMap } from './term-map.ts';

/** A @context with its compiled terms. */
export class CompiledContext implements Context {
  readonly value: unknown;
  readonly link: string;
  readonly isCore: boolean;
  /** The local ids of the fetched documents that it consists of. */
  readonly fetched: readonly string[];
  /** Tenants recorded as its users. */
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

  /** The approximate size of its terms in memory. */
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
