import type { NameCompactor, NameExpander } from '../../model/names.ts';
import type { MemberNames, RecordedNames } from '../subscription-store.ts';

type Kind = keyof MemberNames;
/** Names as they are written down; an empty entry tells of a member without names that the client gave itself. */
type WrittenNames = { [member: string]: { [K in Kind]?: Record<string, string> } };

/** Gives each top-level member of a subscription the expander of its names. */
export type ExpanderOf = (member: string) => NameExpander;

/**
 * Expands by a @context and writes down every name it met, by member, so that the stored subscription needs no
 * @context to be read again, and a later update with another @context changes only the members it brings.
 */
export function recordingExpander(context: NameExpander): { expanderOf: ExpanderOf; names: WrittenNames } {
  const names: WrittenNames = {};
  const record = (member: string, kind: Kind, term: string, iri: string) => {
    names[member] ??= {};
    names[member][kind] ??= {};
    names[member][kind][term] = iri;
    return iri;
  };
  const expanderOf: ExpanderOf = (member) => ({
    attribute: (term) => record(member, 'attribute', term, context.attribute(term)),
    type: (term) => record(member, 'type', term, context.type(term)),
    vocab: (term) => record(member, 'vocab', term, context.vocab(term)),
  });
  return { expanderOf, names };
}

/** Expands by what was written down; a name that wasn't is an IRI already. */
export function recordedExpander(names: RecordedNames): ExpanderOf {
  return (member) => {
    const { attribute, type, vocab } = names[member] ?? {};
    return {
      attribute: (term) => attribute?.[term] ?? term,
      type: (term) => type?.[term] ?? term,
      vocab: (term) => vocab?.[term] ?? term,
    };
  };
}

/** How the names of a member are written in another @context: by the term they were stored with. */
export type Renaming = ReadonlyMap<string, string>;

/** Undefined when the member reads the same in the other @context. */
export function renamingOf(names: MemberNames | undefined, context: NameCompactor): Renaming | undefined {
  let renaming: Map<string, string> | undefined;
  for (const terms of [names?.attribute, names?.type, names?.vocab]) {
    for (const [term, iri] of Object.entries(terms ?? {})) {
      const name = context.compact(iri);
      if (name !== term) renaming = (renaming ?? new Map()).set(term, name);
    }
  }
  return renaming;
}

// A quoted text, or a run of what names are made of; what stands between is operators.
const TOKEN = /"(?:[^"\\]|\\.)*"|\p{L}(?:[\p{L}\p{N}_:]|%[0-9A-Fa-f]{2})*/gu;

/** A query with each name replaced, an IRI percent-encoded as 4.9 has it; quoted values stay. */
export function renameQuery(text: string, renaming: Renaming): string {
  return text.replaceAll(TOKEN, (token) => {
    const name = renaming.get(token);
    if (name === undefined) return token;
    return /^[\p{L}\p{N}_:]+$/u.test(name) ? name : encodeURIComponent(name);
  });
}

/** A type selection or comma-separated list with each name replaced. */
export function renameList(text: string, renaming: Renaming): string {
  return text.replaceAll(/[^\s,;|()]+/g, (name) => renaming.get(name) ?? name);
}
