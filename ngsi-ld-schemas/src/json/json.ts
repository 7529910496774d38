/** An object as JSON. */
export interface JsonObject {
  readonly [member: string]: unknown;
}

/** Whether a JSON value is an object, not an array or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
