export { idempotencyKey } from './idempotency-key.ts';
export type { ParameterShape, Values } from './parameter-shape.ts';
export { readPath, readQuery } from './read-parameters.ts';
export {
  dateTime,
  day,
  decimal,
  flag,
  identifier,
  listOf,
  oneOf,
  type ParameterReader,
  text,
  uri,
  wholeNumber,
} from './readers.ts';
