import type { Ajv, AnySchema, ErrorObject, ValidateFunction } from 'ajv';

/** Whether a value is as a JSON Schema wants it; if not, why stands in `errors` until the next value is checked. */
export interface SchemaCheck<T> {
  (value: unknown): value is T;
  readonly errors?: ErrorObject[] | null | undefined;
}

/** The check by a schema, which is compiled when it is first used: all of them together are a tenth of a start. */
export function schemaCheck<T>(ajv: Ajv, schema: AnySchema): SchemaCheck<T> {
  let validate: ValidateFunction<T> | undefined;
  const check = (value: unknown): value is T => {
    validate ??= ajv.compile<T>(schema);
    return validate(value);
  };
  return Object.defineProperty(check, 'errors', { get: () => validate?.errors });
}
