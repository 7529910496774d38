/** A parsed `$ref` or URL of a Smart Data Models document. */
export interface ModelReference {
  /** Path in the repositories of Smart Data Models, e.g. `dataModel.Weather/weather-schema.json`. */
  readonly path: string;
  /** JSON Pointer inside the document, '' for the whole. */
  readonly pointer: string;
}

const HOSTS = [
  /^https?:\/\/smart-data-models\.github\.io\/([^/]+\/.+)$/,
  /^https?:\/\/raw\.githubusercontent\.com\/smart-data-models\/([^/]+)\/(?:refs\/heads\/)?(?:master|main)\/(.+)$/,
  /^https?:\/\/github\.com\/smart-data-models\/([^/]+)\/(?:raw|blob)\/(?:refs\/heads\/)?(?:master|main)\/(.+)$/,
];

/** Undefined: not a URL of the Smart Data Models. */
export function readModelReference(url: string): ModelReference | undefined {
  const [document = '', pointer = ''] = url.split('#', 2);
  for (const host of HOSTS) {
    const match = host.exec(document);
    if (match) return { path: match.slice(1).join('/'), pointer };
  }
  return undefined;
}
