const PREFIX = /^\^([\w:/-]+)(.?)/s;
const SUFFIX = /(\\?)([\w:/-]+)\$$/;

/** A text that every id matching a pattern starts with (`length` above 0) or ends with (below 0). */
export interface Affix {
  readonly text: string;
  readonly length: number;
}

/** The literal start or end of an `idPattern`; undefined when it has none that is plain to see. */
export function affixOf(source: string): Affix | undefined {
  if (source.includes('|')) return undefined;
  const [, start = '', next = ''] = PREFIX.exec(source) ?? [];
  // What may be repeated may be missing.
  const prefix = '*?{'.includes(next) && next !== '' ? start.slice(0, -1) : start;
  if (prefix !== '') return { text: prefix, length: prefix.length };
  const [, before = '', end = ''] = SUFFIX.exec(source) ?? [];
  // After a backslash the first character is no literal, e.g. the d of \d.
  const suffix = before === '\\' ? end.slice(1) : end;
  return suffix === '' ? undefined : { text: suffix, length: -suffix.length };
}

/** The part of an id that an affix of this length is compared with. */
export function affixAt(id: string, length: number): string {
  return length > 0 ? id.slice(0, length) : id.slice(length);
}
