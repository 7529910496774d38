import { CONFIGURATION_KINDS } from './configuration-kinds.ts';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** The JSON Schemas that are published with the product, by file name, e.g. `datasets.json`. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const files = CONFIGURATION_KINDS.flatMap(({ folder, schema }) =>
    schema
      ? [[`${folder}.json`, `${JSON.stringify({ $schema: DRAFT, title: folder, ...schema }, null, 2)}\n`] as const]
      : [],
  );
  return new Map(files);
}
