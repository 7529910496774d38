import { DataFactory } from 'n3';

/** The namespaces of the catalogue, by the prefixes of DCAT-AP. */
export const PREFIXES = {
  adms: 'http://www.w3.org/ns/adms#',
  as: 'https://www.w3.org/ns/activitystreams#',
  dcat: 'http://www.w3.org/ns/dcat#',
  dcatap: 'http://data.europa.eu/r5r/',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  hydra: 'http://www.w3.org/ns/hydra/core#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;
type Prefix = keyof typeof PREFIXES;

/** The IRI of a prefixed name such as `dcat:Dataset`. */
export function iri(name: `${Prefix}:${string}`) {
  const [prefix, local] = name.split(':') as [Prefix, string];
  return DataFactory.namedNode(PREFIXES[prefix] + local);
}
