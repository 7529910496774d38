/** What can be wrong with an entity; codes are stable. */
export const ISSUE_CODES = [
  // The API's own rules: true whatever the model.
  'ID_NOT_URI',
  'TYPE_MISSING',
  'BARE_VALUE',
  'ATTR_TYPE',
  'VALUE_MISSING',
  'OBJECT_MISSING',
  'OBJECT_NOT_URI',
  'OBJECT_ARRAY',
  'GEOMETRY_BAD',
  'NULL_VALUE',
  'OBSERVEDAT_NOT_UTC',
  'DUPLICATE_DEFAULT_INSTANCE',
  'NAME_ILLEGAL',
  // What the model says.
  'TYPE_UNKNOWN',
  'REQUIRED_MISSING',
  'WRONG_TYPE',
  'NOT_IN_ENUM',
  'WRONG_FORMAT',
  'OUT_OF_RANGE',
  'SCHEMA',
  'WRONG_KIND',
  'UNKNOWN_ATTRIBUTE',
  // What the values mean.
  'COORDINATES_OUT_OF_RANGE',
  'COORDINATES_SWAPPED',
  'PERCENT_FOR_RATIO',
  'UNIT_UNKNOWN',
  'UNIT_INCOMPATIBLE',
  'UNIT_DIFFERENT',
] as const;

export type IssueCode = (typeof ISSUE_CODES)[number];

/** One thing that is wrong, or looks so. */
export interface Issue {
  readonly code: IssueCode;
  readonly severity: 'error' | 'warning';
  /** Name of the attribute; absent when it is about the entity. */
  readonly attribute?: string;
  /** JSON Pointer into the entity in simplified form, or to the member. */
  readonly path: string;
  readonly got?: string;
  readonly expected?: string;
  /** A name or value that may have been meant. */
  readonly hint?: string;
}
