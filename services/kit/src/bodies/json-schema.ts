import type { SchemaObject } from 'ajv';

/** A JSON Schema (draft 07). */
export type JsonSchema = SchemaObject;
