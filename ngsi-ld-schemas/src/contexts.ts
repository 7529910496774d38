import { globSync, readFileSync } from 'node:fs';

export { CORE_CONTEXT_URL, DEFAULT_VOCABULARY, TERRITORY_CONTEXT_PATH } from './context-urls.ts';

/** A JSON-LD document with a @context. */
export interface ContextDocument {
  readonly '@context': unknown;
}

const FOLDER = new URL('../contexts/', import.meta.url);
const CORE_URL = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context';
const CORE_VERSIONS = ['v1.3', 'v1.4', 'v1.5', 'v1.6', 'v1.7', 'v1.8', 'v1.9'];

/**
 * The bundled documents by path on our hosts: `/contexts/territory/v1.jsonld`, `/contexts/core/v1.9.jsonld`,
 * `/contexts/Streetlighting/v1.jsonld`…
 */
export const bundledContexts: ReadonlyMap<string, ContextDocument> = new Map(
  globSync('*/*.jsonld', { cwd: FOLDER })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => [`/contexts/${path}`, JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) as ContextDocument]),
);

/** The path of the latest version by the versionless path of a subject, `/contexts/Streetlighting.jsonld`. */
export const latestContexts: ReadonlyMap<string, string> = new Map(
  Object.entries(Object.groupBy(bundledContexts.keys(), (path) => path.slice(0, path.lastIndexOf('/')))).map(
    ([folder, paths = []]) => [`${folder}.jsonld`, paths.sort(byVersion).at(-1) as string],
  ),
);

function byVersion(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** The public URLs of published @contexts; each is also used with the scheme `http`. */
const PUBLISHED = [
  /^https?:\/\/raw\.githubusercontent\.com\/smart-data-models\/dataModel\.([\w-]+)\/(?:refs\/heads\/)?master\/context\.jsonld$/,
  /^https?:\/\/smart-data-models\.github\.io\/dataModel\.([\w-]+)\/context\.jsonld$/,
];
const PUBLISHED_AGGREGATE = /^https?:\/\/smartdatamodels\.org\/context\.jsonld$/;

/** The path of the bundled copy of a published document, so that it need not be fetched. */
export function bundledPathOf(url: string): string | undefined {
  if (PUBLISHED_AGGREGATE.test(url)) return '/contexts/territory/v5.jsonld';
  for (const pattern of PUBLISHED) {
    const subject = pattern.exec(url)?.[1];
    if (subject !== undefined) return latestContexts.get(`/contexts/${subject}.jsonld`);
  }
  return undefined;
}

/** The core @context of V1.9.1 (Annex B). */
export const coreContext: ContextDocument = bundledContexts.get('/contexts/core/v1.9.jsonld') as ContextDocument;

/** The URLs of the core @context, each with both schemes. Similar URLs don't count. */
export const coreContextUrls: ReadonlySet<string> = new Set(
  ['', '-v1.0', '-v1.1', '-v1.2', ...CORE_VERSIONS.map((version) => `-${version}`)].flatMap((version) => [
    `${CORE_URL}${version}.jsonld`,
    `${CORE_URL}${version}.jsonld`.replace('https:', 'http:'),
  ]),
);
