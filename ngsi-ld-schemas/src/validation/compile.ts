import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema, Model } from '../models/model.ts';
import { formats, strictFormats } from './formats.ts';
import { modelSchema } from './model-schema.ts';

/** A fault in a value, as JSON Schema validators tell it. */
export interface SchemaFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly [name: string]: unknown };
  readonly message?: string;
}

/** Checks an entity in simplified form against its model's schema: a precompiled module's, or one of `compileModel`. */
export type SchemaCheck = (simplified: unknown) => readonly SchemaFault[];

/** `strict` wants times as RFC 3339 has them. */
export function createAjv(strict = false): Ajv2020 {
  return new Ajv2020({ strict: false, allErrors: true, logger: false, formats: strict ? strictFormats : formats });
}

/** Compiles the schema now, which a page under a strict Content-Security-Policy may not: there, import a module. */
export function compileModel(model: Model, strict = false): SchemaCheck {
  return compileSchema(modelSchema(model, 'simplified'), strict);
}

/** @throws Error: the schema is none */
export function compileSchema(schema: JsonSchema, strict = false): SchemaCheck {
  const validate = createAjv(strict).compile(schema);
  return (value) => (validate(value) ? [] : ((validate.errors ?? []) as SchemaFault[]));
}
