import { coreContext } from '../contexts.ts';
import type { Attribute, JsonSchema, Model } from '../models/model.ts';
import { classify } from './classify.ts';
import { flatten } from './flatten.ts';
import type { Library } from './library.ts';
import { resolveReferences } from './resolve-references.ts';
import type { ModelSource } from './source.ts';

/** A model imported from its published files, with the problems found in them. */
export interface ImportedModel {
  readonly model: Model;
  readonly defects: readonly string[];
}

const NAME = /^\p{L}[\p{L}\p{N}_]*(?::\p{L}[\p{L}\p{N}_]*)?$/u;
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set(['id', 'type', '@context']);
/** The namespace of names without a term in the core @context. */
const VOCABULARY = 'https://uri.etsi.org/ngsi-ld/default-context/';

/**
 * Creates a model from any `schema.json` in the form of the Smart Data Models.
 *
 * @throws Error: an unresolved `$ref`, or a schema without a type
 */
export function importModel(source: ModelSource, library: Library): ImportedModel {
  const defects: string[] = [];
  const { properties, required } = flatten(resolveReferences(source.schema, library));
  const type = typeOf(properties.type, source.type);
  const terms = termsOf(source.context);
  const attributes: Record<string, Attribute> = {};
  for (const [name, schema] of Object.entries(properties)) {
    if (NOT_ATTRIBUTES.has(name)) continue;
    if (!NAME.test(name)) defects.push(`${name}: no name of an NGSI-LD attribute (4.6.2)`);
    const iri = CORE_TERMS.get(name) ?? termIri(name, terms);
    if (source.context !== undefined && iri === undefined) defects.push(`${name}: the @context has no such term`);
    attributes[name] = { ...classify(name, schema, required.includes(name)), iri: iri ?? VOCABULARY + name };
  }
  for (const name of required) {
    if (!(name in properties) && !NOT_ATTRIBUTES.has(name)) defects.push(`${name}: required, but not described`);
  }
  const { $schemaVersion, description } = source.schema;
  return {
    model: {
      subject: source.subject,
      type,
      version: typeof $schemaVersion === 'string' ? $schemaVersion : '0.0.0',
      iri: terms.get(type) ?? VOCABULARY + type,
      ...(typeof description === 'string' && { description }),
      attributes,
    },
    defects,
  };
}

const NO_TYPE =
  'schema.json: properties.type names no type, expected an enum of one name, or the name as type beside the schema';

function typeOf(schema: JsonSchema | undefined, fallback: string | undefined): string {
  const [only] = Array.isArray(schema?.enum) ? schema.enum : [schema?.const];
  const type = typeof only === 'string' ? only : fallback;
  if (type === undefined) throw new Error(NO_TYPE);
  return type;
}

/** Terms of the core @context can't be redefined by a model's @context (4.4). */
const CORE_TERMS = termsOf(coreContext['@context']);

/** The IRI that the core @context gives a term, or its keyword. */
export function coreMeaning(term: string): string | undefined {
  return CORE_TERMS.get(term);
}

/** The IRI of a name: a term, or a compact IRI. */
function termIri(name: string, terms: ReadonlyMap<string, string>): string | undefined {
  const [prefix = '', suffix] = name.split(':', 2);
  const start = suffix === undefined ? undefined : terms.get(prefix);
  return terms.get(name) ?? (start === undefined ? undefined : start + suffix);
}

/** The simple terms of a @context with their IRIs; prefixes are expanded once. */
function termsOf(context: unknown): ReadonlyMap<string, string> {
  const entries = Object.assign({}, ...[context].flat().filter((part) => typeof part === 'object' && part !== null));
  const terms = new Map<string, string>();
  for (const [term, definition] of Object.entries(entries)) {
    const iri = typeof definition === 'string' ? definition : (definition as JsonSchema | null)?.['@id'];
    if (typeof iri !== 'string' || term.startsWith('@')) continue;
    const [prefix = '', suffix = ''] = iri.split(/:(.*)/s);
    const start = entries[prefix];
    terms.set(term, typeof start === 'string' && !suffix.startsWith('//') ? start + suffix : iri);
  }
  return terms;
}
