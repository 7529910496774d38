import { NgsiLdError } from '../model/errors.ts';
import type { NameCompactor, NameExpander } from '../model/names.ts';

/** The meaning of a term: an IRI, a keyword such as `@type`, or null if the @context removes the term. */
export interface TermDefinition {
  readonly iri: string | null;
  /** Whether it may be the prefix of a compact IRI (`schema:name`). */
  readonly prefix: boolean;
  /** A `@reverse` term, which is never used for compaction. */
  readonly reverse: boolean;
}

export type TermDefinitions = ReadonlyMap<string, TermDefinition>;

/** Limits, in bytes, of the name caches of one @context and of all: clients could make up any number of names. */
const MEMO_BYTES = 1024 * 1024;
const MEMOS_BYTES = 32 * 1024 * 1024;
const MEMO_NAME_LENGTH = 256;
/** Approximate sizes in bytes: the overhead of a cached name, of a term, and of an empty map. */
const NAME_BYTES = 100;
const TERM_BYTES = 350;
const MAP_BYTES = 2_000;

/** The current and maximum size of all name caches. */
export const memoUse = { entries: 0, bytes: 0, mostBytes: MEMOS_BYTES };

function releaseMemo(memo: { entries: number; bytes: number }): void {
  memoUse.bytes -= memo.bytes;
  memoUse.entries -= memo.entries;
  memo.bytes = 0;
  memo.entries = 0;
}

/** When a term map is garbage-collected, its names are subtracted. */
const gone = new FinalizationRegistry(releaseMemo);

/** Core terms by IRI: one map for all contexts based on the core. */
const chosenOf = new WeakMap<TermDefinitions, Map<string, string>>();

const ABSOLUTE_IRI = /^(?:[A-Za-z][A-Za-z0-9+.-]*|_):\S*$/;

/**
 * A compiled @context. It expands and compacts names like a JSON-LD 1.1 processor (IRI expansion and compaction against
 * the vocabulary), with final core terms (4.4). Only a term's IRI is used, not its type coercion (C.6).
 */
export class TermMap implements NameExpander, NameCompactor {
  /** The number of terms in addition to those of the core. */
  readonly size: number;
  /** Its approximate size in bytes, without its name cache. */
  readonly bytes: number;
  readonly #core: TermDefinitions;
  readonly #user: TermDefinitions;
  readonly #vocabulary: string;
  readonly #coreTerms: ReadonlyMap<string, string>;
  /** Terms in addition to, or in place of, those of the core. */
  readonly #terms = new Map<string, string>();
  readonly #prefixes: readonly (readonly [term: string, iri: string])[];
  readonly #expanded = new Map<string, string>();
  readonly #compacted = new Map<string, string>();
  readonly #memo = { entries: 0, bytes: 0 };

  constructor(core: TermDefinitions, user: TermDefinitions, vocabulary: string) {
    this.#core = core;
    this.#user = user;
    this.#vocabulary = vocabulary;
    this.size = user.size;
    const known = chosenOf.get(core);
    this.#coreTerms = known ?? new Map();
    const prefixes: [string, string][] = [];
    let bytes = MAP_BYTES;
    for (const definitions of [core, user]) {
      for (const [term, { iri, prefix, reverse }] of definitions) {
        if (definitions === user) bytes += TERM_BYTES + 2 * (term.length + (iri?.length ?? 0));
        if (iri === null || iri.startsWith('@') || (definitions === user && core.has(term))) continue;
        if (!reverse && (definitions === user || known === undefined))
          this.#preferTerm(iri, term, definitions === core);
        if (prefix) prefixes.push([term, iri]);
      }
    }
    if (known === undefined) chosenOf.set(core, this.#coreTerms as Map<string, string>);
    this.#prefixes = prefixes;
    this.bytes = bytes + 16 * prefixes.length;
    gone.register(this, this.#memo);
  }

  defines(term: string): boolean {
    return this.#definition(term) !== undefined;
  }

  attribute(term: string): string {
    return this.#expandMemoised(term, 'Attribute name');
  }

  type(term: string): string {
    return this.#expandMemoised(term, 'Entity type name');
  }

  vocab(term: string): string {
    return this.#expandMemoised(term, 'Vocabulary value');
  }

  compact(iri: string): string {
    const known = this.#compacted.get(iri);
    if (known !== undefined) return known;
    const name =
      this.#terms.get(iri) ?? this.#coreTerms.get(iri) ?? this.#vocabularySuffix(iri) ?? this.#compactIri(iri) ?? iri;
    this.#remember(this.#compacted, iri, name);
    return name;
  }

  #expandMemoised(term: string, what: string): string {
    const known = this.#expanded.get(term);
    if (known !== undefined) return known;
    const iri = this.#expand(term);
    if (iri === null || iri.startsWith('@')) {
      const meaning = iri === null ? 'takes it out of use (null)' : `makes it the keyword ${iri}`;
      throw new NgsiLdError('BadRequestData', `${what} "${term}" cannot be used: the @context ${meaning}`);
    }
    this.#remember(this.#expanded, term, iri);
    return iri;
  }

  #expand(term: string): string | null {
    if (term.startsWith('@')) return term;
    const definition = this.#definition(term);
    if (definition !== undefined) return definition.iri;
    const colon = term.indexOf(':');
    if (colon > 0 && !term.startsWith('//', colon + 1)) {
      const prefix = this.#definition(term.slice(0, colon));
      if (prefix?.prefix) return prefix.iri + term.slice(colon + 1);
    }
    return colon > 0 && ABSOLUTE_IRI.test(term) ? term : this.#vocabulary + term;
  }

  #definition(term: string): TermDefinition | undefined {
    return this.#core.get(term) ?? this.#user.get(term);
  }

  #preferTerm(iri: string, term: string, isOfCore: boolean): void {
    const chosen = this.#terms.get(iri) ?? this.#coreTerms.get(iri);
    if (chosen !== undefined && !isBetterTerm(term, chosen)) return;
    if (isOfCore) (this.#coreTerms as Map<string, string>).set(iri, term);
    else this.#terms.set(iri, term);
  }

  #remember(memo: Map<string, string>, key: string, value: string): void {
    if (key.length > MEMO_NAME_LENGTH) return;
    const bytes = NAME_BYTES + 2 * (key.length + value.length);
    if (this.#memo.bytes + bytes > MEMO_BYTES || memoUse.bytes + bytes > MEMOS_BYTES) this.#forget();
    if (memoUse.bytes + bytes > MEMOS_BYTES) return;
    memo.set(key, value);
    for (const use of [this.#memo, memoUse]) {
      use.bytes += bytes;
      use.entries++;
    }
  }

  #forget(): void {
    releaseMemo(this.#memo);
    this.#expanded.clear();
    this.#compacted.clear();
  }

  /** A suffix that has another meaning in this context can't be used as a name (T 001_05_02). */
  #vocabularySuffix(iri: string): string | undefined {
    if (!iri.startsWith(this.#vocabulary)) return undefined;
    const suffix = iri.slice(this.#vocabulary.length);
    return suffix !== '' && this.#expand(suffix) === iri ? suffix : undefined;
  }

  #compactIri(iri: string): string | undefined {
    let chosen: string | undefined;
    for (const [term, start] of this.#prefixes) {
      if (iri.length <= start.length || !iri.startsWith(start)) continue;
      const candidate = `${term}:${iri.slice(start.length)}`;
      if ((chosen === undefined || isBetterTerm(candidate, chosen)) && this.#expand(candidate) === iri) {
        chosen = candidate;
      }
    }
    return chosen;
  }
}

/** The shortest, then the lexicographically least (JSON-LD 1.1, inverse context creation). */
function isBetterTerm(term: string, than: string): boolean {
  return term.length === than.length ? term < than : term.length < than.length;
}
