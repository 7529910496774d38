import { Ajv, type AnySchemaObject, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { type Problem, type Reason, refused } from '../problems/problems.ts';
import type { JsonSchema } from './json-schema.ts';

const ajv = new Ajv({ allowUnionTypes: true, discriminator: true, verbose: true });
addFormats.default(ajv);

/** Validates a body against a schema. */
export interface BodyReader<T> {
  /** @throws Problem 400: names the first invalid member */
  (body: unknown): T;
  readonly schema: JsonSchema;
}

/** Creates a reader for bodies with this schema. The schema is compiled for the first body. */
export function bodyReader<T>(schema: JsonSchema): BodyReader<T> {
  let validate: ValidateFunction<T> | undefined;
  const read = (body: unknown): T => {
    validate ??= ajv.compile<T>(schema);
    if (validate(body)) return body;
    throw problemOf(validate.errors?.[0]);
  };
  return Object.assign(read, { schema });
}

/** A choice of objects by the value of one member, as by `variants` of contracts. */
interface Variants {
  readonly discriminator: { readonly propertyName: string };
  readonly oneOf: readonly { readonly properties: { readonly [member: string]: { readonly const?: string } } }[];
}

function problemOf(error: ErrorObject | undefined): Problem {
  const place = error?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  const member = (name: unknown) => (place === '' ? String(name) : `${place}.${name}`);
  const { discriminator, oneOf = [] } = (error?.parentSchema ?? {}) as Partial<Variants>;
  if (discriminator !== undefined) {
    const tag = discriminator.propertyName;
    const names = oneOf.map(({ properties }) => properties[tag]?.const);
    const got = (error?.data as Record<string, unknown> | null | undefined)?.[tag];
    return refused(member(tag), got, `one of ${names.join(', ')}`, 400, { kind: 'choice', allowed: textsOf(names) });
  }
  switch (error?.keyword) {
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema as SchemaObject).properties ?? {});
      const name = String(error.params.additionalProperty);
      const got = (error.data as Record<string, unknown> | undefined)?.[name];
      return refused(member(name), got, `no member of that name; known: ${known.join(', ')}`, 400, { kind: 'unknown' });
    }
    case 'required':
      return refused(member(error.params.missingProperty), undefined, 'a value');
    case 'enum': {
      const allowed = textsOf(error.params.allowedValues);
      return refused(place || 'body', error.data, `one of ${allowed.join(', ')}`, 400, { kind: 'choice', allowed });
    }
    default: {
      const schema: AnySchemaObject = error?.parentSchema ?? {};
      const expected = (error && boundsOf(error.keyword, schema)) ?? error?.message ?? 'something else';
      const words = expected.replace(/^must be /, '').replace(/^must /, 'a value that must ');
      const isForm = ['pattern', 'format', 'type'].includes(error?.keyword ?? '');
      return refused(
        place || 'body',
        error?.data,
        isForm && schema.description ? `${words}: ${schema.description}` : words,
        400,
        reasonOf(error, schema),
      );
    }
  }
}

const textsOf = (values: readonly unknown[]) => values.filter((value) => value !== undefined).map(String);

/** What the bounds of a type are told as. */
const BOUNDED: { readonly [type: string]: Reason['kind'] } = {
  number: 'number',
  integer: 'number',
  string: 'length',
  array: 'count',
};

function reasonOf(error: ErrorObject | undefined, schema: AnySchemaObject): Omit<Reason, 'field'> {
  const [, least = '', most = ''] = BOUNDS[String(schema.type)] ?? [];
  const kind = BOUNDED[String(schema.type)];
  const isBound = error !== undefined && [least, most].includes(error.keyword);
  if (kind === undefined || !isBound) return { kind: 'form' };
  const { [least]: from, [most]: to } = schema;
  return { kind, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** By type: what its values are called, the keywords of the least and the most, and what these count. */
const BOUNDS: { readonly [type: string]: readonly [noun: string, least: string, most: string, unit: string] } = {
  number: ['a number from', 'minimum', 'maximum', ''],
  integer: ['a whole number from', 'minimum', 'maximum', ''],
  string: ['a text of', 'minLength', 'maxLength', ' characters'],
  array: ['a list of', 'minItems', 'maxItems', ' items'],
  object: ['an object of', 'minProperties', 'maxProperties', ' members'],
};

/** Both bounds of a schema in words, of which a keyword alone tells only one. Undefined: it has not both. */
function boundsOf(keyword: string, schema: AnySchemaObject): string | undefined {
  const [noun, least = '', most = '', unit = ''] = BOUNDS[String(schema.type)] ?? [];
  const { [least]: from, [most]: to } = schema;
  if (noun === undefined || !['type', least, most].includes(keyword) || to === undefined) return undefined;
  if (from !== undefined) return `${noun} ${from} to ${to}${unit}`;
  return unit === '' ? undefined : `${noun} at most ${to}${unit}`;
}

export const ID: JsonSchema = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' };
export const IDS: JsonSchema = {
  type: 'array',
  items: { type: 'string', maxLength: 64 },
  uniqueItems: true,
  maxItems: 100,
};
export const TEXT: JsonSchema = { type: 'string', maxLength: 200 };

/** A schema for an object with these members and no others. */
export function object(
  properties: { readonly [member: string]: object },
  required: readonly string[] = [],
): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}
