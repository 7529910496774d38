import { TERRITORY_FILE_SCHEMAS } from '@alzette/territory/file-schemas';
import { CONFIGURATION_KINDS } from './configuration-kinds.ts';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** The JSON Schemas that are published with the product, by file name, e.g. `datasets.json`. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const documents = CONFIGURATION_KINDS.map(({ folder, schema }) => [folder, schema] as const);
  const files = [...Object.entries(TERRITORY_FILE_SCHEMAS), ...documents].map(
    ([name, schema]) =>
      [`${name}.json`, `${JSON.stringify({ $schema: DRAFT, title: name, ...schema }, null, 2)}\n`] as const,
  );
  return new Map(files);
}
