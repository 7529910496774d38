import type { Ajv, AnySchema, ErrorObject, ValidateFunction } from 'ajv';

/** Whether a value is valid against a JSON Schema. If not, `errors` contains the reason until the next check. */
export interface SchemaCheck<T> {
  (value: unknown): value is T;
  readonly errors?: ErrorObject[] | null | undefined;
}

/** Creates a check whose schema is compiled on first use: compiling all would take a tenth of a start. */
export function schemaCheck<T>(ajv: Ajv, schema: AnySchema): SchemaCheck<T> {
  let validate: ValidateFunction<T> | undefined;
  const check = (value: unknown): value is T => {
    validate ??= ajv.compile<T>(schema);
    return validate(value);
  };
  return Object.defineProperty(check, 'errors', { get: () => validate?.errors });
}
