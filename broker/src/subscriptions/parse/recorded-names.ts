import type { NameCompactor, NameExpander } from '../../model/names.ts';
import type { MemberNames, RecordedNames } from '../subscription-store.ts';

type Kind = keyof MemberNames;
/** Recorded names. An empty entry marks a member that the client gave and that contains no names. */
type WrittenNames = { [member: string]: { [K in Kind]?: Record<string, string> } };

/** Returns the name expander of a top-level member of a subscription. */
export type ExpanderOf = (member: string) => NameExpander;

/**
 * Expands names with a @context and records each of them by member. So the @context need not be read again for a stored
 * subscription, and a later update with another @context changes only the members it contains.
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

/** Expands names with recorded ones. A name that was not recorded is already an IRI. */
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

/** Maps the terms used when a member was stored to the terms of another @context. */
export type Renaming = ReadonlyMap<string, string>;

/** Undefined if the member is the same in the other @context. */
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

// A quoted text or a name. Anything between them is operators.
const TOKEN = /"(?:[^"\\]|\\.)*"|\p{L}(?:[\p{L}\p{N}_:]|%[0-9A-Fa-f]{2})*/gu;

/** A query with each name replaced. IRIs are percent-encoded as 4.9 requires; quoted values stay. */
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
