import type { Attribute, JsonSchema, Model } from '../models/model.ts';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * TypeScript for a model: one map of its attributes with kind and value, and the three representations derived from it.
 *
 * @param entityModule the module that exports the types used by the map
 */
export function emitTypes(model: Model, entityModule: string): string {
  const name = identifier(model.type);
  const attributes = Object.entries(model.attributes).map(([term, attribute]) => {
    const { kind, schema, required } = attribute;
    const value = kind === 'Relationship' ? 'string | string[]' : kind === 'GeoProperty' ? 'Geometry' : typeOf(schema);
    return `${comment(attribute)}  ${quoted(term)}${required ? '' : '?'}: Attr<'${kind}', ${value}>;\n`;
  });
  return [
    `import type { Attr, ConciseOf, Geometry, KeyValuesOf, NormalizedOf } from ${JSON.stringify(entityModule)};\n`,
    `/** Attributes of ${model.type} ${model.version} (${model.subject}). */`,
    `export interface ${name}Attributes {\n${attributes.join('')}}\n`,
    `export type ${name}KeyValues = KeyValuesOf<'${model.type}', ${name}Attributes>;`,
    `export type ${name}Normalized = NormalizedOf<'${model.type}', ${name}Attributes>;`,
    `export type ${name}Concise = ConciseOf<'${model.type}', ${name}Attributes>;\n`,
  ].join('\n');
}

/** Names such as `service_requests` are not changed, because the name of a type is its identity. */
export function identifier(type: string): string {
  const name = type.replace(/[^\w$]/g, '_');
  return IDENTIFIER.test(name) ? name : `_${name}`;
}

function quoted(name: string): string {
  return IDENTIFIER.test(name) ? name : JSON.stringify(name);
}

function comment({ description, unit, values, open }: Attribute): string {
  const words = [
    description?.replaceAll('*/', '* /').replace(/\s+/g, ' ').trim(),
    unit && `Unit: ${unit}.`,
    values && open && `Among others: ${values.join(', ')}.`,
  ].filter(Boolean);
  return words.length > 0 ? `  /** ${words.join(' ')} */\n` : '';
}

function typeOf(schema: JsonSchema): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choice = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choice !== undefined) return union(choice.map(typeOf));
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeOf({ ...schema, type })));
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return `(${typeOf((schema.items as JsonSchema | undefined) ?? {})})[]`;
    case 'object':
      return objectType(schema);
    default:
      return 'unknown';
  }
}

function union(types: readonly string[]): string {
  return types.includes('unknown') ? 'unknown' : [...new Set(types)].join(' | ');
}

function objectType(schema: JsonSchema): string {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  if (properties.length === 0) return 'Record<string, unknown>';
  const required = Array.isArray(schema.required) ? schema.required : [];
  return `{ ${properties
    .map(([name, part]) => `${quoted(name)}${required.includes(name) ? '' : '?'}: ${typeOf(part)}`)
    .join('; ')} }`;
}
