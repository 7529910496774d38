/** Codes of issues; they are stable. */
export const ISSUE_CODES = [
  // Rules of the API, for all models.
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
  // Rules of the model.
  'TYPE_UNKNOWN',
  'REQUIRED_MISSING',
  'WRONG_TYPE',
  'NOT_IN_ENUM',
  'WRONG_FORMAT',
  'OUT_OF_RANGE',
  'SCHEMA',
  'WRONG_KIND',
  'UNKNOWN_ATTRIBUTE',
  // Rules about the meaning of values.
  'COORDINATES_OUT_OF_RANGE',
  'COORDINATES_SWAPPED',
  'PERCENT_FOR_RATIO',
  'UNIT_UNKNOWN',
  'UNIT_INCOMPATIBLE',
  'UNIT_DIFFERENT',
] as const;

export type IssueCode = (typeof ISSUE_CODES)[number];

/** An error or a warning. */
export interface Issue {
  readonly code: IssueCode;
  readonly severity: 'error' | 'warning';
  /** The name of the attribute; absent if it concerns the entity. */
  readonly attribute?: string;
  /** JSON Pointer into the entity in simplified form, or to the member. */
  readonly path: string;
  readonly got?: string;
  readonly expected?: string;
  /** A similar name or value. */
  readonly hint?: string;
}
