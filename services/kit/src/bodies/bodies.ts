export { type BodyReader, bodyReader, ID, IDS, object, TEXT } from './body-reader.ts';
export { formField, readForms } from './form-bodies.ts';
export { type JsonLimits, parseJson, readJsonBodies } from './json-bodies.ts';
export type { JsonSchema } from './json-schema.ts';
export { isStorable, unstorableText } from './unstorable-text.ts';
export { checkUrlTexts } from './url-texts.ts';
