import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema, Model } from '../models/model.ts';
import { formats, strictFormats } from './formats.ts';
import { linearPatterns } from './linear-pattern.ts';
import { modelSchema } from './model-schema.ts';

/** An error of a JSON Schema validator. */
export interface SchemaFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly [name: string]: unknown };
  readonly message?: string;
}

/** Validates an entity in simplified form by its model's schema: a precompiled module, or `compileModel`. */
export type SchemaCheck = (simplified: unknown) => readonly SchemaFault[];

export interface CompileOptions {
  /** Requires times in the format of RFC 3339. */
  readonly strict?: boolean;
  /** Called with each pattern that RE2 can't parse; it is not checked. */
  readonly onUncheckedPattern?: (pattern: string) => void;
}

/**
 * Compiles the schema at runtime. A strict Content-Security-Policy forbids that; such pages import a precompiled
 * module.
 */
export function compileModel(model: Model, options: CompileOptions = {}): SchemaCheck {
  return compileSchema(modelSchema(model, 'simplified'), options);
}

/** @throws Error: the schema is invalid */
export function compileSchema(
  schema: JsonSchema,
  { strict = false, onUncheckedPattern }: CompileOptions = {},
): SchemaCheck {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    logger: false,
    formats: strict ? strictFormats : formats,
    code: { regExp: linearPatterns(onUncheckedPattern) },
  });
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : ((validate.errors ?? []) as SchemaFault[]));
}
