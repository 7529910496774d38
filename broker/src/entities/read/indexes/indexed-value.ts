/** In characters: a longer text may not fit into an entry of an index, and writing it would fail. */
export const INDEXABLE_LENGTH = 600;

/** Expressions on the document of an entity that the indexes of an attribute are made of, and queries compare with. */
export interface IndexedValue {
  /** The value of the first instance. */
  readonly whole: string;
  /** The same, unless its text is too long for an index. */
  readonly value: string;
  /** The condition that `value` tells all: it is no object and no array, of the only instance, and never expires. */
  readonly isPlain: string;
  /** Of an entity that has the attribute: the opposite. */
  readonly isOther: string;
}

/**
 * @param at the expression of what stands at a path below the attribute, e.g. `at('0', 'value')`; it must be the same text
 * wherever an index is to serve
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

/** A text within a statement, for what an index is recognised by. Values are parameters instead. */
export function sqlLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
