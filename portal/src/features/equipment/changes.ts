/** A change of an attribute's value. */
export interface Change {
  readonly attribute: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly before: unknown;
  readonly after: unknown;
}

type Values = readonly (readonly [at: number, value: unknown])[];

/** The changes in a series of values, in order. */
export function changesIn(attribute: string, values: Values): Change[] {
  return values.flatMap(([at, after], index) => {
    const before = values[index - 1]?.[1];
    return index > 0 && !isSame(before, after) ? [{ attribute, at, before, after }] : [];
  });
}

export interface Since {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** False if the state may be older than the first available value. */
  readonly isKnown: boolean;
}

/** Since when the last value of a series, in order, is valid; undefined for an empty series. */
export function sinceOf(values: Values): Since | undefined {
  const last = values.at(-1);
  if (!last) return undefined;
  let index = values.length - 1;
  while (index > 0 && isSame(values[index - 1]?.[1], last[1])) index -= 1;
  return { at: values[index]?.[0] ?? last[0], isKnown: index > 0 };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
