import { type Store, Writer } from 'n3';
import { PREFIXES } from './terms.ts';

/** The graph as Turtle. */
export function toTurtle(graph: Store): Promise<string> {
  const writer = new Writer({ prefixes: PREFIXES });
  writer.addQuads(graph.getQuads(null, null, null, null));
  return new Promise((resolve, reject) => {
    writer.end((error, text) => (error ? reject(error) : resolve(text)));
  });
}

/** The graph as flattened JSON-LD with the prefixes of the catalogue as its @context. */
export function toJsonLd(graph: Store): object {
  const nodes = new Map<string, Record<string, unknown>>();
  for (const { subject, predicate, object } of graph) {
    const node = nodes.get(subject.value) ?? { '@id': subject.value };
    nodes.set(subject.value, node);
    const name = predicate.value === `${PREFIXES.rdf}type` ? '@type' : short(predicate.value);
    const value = name === '@type' ? short(object.value) : jsonOf(object);
    node[name] = [...((node[name] as unknown[] | undefined) ?? []), value];
  }
  return { '@context': PREFIXES, '@graph': [...nodes.values()] };
}

/** The members of a term that we read. Two packages declare RDF types, and they differ. */
interface RdfObject {
  readonly termType: string;
  readonly value: string;
  readonly language?: string;
  readonly datatype?: { readonly value: string };
}

function jsonOf(object: RdfObject): object {
  const { termType, value, language, datatype } = object;
  if (termType !== 'Literal') return { '@id': value };
  if (language) return { '@value': value, '@language': language };
  return datatype === undefined || datatype.value === `${PREFIXES.xsd}string`
    ? { '@value': value }
    : { '@value': value, '@type': datatype.value };
}

function short(iri: string): string {
  const known = Object.entries(PREFIXES).find(([, namespace]) => iri.startsWith(namespace));
  return known === undefined ? iri : `${known[0]}:${iri.slice(known[1].length)}`;
}
