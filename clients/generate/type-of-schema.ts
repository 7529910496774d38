import type { Schema } from './contracts.ts';

/** The TypeScript type of the values of a JSON schema. What it does not say is `unknown`. */
export function typeOf(schema: Schema): string {
  const { const: constant, enum: values, anyOf, oneOf, allOf, type } = schema;
  if (constant !== undefined) return JSON.stringify(constant);
  if (Array.isArray(values)) return united(values.map((value) => JSON.stringify(value)));
  for (const choices of [anyOf, oneOf]) if (Array.isArray(choices)) return united(choices.map(typeOf));
  if (Array.isArray(allOf)) return allOf.map((part) => `(${typeOf(part)})`).join(' & ');
  if (Array.isArray(type)) return united(type.map((one) => typeOf({ ...schema, type: one })));
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return arrayType(schema);
    case 'object':
      return objectType(schema);
    default:
      return 'unknown';
  }
}

function united(types: readonly string[]): string {
  return [...new Set(types)].join(' | ') || 'never';
}

function arrayType({ items, prefixItems = Array.isArray(items) ? items : undefined }: Schema): string {
  if (Array.isArray(prefixItems)) return `readonly [${prefixItems.map(typeOf).join(', ')}]`;
  return `readonly (${typeOf((items ?? {}) as Schema)})[]`;
}

function objectType({ properties = {}, required = [], additionalProperties = true }: Schema): string {
  const members = Object.entries(properties as { readonly [name: string]: Schema }).map(([name, schema]) => {
    const mark = (required as readonly string[]).includes(name) ? '' : '?';
    return `${commentOf(schema.description)}readonly ${JSON.stringify(name)}${mark}: ${typeOf(schema)}`;
  });
  const known = `{ ${members.join('; ')} }`;
  if (additionalProperties === false) return known;
  const others = additionalProperties === true ? 'unknown' : typeOf(additionalProperties as Schema);
  const open = `{ readonly [name: string]: ${others} }`;
  return members.length === 0
    ? open
    : `${known} & ${others === 'unknown' ? open : '{ readonly [name: string]: unknown }'}`;
}

/** A comment before a member, or nothing. */
export function commentOf(text: unknown): string {
  return typeof text === 'string' ? `/** ${text.replaceAll('*/', '*\\/')} */ ` : '';
}
