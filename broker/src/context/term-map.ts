import { NgsiLdError } from '../model/errors.ts';
import type { NameCompactor, NameExpander } from '../model/names.ts';
import { Turns } from '../turns/turns.ts';
import { type TermDefinition, type TermDefinitions, termsOf } from './term-parts.ts';

/** Limits, in bytes, of the name caches of one @context and of all: clients could make up any number of names. */
const MEMO_BYTES = 1024 * 1024;
const MEMOS_BYTES = 32 * 1024 * 1024;
const MEMO_NAME_LENGTH = 256;
/** Approximate sizes in bytes: the overhead of a cached name, of a term, and of an empty map. */
const NAME_BYTES = 100;
const TERM_BYTES = 350;
const MAP_BYTES = 2_000;
const PREFIX_BYTES = 100;

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
  readonly #core: TermDefinitions;
  readonly #user: Map<string, TermDefinition>;
  readonly #vocabulary: string;
  readonly #coreTerms: ReadonlyMap<string, string>;
  /** Terms in addition to, or in place of, those of the core. */
  readonly #terms = new Map<string, string>();
  /** The terms that may be prefixes, by their IRI. */
  readonly #prefixes = new Map<string, string[]>();
  /** The lengths of these IRIs. */
  readonly #prefixLengths = new Set<number>();
  readonly #expanded = new Map<string, string>();
  readonly #compacted = new Map<string, string>();
  readonly #memo = { entries: 0, bytes: 0 };
  #bytes = MAP_BYTES;

  constructor(core: TermDefinitions, user: Map<string, TermDefinition>, vocabulary: string) {
    this.#core = core;
    this.#user = user;
    this.#vocabulary = vocabulary;
    const known = chosenOf.get(core);
    this.#coreTerms = known ?? new Map();
    for (const [term, definition] of core) {
      if (known === undefined && isName(definition) && !definition.reverse)
        this.#preferTerm(definition.iri, term, true);
      if (isName(definition) && definition.prefix) this.#addPrefix(term, definition.iri);
    }
    if (known === undefined) chosenOf.set(core, this.#coreTerms as Map<string, string>);
    for (const [term, definition] of user) this.#note(term, definition);
    gone.register(this, this.#memo);
  }

  /** Of the terms of a large @context, as `term-parts.ts` writes them; pauses so that others get their turn. */
  static async ofParts(core: TermDefinitions, parts: readonly string[], vocabulary: string): Promise<TermMap> {
    const map = new TermMap(core, new Map(), vocabulary);
    const turns = new Turns();
    for (const part of parts) {
      for (const [term, definition] of termsOf(part)) {
        map.#user.set(term, definition);
        map.#note(term, definition);
      }
      if (turns.isOver) await turns.next();
    }
    return map;
  }

  /** The number of terms in addition to those of the core. */
  get size(): number {
    return this.#user.size;
  }

  /** Its approximate size in bytes, without its name cache. */
  get bytes(): number {
    return this.#bytes;
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

  /** Takes a term of the user into account. */
  #note(term: string, definition: TermDefinition): void {
    this.#bytes += TERM_BYTES + 2 * (term.length + (definition.iri?.length ?? 0));
    if (!isName(definition) || this.#core.has(term)) return;
    const { iri, prefix, reverse } = definition;
    if (!reverse) this.#preferTerm(iri, term, false);
    if (prefix) this.#addPrefix(term, iri);
  }

  #addPrefix(term: string, iri: string): void {
    const terms = this.#prefixes.get(iri);
    if (terms === undefined) this.#prefixes.set(iri, [term]);
    else terms.push(term);
    this.#prefixLengths.add(iri.length);
    this.#bytes += PREFIX_BYTES;
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
    // By length, because a @context may have thousands of prefixes.
    for (const length of this.#prefixLengths) {
      if (length >= iri.length) continue;
      for (const term of this.#prefixes.get(iri.slice(0, length)) ?? []) {
        const candidate = `${term}:${iri.slice(length)}`;
        if ((chosen === undefined || isBetterTerm(candidate, chosen)) && this.#expand(candidate) === iri) {
          chosen = candidate;
        }
      }
    }
    return chosen;
  }
}

/** Whether the term stands for an IRI, and not for a keyword or nothing. */
function isName(definition: TermDefinition): definition is TermDefinition & { readonly iri: string } {
  return definition.iri !== null && !definition.iri.startsWith('@');
}

/** The shortest, then the lexicographically least (JSON-LD 1.1, inverse context creation). */
function isBetterTerm(term: string, than: string): boolean {
  return term.length === than.length ? term < than : term.length < than.length;
}
