import { refused } from '@alzette/kit/problems';
import type { ReportSettings } from '../store/settings.ts';

const LINK = /\bhttps?:\/\/|\bwww\.|\b[a-z0-9-]{2,}\.(?:com|net|org|info|biz|ru|cn|top|xyz|shop|online|fr|lu|de|eu)\b/i;
/** Anything that a browser might open: two names with a point between them, under whatever top-level domain. */
const LIKE_LINK = /[\p{L}\p{N}]{2,}\.\p{L}{2,}/u;
const EMAIL = /[\w.+-]+@[\w-]+\.[a-z]{2,}/i;
/** What browsers take for a point in an address, besides the characters that NFKC makes one. */
const IDEOGRAPHIC_POINT = '\u3002';
const PHONE = /(?:\+\d{2,3}|\b0\d)(?:[ .-]?\d){7,}/;
/** A French number plate, in the new or old format. */
const PLATE = /\b[A-Z]{2}[- ]?\d{3}[- ]?[A-Z]{2}\b|\b\d{2,4}[- ]?[A-Z]{2,3}[- ]?\d{2}\b/;

/** A finding in a text, for the moderator. */
export type Finding = 'link' | 'email' | 'phone' | 'plate' | 'word';

/**
 * Searches a text for contacts, links and listed words.
 *
 * @param field name in the error. @throws Problem 400: a link where none are allowed, or a refused word
 */
export function inspectText(given: string, field: string, settings: ReportSettings): Finding[] {
  const text = asRead(given);
  const withoutMail = text.replaceAll(/[\w.+-]+@[\w-]+\.[a-z]{2,}/gi, '');
  const hasLink = LINK.test(withoutMail);
  if (hasLink && !settings.allowsLinks) throw refused(field, given, 'a text without links');
  const refusedWord = foundOf(text, settings.refusedWords);
  if (refusedWord !== undefined) throw refused(field, given, `a text without “${refusedWord}”`);
  const found: [Finding, boolean][] = [
    ['link', hasLink || LIKE_LINK.test(withoutMail)],
    ['email', EMAIL.test(text)],
    ['phone', PHONE.test(text)],
    ['plate', PLATE.test(text)],
    ['word', foundOf(text, settings.watchedWords) !== undefined],
  ];
  return found.filter(([, is]) => is).map(([finding]) => finding);
}

/** The text as a person or a browser takes it: in usual characters, with plain points, without invisible ones. */
function asRead(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(IDEOGRAPHIC_POINT, '.');
}

/** Finds whole words, ignoring case and accents. */
function foundOf(text: string, words: readonly string[]): string | undefined {
  const plain = ` ${plainly(text)} `;
  return words.find((word) => plain.includes(` ${plainly(word)} `));
}

function plainly(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
