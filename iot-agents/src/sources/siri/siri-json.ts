import { type Json, objectOf } from '../items/read-json.ts';
import { readTime } from '../items/times.ts';

/*
 * The JSON of SIRI is made from XML, and servers differ: a value is a text or { value }, a text may be a list with a text
 * for each language, and a list with one member may be that member.
 */

/** The members of a list, of which there may be one without a list. */
export function membersOf(value: unknown): readonly Json[] {
  return value === undefined || value === null ? [] : [value].flat().map(objectOf);
}

/** The text of a value; undefined: it has none. */
export function textOf(value: unknown): string | undefined {
  const [first] = [value].flat();
  const given = typeof first === 'object' && first !== null ? (first as Json).value : first;
  return typeof given === 'string' || typeof given === 'number' ? String(given) : undefined;
}

/** ISO 8601, milliseconds since 1970, or those in `/Date(…)/`. */
export function timeOf(value: unknown, timeZone: string | undefined): string | undefined {
  const text = textOf(value);
  const epoch = /^(?:\/Date\()?(\d{12,14})(?:[+-]\d{4})?(?:\)\/)?$/.exec(text ?? '')?.[1];
  if (epoch !== undefined) return readTime(epoch, { format: 'epoch-ms' });
  return readTime(text, timeZone === undefined ? {} : { timeZone });
}

/** A text for readers, in its languages, as an attribute; tags of HTML are left out. */
export function wordsOf(value: unknown): object | undefined {
  const texts = [value].flat().flatMap((each) => {
    const text = textOf(each)
      ?.replace(/<[^>]*>/g, ' ')
      .replace(/&nbsp;/g, ' ')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
      .replace(/\s+/g, ' ')
      .trim();
    return text ? [[textOf(objectOf(each).lang)?.toLowerCase() ?? 'und', text] as const] : [];
  });
  const [first] = texts;
  if (first === undefined) return undefined;
  if (texts.length === 1 && first[0] === 'und') return { type: 'Property', value: first[1] };
  return { type: 'LanguageProperty', languageMap: Object.fromEntries(texts) };
}
