import { Ajv, type JSONSchemaType, type SchemaObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { refused } from '../problems.ts';

const ajv = new Ajv({ allowUnionTypes: true, verbose: true });
addFormats.default(ajv);

/** Reads a body of one shape. */
export interface BodyReader<T> {
  (body: unknown): T;
  readonly schema: SchemaObject;
}

/**
 * Makes the reader of a body of one shape.
 *
 * @returns the body, typed. @throws IdentityProblem: the first member that is not as expected
 */
export function bodyReader<T>(schema: SchemaObject): BodyReader<T> {
  let validate: ValidateFunction<T> | undefined;
  const read = (body: unknown): T => {
    validate ??= ajv.compile<T>(schema as JSONSchemaType<T>); // not at the start, of which all would be a tenth
    if (validate(body)) return body;
    const [error] = validate.errors ?? [];
    const member = error?.instancePath.slice(1).replaceAll('/', '.') || 'body';
    if (error?.keyword === 'additionalProperties') {
      const known = Object.keys((error.parentSchema as SchemaObject).properties ?? {});
      throw refused(String(error.params.additionalProperty), '…', `one of ${known.join(', ')}`);
    }
    if (error?.keyword === 'required') throw refused(String(error.params.missingProperty), undefined, 'a value');
    const expected = error?.keyword === 'enum' ? `one of ${error.params.allowedValues.join(', ')}` : error?.message;
    throw refused(member, error?.data, (expected ?? 'something else').replace(/^must /, 'what must '));
  };
  return Object.assign(read, { schema });
}

export const ID = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' };
export const IDS = { type: 'array', items: { type: 'string', maxLength: 64 }, uniqueItems: true, maxItems: 100 };
export const TEXT = { type: 'string', maxLength: 200 };

/** An object of these members and no others. */
export function object(properties: SchemaObject, required: readonly string[] = []): SchemaObject {
  return { type: 'object', properties, required, additionalProperties: false };
}
