/** A `$ref` or URL of a Smart Data Models document, taken apart. */
export interface ModelReference {
  /** Path in the programme's repositories, e.g. `dataModel.Weather/weather-schema.json`. */
  readonly path: string;
  /** JSON Pointer inside, '' for the whole document. */
  readonly pointer: string;
}

const HOSTS = [
  /^https?:\/\/smart-data-models\.github\.io\/([^/]+\/.+)$/,
  /^https?:\/\/raw\.githubusercontent\.com\/smart-data-models\/([^/]+)\/(?:refs\/heads\/)?(?:master|main)\/(.+)$/,
  /^https?:\/\/github\.com\/smart-data-models\/([^/]+)\/(?:raw|blob)\/(?:refs\/heads\/)?(?:master|main)\/(.+)$/,
];

/** Undefined: the URL is of no form under which the programme publishes. */
export function readModelReference(url: string): ModelReference | undefined {
  const [document = '', pointer = ''] = url.split('#', 2);
  for (const host of HOSTS) {
    const match = host.exec(document);
    if (match) return { path: match.slice(1).join('/'), pointer };
  }
  return undefined;
}
