import type { JsonSchema } from '../models/model.ts';
import type { Library } from './library.ts';

/** No model refers to more documents than this. */
const MOST = 100;

/**
 * Fetches the documents that a schema refers to and that are not in the library, recursively. Relative references are
 * resolved against the URL of their document. Resolves to the documents by URL, including the schema itself.
 *
 * @throws Error: names the URL that can't be fetched
 */
export async function fetchReferences(
  url: string,
  schema: JsonSchema,
  library: Library | undefined,
  fetchJson: (url: string) => Promise<JsonSchema>,
): Promise<ReadonlyMap<string, JsonSchema>> {
  const documents = new Map<string, JsonSchema>();
  const waiting: [string, JsonSchema | undefined][] = [[url, schema]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [place, known] = next;
    if (documents.has(place)) continue;
    if (documents.size >= MOST) throw new Error(`${url}: refers to more than ${MOST} documents`);
    const document = known ?? has(library, place) ?? (await fetchJson(place));
    const targets = new Set<string>();
    documents.set(place, absolute(document, place, targets) as JsonSchema);
    for (const target of targets) waiting.push([target, undefined]);
  }
  return documents;
}

/** A library that prefers these documents to those of another library. */
export function withDocuments(documents: ReadonlyMap<string, JsonSchema>, library: Library): Library {
  return { document: (url) => documents.get(url) ?? library.document(url) };
}

function has(library: Library | undefined, url: string): JsonSchema | undefined {
  try {
    return library?.document(url);
  } catch {
    return undefined; // it is fetched next
  }
}

function absolute(part: unknown, base: string, targets: Set<string>): unknown {
  if (Array.isArray(part)) return part.map((item) => absolute(item, base, targets));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => {
      if (name !== '$ref' || typeof value !== 'string' || value.startsWith('#')) {
        return [name, absolute(value, base, targets)];
      }
      const [document = '', pointer = ''] = value.split('#', 2);
      const target = new URL(document, base).href;
      targets.add(target);
      return [name, `${target}#${pointer}`];
    }),
  );
}
