import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bodyReader } from '@alzette/kit/bodies';
import { Indicator } from '../contract/indicator.ts';
import { Model } from '../contract/model.ts';
import { Flow } from '../contract/statistics.ts';

/** What comes with the product: files that anyone can read, in the folder `documents/`. */
export interface Library {
  readonly flows: ReadonlyMap<string, Flow>;
  readonly models: ReadonlyMap<string, Model>;
  readonly indicators: ReadonlyMap<string, Indicator>;
}

const FOLDER = fileURLToPath(new URL('../../documents', import.meta.url));

/** @throws Error: a document is not valid */
export function readLibrary(): Library {
  const [flow, model, indicator] = [bodyReader(Flow), bodyReader(Model), bodyReader(Indicator)];
  return {
    flows: documentsIn('flows', (value) => flow(value) as Flow),
    models: documentsIn('models', (value) => model(value) as Model),
    indicators: documentsIn('indicators', (value) => indicator(value) as Indicator),
  };
}

function documentsIn<T>(folder: string, read: (value: unknown) => T): ReadonlyMap<string, T> {
  const files = globSync(join(FOLDER, folder, '*.json')).sort();
  return new Map(
    files.map((file) => {
      try {
        return [basename(file, '.json'), read(JSON.parse(readFileSync(file, 'utf8')))];
      } catch (cause) {
        throw new Error(`${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
      }
    }),
  );
}
