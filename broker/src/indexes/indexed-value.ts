/** In characters. A longer text may exceed the size of an index entry, and writing it would fail. */
export const INDEXABLE_LENGTH = 600;

/**
 * SQL expressions on the document of an entity. Indexes of an attribute are built from them, and queries compare with
 * them.
 */
export interface IndexedValue {
  /** The value of the first instance. */
  readonly whole: string;
  /** The same value, but NULL if its text is too long for an index. */
  readonly value: string;
  /** The condition that `value` is enough to decide: a scalar in the only instance, which never expires. */
  readonly isPlain: string;
  /** The opposite of `isPlain`, for an entity that has the attribute. */
  readonly isOther: string;
}

/**
 * @param at returns the expression for a path below the attribute, e.g. `at('0', 'value')`. The text must always be the
 * same, or PostgreSQL does not recognise the index.
 */
export function indexedValue(at: (...steps: string[]) => string): IndexedValue {
  const [whole, second, expiry] = [at('0', 'value'), at('1'), at('0', 'expiresAt')];
  return {
    whole,
    value: `(CASE WHEN length(${whole} #>> '{}') < ${INDEXABLE_LENGTH} THEN ${whole} END)`,
    isPlain: `(jsonb_typeof(${whole}) NOT IN ('object', 'array') AND ${second} IS NULL AND ${expiry} IS NULL)`,
    isOther: `(jsonb_typeof(${whole}) IN ('object', 'array') OR ${second} IS NOT NULL OR ${expiry} IS NOT NULL)`,
  };
}

/**
 * An SQL string literal, for expressions by which PostgreSQL recognises an index. Use parameters for all other values.
 */
export function sqlLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
