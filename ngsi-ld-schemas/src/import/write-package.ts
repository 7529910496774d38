import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contextOf } from '../models/context-of.ts';
import { formOf } from '../models/form.ts';
import type { Model } from '../models/model.ts';
import { modelSchema, type Representation } from '../validation/model-schema.ts';
import { emitTypes, identifier } from './emit-types.ts';
import { emitValidator } from './emit-validator.ts';

const PACKAGE = '@alzette/ngsi-ld-schemas';
const FORMS: Readonly<Record<Representation, string>> = {
  simplified: 'KeyValues',
  concise: 'Concise',
  normalized: 'Normalized',
};

/**
 * Writes the files of a model into `<folder>/<subject>/<type>/`: model.json, form.json, context.jsonld, types.ts, and
 * for each representation a JSON Schema and a validator in separate files, so that a page loads only what it needs.
 */
export function writePackage(model: Model, folder: string): string {
  const place = join(folder, model.subject, model.type);
  mkdirSync(place, { recursive: true });
  const schemas = {
    simplified: modelSchema(model, 'simplified'),
    concise: modelSchema(model, 'concise'),
    normalized: modelSchema(model, 'normalized'),
  };
  const write = (name: string, content: string) => writeFileSync(join(place, name), content);
  const writeJson = (name: string, content: unknown) => write(name, `${JSON.stringify(content, undefined, 2)}\n`);
  writeJson('model.json', model);
  writeJson('form.json', formOf(model));
  writeJson('context.jsonld', { '@context': contextOf([model]) });
  for (const [representation, schema] of Object.entries(schemas)) {
    writeJson(`${representation}.schema.json`, schema);
    write(`${representation}.js`, emitValidator(schema, `${PACKAGE}/validator-runtime`));
    write(`${representation}.d.ts`, declaration(`${identifier(model.type)}${FORMS[representation as Representation]}`));
  }
  write('types.ts', emitTypes(model, `${PACKAGE}/model-types`));
  return place;
}

function declaration(type: string): string {
  return [
    `import type { SchemaFault } from '${PACKAGE}/validation/compile';`,
    `import type { ${type} } from './types.ts';\n`,
    `declare const validate: ((entity: unknown) => entity is ${type}) & { errors?: SchemaFault[] | null };`,
    'export default validate;\n',
  ].join('\n');
}
