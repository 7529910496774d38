import { coreMeaning, importModel } from '@alzette/ngsi-ld-schemas/import';
import type { Model } from '@alzette/ngsi-ld-schemas/models';
import { NgsiLdError } from '../model/errors.ts';
import { badMember, checkName, isJsonObject, type JsonObject } from '../model/values.ts';
import type { Models } from './models.ts';

export interface InstalledModel {
  readonly model: Model;
  readonly defects: readonly string[];
  /** The version of the @context with the terms of all models installed by the tenant. */
  readonly contextVersion: number;
}

/**
 * Installs a model for a tenant: in the published form (`schema`, `context`, `subject`, `type` with the name if the
 * schema lacks it, and `documents` with the schemas it refers to, by URL), or in the importer's form (`model`).
 *
 * @throws NgsiLdError BadRequestData
 */
export async function installModel(models: Models, tenant: string, body: unknown): Promise<InstalledModel> {
  if (!isJsonObject(body)) throw badMember('body', body, 'an object with schema and context, or model');
  const read = body.model === undefined ? published(body) : { model: readyMade(body.model), defects: [] };
  checkMeanings(read.model);
  try {
    const { contextVersion, uncheckedPatterns } = await models.install(tenant, read.model);
    const unchecked = uncheckedPatterns.map(
      (pattern) => `The pattern ${pattern} is not checked: look-around and back references are not supported`,
    );
    return { model: read.model, defects: [...read.defects, ...unchecked], contextVersion };
  } catch (cause) {
    throw new NgsiLdError('BadRequestData', `The model's schema is not valid: ${(cause as Error).message}`, { cause });
  }
}

function published(body: JsonObject): { readonly model: Model; readonly defects: readonly string[] } {
  const { schema, context, subject = 'Installed', type, documents = {} } = body;
  if (!isJsonObject(schema)) throw badMember('schema', schema, 'a JSON Schema');
  if (!isJsonObject(documents)) throw badMember('documents', documents, 'JSON Schemas by URL');
  if (typeof subject !== 'string') throw badMember('subject', subject, 'a name');
  const named = type !== undefined && { type: checkName(type, 'type') };
  const library = {
    document(url: string): JsonObject {
      const found = documents[url];
      if (!isJsonObject(found)) throw new Error(`$ref: the document ${url} is missing, expected it in documents`);
      return found;
    },
  };
  const terms = isJsonObject(context) && '@context' in context ? context['@context'] : context;
  try {
    return importModel({ subject, schema, ...named, ...(terms !== undefined && { context: terms }) }, library);
  } catch (cause) {
    throw new NgsiLdError('BadRequestData', `The model: ${(cause as Error).message}`, { cause });
  }
}

function readyMade(model: unknown): Model {
  if (!isJsonObject(model)) throw badMember('model', model, 'a model as the importer writes it');
  for (const member of ['subject', 'type', 'version', 'iri']) {
    if (typeof model[member] !== 'string') throw badMember(`model.${member}`, model[member], 'a text');
  }
  const { attributes } = model;
  if (!isJsonObject(attributes)) throw badMember('model.attributes', attributes, 'attributes by name');
  for (const [name, attribute] of Object.entries(attributes)) {
    if (!isJsonObject(attribute) || typeof attribute.kind !== 'string' || !isJsonObject(attribute.schema)) {
      throw badMember(`model.attributes.${name}`, attribute, 'an object with kind and schema');
    }
  }
  return model as unknown as Model; // its members were checked above
}

/** Its names become terms of a @context, which may give no other meaning to those of the core. @throws NgsiLdError */
function checkMeanings({ type, iri, attributes }: Model): void {
  const names = Object.entries(attributes).map(
    ([name, attribute]) => [`attributes.${name}`, name, attribute.iri] as const,
  );
  for (const [member, name, meant] of [['type', type, iri] as const, ...names]) {
    const core = coreMeaning(name);
    if (name.startsWith('@')) throw badMember(`model.${member}`, name, 'a name without @');
    if (meant === undefined) continue; // it becomes no term
    if (meant.startsWith('@')) throw badMember(`model.${member}`, meant, 'an IRI');
    if (core !== undefined && core !== meant) {
      throw badMember(`model.${member}`, meant, `${JSON.stringify(core)}, as in the core @context`);
    }
  }
}
