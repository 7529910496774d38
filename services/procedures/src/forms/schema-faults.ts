import { namedCache } from '@alzette/kit/caches';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FieldFault } from '../answers/faults.ts';
import { WORDS } from '../answers/words.ts';
import type { Answers, Form } from '../contract/form.ts';
import { compileForm } from './compile-form.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const CACHE_BYTES = 8 * 1024 * 1024;
/** A compiled form takes about ten times its text. */
const COMPILED = 10;
const compiled = namedCache<ValidateFunction>('compiled_forms', CACHE_BYTES);

/** What the JSON Schema of the form says that nobody has said in words. */
export function schemaFaults(form: Form, answers: Answers): FieldFault[] {
  const key = JSON.stringify(form);
  let validate = compiled.get(key);
  if (validate === undefined) {
    validate = ajv.compile(compileForm(form).schema);
    compiled.set(key, validate, key.length * COMPILED);
  }
  if (validate(answers)) return [];
  const names = (validate.errors ?? []).map(({ instancePath }) => instancePath.slice(1).replaceAll('/', '.'));
  return [...new Set(names)].map((field) => ({ field, text: WORDS.form }));
}
