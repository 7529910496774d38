import { type Attribute, type JsonSchema, type Model, requiredAttributes } from '../models/model.ts';
import { VALUE_MEMBERS } from '../representation/simplify.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const URI: JsonSchema = { type: 'string', format: 'uri' };
const LANGUAGE_MAP: JsonSchema = { type: 'object', minProperties: 1 };
const DETAILS: JsonSchema = {
  observedAt: { type: 'string', format: 'date-time' },
  unitCode: { type: 'string' },
  datasetId: { type: 'string' },
};

/** The three representations of 4.5. */
export type Representation = 'simplified' | 'concise' | 'normalized';

/** The JSON Schema of a model's entities. Other attributes are allowed, as in published schemas. */
export function modelSchema(model: Model, representation: Representation): JsonSchema {
  const $defs: Record<string, JsonSchema> = {};
  const shape = representation === 'simplified' ? valueSchema : instanceShape(representation === 'normalized', $defs);
  const properties = Object.entries(model.attributes).map(([name, attribute]) => [name, shape(attribute, name)]);
  return {
    $schema: DRAFT,
    $id: `urn:alzette:schema:${model.subject}:${model.type}:${model.version}:${representation}`,
    title: model.type,
    type: 'object',
    properties: { id: { type: 'string' }, type: { const: model.type }, ...Object.fromEntries(properties) },
    required: ['id', 'type', ...requiredAttributes(model)],
    ...(Object.keys($defs).length > 0 && { $defs }),
  };
}

function valueSchema({ schema }: Attribute): JsonSchema {
  return schema;
}

/**
 * One instance or several (4.5.5); a text may be a LanguageProperty (4.5.18). Values and instances are defined once in
 * `$defs`.
 */
function instanceShape(typed: boolean, $defs: Record<string, JsonSchema>) {
  return (attribute: Attribute, name: string): JsonSchema => {
    const { kind, schema } = attribute;
    const relation = kind === 'Relationship';
    const value = define(
      `${name}.value`,
      relation ? { anyOf: [URI, { type: 'array', items: URI }] } : typedValue(schema),
    );
    const own = instance(kind, value, typed);
    const one = define(
      name,
      isText(attribute) ? { anyOf: [own, instance('LanguageProperty', LANGUAGE_MAP, typed)] } : own,
    );
    const anyOf = [one, { type: 'array', minItems: 1, items: one }];
    return { anyOf: typed ? anyOf : [value, ...anyOf] };
  };

  function define(name: string, schema: JsonSchema): JsonSchema {
    $defs[name] = schema;
    return { $ref: `#/$defs/${encodeURIComponent(name)}` };
  }
}

function isText({ kind, schema }: Attribute): boolean {
  return kind === 'Property' && schema.type === 'string' && schema.format === undefined && schema.enum === undefined;
}

function instance(kind: string, value: JsonSchema, typed: boolean): JsonSchema {
  const member = VALUE_MEMBERS[kind] as string; // every kind has one
  return {
    type: 'object',
    properties: { type: { const: kind }, [member]: value, ...DETAILS },
    required: typed ? ['type', member] : [member],
  };
}

/** A text with a format may also be written as a JSON-LD typed value. */
function typedValue(schema: JsonSchema): JsonSchema {
  if (schema.format === undefined) return schema;
  return { anyOf: [schema, { type: 'object', properties: { '@value': schema }, required: ['@value'] }] };
}
