import { coreContext, DEFAULT_VOCABULARY } from '@alzette/ngsi-ld-schemas/contexts';

/** The prefixes of the core @context, which begin all terms of its own that are not whole IRIs. */
const PREFIXES: { readonly [prefix: string]: string } = {
  'ngsi-ld': 'https://uri.etsi.org/ngsi-ld/',
  geojson: 'https://purl.org/geojson/vocab#',
};

/** What else stands in an entity: no attribute there is called so. */
const MEMBERS =
  'id type scope value object languageMap vocab json valueList objectList datasetId observedAt unitCode valueType objectType ' +
  'entityIdSealed entityTypeSealed createdAt modifiedAt expiresAt deletedAt';

const iriOfTerm = new Map<string, string>();
const termOfIri = new Map<string, string | undefined>();
for (const [term, definition] of Object.entries(coreContext['@context'] as Record<string, unknown>)) {
  const id = typeof definition === 'object' ? (definition as { '@id'?: string })['@id'] : definition;
  if (typeof id !== 'string' || id.startsWith('@') || term.startsWith('@') || term in PREFIXES) continue;
  const [prefix = '', ...rest] = id.split(':');
  const iri = prefix in PREFIXES ? PREFIXES[prefix] + rest.join(':') : id;
  iriOfTerm.set(term, iri);
  // Of two terms for one IRI, which is the better takes more to tell.
  termOfIri.set(iri, termOfIri.has(iri) ? undefined : term);
}
for (const member of MEMBERS.split(' ')) {
  const iri = iriOfTerm.get(member);
  if (iri !== undefined) termOfIri.set(iri, undefined);
}
const TERMS = new Set(Object.keys(coreContext['@context'] as object));
const PLAIN = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Beyond these a memo of names that clients made up would be a leak. */
const MEMO_NAMES = 4_000;
const toQuoted = new Map<string, string | undefined>();
const toIri = new Map<string, string>();

/**
 * A name in quotes as the core @context compacts it, of those that this is simple for: names of its default vocabulary, terms
 * of its own, and IRIs of other vocabularies. Undefined: of the others.
 */
export function quotedCoreName(iri: string): string | undefined {
  let quoted = toQuoted.get(iri);
  if (quoted === undefined && !toQuoted.has(iri)) {
    const name = coreName(iri);
    quoted = name === undefined ? undefined : `"${name}"`;
    if (toQuoted.size >= MEMO_NAMES) toQuoted.clear();
    toQuoted.set(iri, quoted);
  }
  return quoted;
}

/** Whether a text stands in the text of an entity as it is, be it a value or a name. */
export function isShownAsIs(text: string): boolean {
  return !termOfIri.has(text) && !text.startsWith(DEFAULT_VOCABULARY);
}

function coreName(iri: string): string | undefined {
  if (termOfIri.has(iri)) return termOfIri.get(iri);
  if (iri.startsWith(DEFAULT_VOCABULARY)) {
    const suffix = iri.slice(DEFAULT_VOCABULARY.length);
    return PLAIN.test(suffix) && !TERMS.has(suffix) ? suffix : undefined;
  }
  if (Object.values(PREFIXES).some((start) => iri.startsWith(start))) return undefined;
  return iri.includes(':') && JSON.stringify(iri).length === iri.length + 2 ? iri : undefined;
}

/** The IRI of what {@link quotedCoreName} made. */
export function iriOfQuoted(quoted: string): string {
  let iri = toIri.get(quoted);
  if (iri === undefined) {
    const name = quoted.slice(1, -1);
    iri = iriOfTerm.get(name) ?? (name.includes(':') ? name : DEFAULT_VOCABULARY + name);
    if (toIri.size >= MEMO_NAMES) toIri.clear();
    toIri.set(quoted, iri);
  }
  return iri;
}
