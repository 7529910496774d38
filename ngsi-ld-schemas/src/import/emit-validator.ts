import { Ajv2020 } from 'ajv/dist/2020.js';
import { _ } from 'ajv/dist/compile/codegen/index.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import type { JsonSchema } from '../models/model.ts';
import { formats } from '../validation/formats.ts';

/** What generated code imports from ajv, and its replacement without ajv. */
const RUNTIME: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g, 'ucs2length'],
  [/require\("ajv\/dist\/runtime\/equal"\)\.default/g, 'equal'],
  [/require\("\.\/formats"\)/g, '{ formats }'],
];

/**
 * An ES module that validates without compiling: it works under a Content-Security-Policy without `eval`, and imports
 * only the given runtime. Its default export is `validate`, with the errors in `validate.errors`.
 */
export function emitValidator(schema: JsonSchema, runtime: string): string {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    logger: false,
    formats,
    inlineRefs: false,
    code: { source: true, esm: true, formats: _`require("./formats").formats` },
  });
  const make = standaloneCode as unknown as (ajv: Ajv2020, validate: unknown) => string; // a CommonJS default export
  const code = RUNTIME.reduce((text, [asked, given]) => text.replace(asked, given), make(ajv, ajv.compile(schema)));
  const unknown = /\brequire\([^)]*\)/.exec(code);
  if (unknown !== null) throw new Error(`The validator needs ${unknown[0]}, which the runtime does not provide`);
  return `import { equal, formats, ucs2length } from ${JSON.stringify(runtime)};\n${code.replace(/^"use strict";/, '')}\n`;
}
