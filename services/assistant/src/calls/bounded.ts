/** An answer that is shortened for the context of a model. */
export interface Bounded {
  /** JSON with at most the requested number of characters. */
  readonly text: string;
  /** The number of rows left out, or of `characters` if the text itself was cut. */
  readonly cut?: { readonly rows: number } | { readonly characters: number };
}

/** Writes an answer as JSON of at most `most` characters. Rows of its longest list are left out first, from the end. */
export function bounded(answer: unknown, most: number): Bounded {
  const whole = JSON.stringify(answer) ?? 'null';
  if (whole.length <= most) return { text: whole };
  const rows = longestList(answer);
  if (rows === undefined) return cutText(whole, most);
  // Binary search for the largest number of rows that fits.
  let [fits, tooMany] = [0, rows.list.length];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (JSON.stringify(rows.with(middle)).length <= most) fits = middle;
    else tooMany = middle;
  }
  const text = JSON.stringify(rows.with(fits));
  return text.length <= most ? { text, cut: { rows: rows.list.length - fits } } : cutText(whole, most);
}

function cutText(text: string, most: number): Bounded {
  return { text: text.slice(0, most), cut: { characters: text.length - most } };
}

interface Rows {
  readonly list: readonly unknown[];
  /** The answer with the first `count` rows of the list. */
  with(count: number): unknown;
}

function longestList(answer: unknown): Rows | undefined {
  if (Array.isArray(answer)) return { list: answer, with: (count) => answer.slice(0, count) };
  if (typeof answer !== 'object' || answer === null) return undefined;
  const lists = Object.entries(answer).filter((member): member is [string, unknown[]] => Array.isArray(member[1]));
  const [name, list] = lists.sort(([, a], [, b]) => JSON.stringify(b).length - JSON.stringify(a).length)[0] ?? [];
  if (name === undefined || list === undefined) return undefined;
  return { list, with: (count) => ({ ...answer, [name]: list.slice(0, count) }) };
}
