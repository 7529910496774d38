const PREFIX = /^\^([\w:/-]+)(.?)/s;
const SUFFIX = /(\\?)([\w:/-]+)\$$/;

/** A text that every id matching a pattern starts with (positive `length`) or ends with (negative). */
export interface Affix {
  readonly text: string;
  readonly length: number;
}

/** The literal prefix or suffix of an `idPattern`; undefined if it has no obvious one. */
export function affixOf(source: string): Affix | undefined {
  if (source.includes('|')) return undefined;
  const [, start = '', next = ''] = PREFIX.exec(source) ?? [];
  // A repeated character may occur zero times.
  const prefix = '*?{'.includes(next) && next !== '' ? start.slice(0, -1) : start;
  if (prefix !== '') return { text: prefix, length: prefix.length };
  const [, before = '', end = ''] = SUFFIX.exec(source) ?? [];
  // The character after a backslash is not a literal, e.g. the d of \d.
  const suffix = before === '\\' ? end.slice(1) : end;
  return suffix === '' ? undefined : { text: suffix, length: -suffix.length };
}

/** The part of an id to compare with an affix of this length. */
export function affixAt(id: string, length: number): string {
  return length > 0 ? id.slice(0, length) : id.slice(length);
}
