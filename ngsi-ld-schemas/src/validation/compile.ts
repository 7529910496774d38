import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema, Model } from '../models/model.ts';
import { formats, strictFormats } from './formats.ts';
import { linearPatterns } from './linear-pattern.ts';
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

export interface CompileOptions {
  /** Wants times as RFC 3339 has them. */
  readonly strict?: boolean;
  /** Called with each pattern that is not checked, as RE2 does not read it. */
  readonly onUncheckedPattern?: (pattern: string) => void;
}

/** Compiles the schema now, which a page under a strict Content-Security-Policy may not: there, import a module. */
export function compileModel(model: Model, options: CompileOptions = {}): SchemaCheck {
  return compileSchema(modelSchema(model, 'simplified'), options);
}

/** @throws Error: the schema is none */
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
