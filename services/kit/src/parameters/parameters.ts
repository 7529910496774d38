export { idempotencyKey } from './idempotency-key.ts';
export { type ParameterShape, readPath, readQuery, type Values } from './read-parameters.ts';
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
