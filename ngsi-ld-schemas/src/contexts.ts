import { readFileSync } from 'node:fs';

export { CORE_CONTEXT_URL, DEFAULT_VOCABULARY, TERRITORY_CONTEXT_PATH } from './context-urls.ts';

/** A JSON-LD document that holds a @context. */
export interface ContextDocument {
  readonly '@context': unknown;
}

const FOLDER = new URL('../contexts/', import.meta.url);
const CORE_URL = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context';
const CORE_VERSIONS = ['v1.3', 'v1.4', 'v1.5', 'v1.6', 'v1.7', 'v1.8', 'v1.9'];

/** Documents as they are served, by path on a host of ours: `/contexts/territory/v1.jsonld`, `/contexts/core/v1.9.jsonld`… */
export const bundledContexts: ReadonlyMap<string, ContextDocument> = new Map(
  [...CORE_VERSIONS.map((version) => `core/${version}.jsonld`), 'territory/v1.jsonld'].map((path) => [
    `/contexts/${path}`,
    JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) as ContextDocument,
  ]),
);

/** The core @context of V1.9.1 (Annex B). */
export const coreContext: ContextDocument = bundledContexts.get('/contexts/core/v1.9.jsonld') as ContextDocument;

/** The URLs that mean the core @context, each in both schemes; nothing that merely resembles them does. */
export const coreContextUrls: ReadonlySet<string> = new Set(
  ['', '-v1.0', '-v1.1', '-v1.2', ...CORE_VERSIONS.map((version) => `-${version}`)].flatMap((version) => [
    `${CORE_URL}${version}.jsonld`,
    `${CORE_URL}${version}.jsonld`.replace('https:', 'http:'),
  ]),
);
