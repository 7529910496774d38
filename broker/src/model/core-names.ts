import { coreContext, DEFAULT_VOCABULARY } from '@alzette/ngsi-ld-schemas/contexts';
import { ownCopy } from './own-copy.ts';

/** The prefixes in the core @context. All its terms that are not complete IRIs begin with one. */
const PREFIXES: { readonly [prefix: string]: string } = {
  'ngsi-ld': 'https://uri.etsi.org/ngsi-ld/',
  geojson: 'https://purl.org/geojson/vocab#',
};

/** The other members in the text of an entity. No attribute there has such a name. */
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
  // If two terms have the same IRI, choosing between them needs the full algorithm.
  termOfIri.set(iri, termOfIri.has(iri) ? undefined : term);
}
for (const member of MEMBERS.split(' ')) {
  const iri = iriOfTerm.get(member);
  if (iri !== undefined) termOfIri.set(iri, undefined);
}
const TERMS = new Set(Object.keys(coreContext['@context'] as object));
const PLAIN = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** The limits of the name caches, some 5 MB each: clients could make up any number of names. */
const MEMO_NAMES = 4_000;
const MEMO_LENGTH = 256;
const toQuoted = new Map<string, string | undefined>();
const toIri = new Map<string, string>();

/**
 * A name in quotes, compacted by the core @context, for simple cases: names of the default vocabulary, core terms, and
 * IRIs of other vocabularies. Undefined otherwise.
 */
export function quotedCoreName(iri: string): string | undefined {
  let quoted = toQuoted.get(iri);
  if (quoted === undefined && !toQuoted.has(iri)) {
    const name = coreName(iri);
    quoted = name === undefined ? undefined : `"${name}"`;
    if (iri.length > MEMO_LENGTH) return quoted;
    if (toQuoted.size >= MEMO_NAMES) toQuoted.clear();
    toQuoted.set(iri, quoted);
  }
  return quoted;
}

/** Whether a text occurs unchanged in the stored text of an entity, as a value or a name. */
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

/** The IRI for a result of {@link quotedCoreName}. */
export function iriOfQuoted(quoted: string): string {
  let iri = toIri.get(quoted);
  if (iri === undefined) {
    const name = quoted.slice(1, -1);
    iri = iriOfTerm.get(name) ?? (name.includes(':') ? ownCopy(name) : DEFAULT_VOCABULARY + ownCopy(name));
    if (quoted.length > MEMO_LENGTH) return iri;
    if (toIri.size >= MEMO_NAMES) toIri.clear();
    toIri.set(ownCopy(quoted), iri);
  }
  return iri;
}
