import { globSync, readFileSync } from 'node:fs';

export { CORE_CONTEXT_URL, DEFAULT_VOCABULARY, TERRITORY_CONTEXT_PATH } from './context-urls.ts';

/** A JSON-LD document that holds a @context. */
export interface ContextDocument {
  readonly '@context': unknown;
}

const FOLDER = new URL('../contexts/', import.meta.url);
const CORE_URL = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context';
const CORE_VERSIONS = ['v1.3', 'v1.4', 'v1.5', 'v1.6', 'v1.7', 'v1.8', 'v1.9'];

/**
 * Documents as they are served, by path on a host of ours: `/contexts/territory/v1.jsonld`, `/contexts/core/v1.9.jsonld`,
 * `/contexts/Streetlighting/v1.jsonld`…
 */
export const bundledContexts: ReadonlyMap<string, ContextDocument> = new Map(
  globSync('*/*.jsonld', { cwd: FOLDER })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => [`/contexts/${path}`, JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) as ContextDocument]),
);

/** By the path that stands for the latest version of a subject, `/contexts/Streetlighting.jsonld`, the path of that version. */
export const latestContexts: ReadonlyMap<string, string> = new Map(
  Object.entries(Object.groupBy(bundledContexts.keys(), (path) => path.slice(0, path.lastIndexOf('/')))).map(
    ([folder, paths = []]) => [`${folder}.jsonld`, paths.sort(byVersion).at(-1) as string],
  ),
);

function byVersion(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Where the published @contexts of the subjects are found in the field; each also in the scheme `http`. */
const PUBLISHED = [
  /^https?:\/\/raw\.githubusercontent\.com\/smart-data-models\/dataModel\.([\w-]+)\/(?:refs\/heads\/)?master\/context\.jsonld$/,
  /^https?:\/\/smart-data-models\.github\.io\/dataModel\.([\w-]+)\/context\.jsonld$/,
];
const PUBLISHED_AGGREGATE = /^https?:\/\/smartdatamodels\.org\/context\.jsonld$/;

/** The path of the bundled document that stands for a published one, so that nothing need be fetched. */
export function bundledPathOf(url: string): string | undefined {
  if (PUBLISHED_AGGREGATE.test(url)) return '/contexts/territory/v4.jsonld';
  for (const pattern of PUBLISHED) {
    const subject = pattern.exec(url)?.[1];
    if (subject !== undefined) return latestContexts.get(`/contexts/${subject}.jsonld`);
  }
  return undefined;
}

/** The core @context of V1.9.1 (Annex B). */
export const coreContext: ContextDocument = bundledContexts.get('/contexts/core/v1.9.jsonld') as ContextDocument;

/** The URLs that mean the core @context, each in both schemes; nothing that merely resembles them does. */
export const coreContextUrls: ReadonlySet<string> = new Set(
  ['', '-v1.0', '-v1.1', '-v1.2', ...CORE_VERSIONS.map((version) => `-${version}`)].flatMap((version) => [
    `${CORE_URL}${version}.jsonld`,
    `${CORE_URL}${version}.jsonld`.replace('https:', 'http:'),
  ]),
);
