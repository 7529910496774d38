import { OWN_VOCABULARY } from './iris.ts';
import type { Attribute, Model } from './model.ts';

/** A term of our own vocabulary, in RDF Schema. */
interface Term {
  readonly '@id': string;
  readonly '@type': 'rdfs:Class' | 'rdf:Property';
  readonly 'rdfs:label': string;
  readonly 'rdfs:comment'?: string;
  /** UN/CEFACT common code of a number's unit. */
  readonly 'qudt:uneceCommonCode'?: string;
}

/** Our own vocabulary as a JSON-LD document: the terms that models use, served at the IRIs of these terms. */
export function vocabularyOf(models: readonly Model[]): { readonly [member: string]: unknown } {
  const terms = new Map<string, Term>();
  for (const { type, iri, description, attributes } of models) {
    add(terms, { '@id': iri, '@type': 'rdfs:Class', 'rdfs:label': type, ...comment(description) });
    for (const [name, attribute] of Object.entries(attributes)) add(terms, property(name, attribute));
  }
  return {
    '@context': {
      owl: 'http://www.w3.org/2002/07/owl#',
      qudt: 'http://qudt.org/schema/qudt/',
      rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
      rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
    },
    '@id': OWN_VOCABULARY,
    '@type': 'owl:Ontology',
    'rdfs:label': 'Alzette',
    '@graph': [...terms.values()].sort((a, b) => (a['@id'] < b['@id'] ? -1 : 1)),
  };
}

function property(name: string, { iri, description, unit }: Attribute): Term {
  return {
    '@id': iri ?? '',
    '@type': 'rdf:Property',
    'rdfs:label': name,
    ...comment(description),
    ...(unit !== undefined && { 'qudt:uneceCommonCode': unit }),
  };
}

function comment(text: string | undefined): { readonly 'rdfs:comment'?: string } {
  return text === undefined ? {} : { 'rdfs:comment': text };
}

function add(terms: Map<string, Term>, term: Term): void {
  const id = term['@id'];
  if (id.startsWith(OWN_VOCABULARY) && !terms.has(id)) terms.set(id, term);
}
