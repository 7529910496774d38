import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema } from '../models/model.ts';
import { readModelReference } from './model-reference.ts';

/** The documents that schemas refer to. */
export interface Library {
  /** @throws Error: names the URL that is not in the library */
  document(url: string): JsonSchema;
}

/**
 * A library of folders that contain either repositories (`dataModel.Weather/…`, `data-models/…`) or subjects
 * (`Weather/…`, `_common/…`); the first folder with a document is used. It fetches nothing.
 */
export function openLibrary(folders: readonly string[]): Library {
  const known = new Map<string, JsonSchema>();
  return {
    document(url) {
      const path = readModelReference(url)?.path;
      const places = path === undefined ? [] : folders.flatMap((folder) => spellings(path).map((p) => join(folder, p)));
      const place = places.find((file) => existsSync(file));
      if (place === undefined) {
        throw new Error(
          `$ref: the document ${url} is not at hand, expected it in one of ${folders.join(', ') || 'no folder'} ` +
            `(name a folder that holds it with --library)`,
        );
      }
      let document = known.get(place);
      if (document === undefined) {
        document = JSON.parse(readFileSync(place, 'utf8')) as JsonSchema;
        known.set(place, document);
      }
      return document;
    },
  };
}

function spellings(path: string): string[] {
  const [repository = '', ...rest] = path.split('/');
  const inside = rest.join('/');
  const subject = repository === 'data-models' ? '_common' : repository.replace(/^dataModel\./, '');
  return [path, `${subject}/${inside}`];
}
