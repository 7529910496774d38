import { refused } from '@alzette/kit/problems';
import type { ReportSettings } from '../contract/setup.ts';

const LINK = /\bhttps?:\/\/|\bwww\.|\b[a-z0-9-]{2,}\.(?:com|net|org|info|biz|ru|cn|top|xyz|shop|online|fr|lu|de|eu)\b/i;
/** Anything that a browser might open: two names with a point between them, under whatever top-level domain. */
const LIKE_LINK = /[\p{L}\p{N}]{2,}\.\p{L}{2,}/u;
const EMAIL = /[\w.+-]+@[\w-]+\.[a-z]{2,}/gi;
/** What browsers take for a point in an address, besides the characters that NFKC makes one. */
const IDEOGRAPHIC_POINT = '\u3002';
/** With a country's code or a leading zero, or a mobile number of Luxembourg. */
const PHONE = /(?:\+\d{2,3}|\b0\d)(?:[ ./-]?\d){7,}|\b6[2-9]1[ .-]?\d{3}[ .-]?\d{3}\b/g;
const NO_WORD = '(?!(?:DU|DE|DES|LE|LA|LES|AU|AUX|EN|ET|UN|NR|NO|AM|IM|AN|ZU|RN|RD|PK)\\b)';
/**
 * Number plates of France (new, also in small letters, and old), Luxembourg, Germany and Belgium (both). Words of
 * sentences in capitals are no part of those whose letters come first.
 */
const PLATES: readonly RegExp[] = [
  /\b[A-Z]{2}[- ]?\d{3}[- ]?[A-Z]{2}\b/g,
  /\b[A-Za-z]{2}-\d{3}-[A-Za-z]{2}\b/g,
  /\b\d{2,4}[- ]?[A-Z]{2,3}[- ]?\d{2}\b/g,
  new RegExp(`\\b${NO_WORD}[A-Z]{2}[- ]?\\d{4}\\b`, 'g'),
  new RegExp(`\\b${NO_WORD}[A-ZÄÖÜ]{1,3}[- ]${NO_WORD}[A-Z]{1,2}[- ]?\\d{1,4}[EH]?\\b`, 'g'),
  /\b\d-[A-Z]{3}-\d{3}\b/g,
  /\b[A-Z]{3}-\d{3}\b/g,
];

/** A finding in a text, for the moderator. */
export type Finding = 'link' | 'email' | 'phone' | 'plate' | 'word';

/**
 * Searches a text for contacts, links and listed words.
 *
 * @param field name in the error. @throws Problem 400: a link where none are allowed, or a refused word
 */
export function inspectText(given: string, field: string, settings: ReportSettings): Finding[] {
  const text = asRead(given);
  const withoutMail = text.replaceAll(EMAIL, '');
  const hasLink = LINK.test(withoutMail);
  if (hasLink && !settings.allowsLinks) throw refused(field, given, 'a text without links');
  const refusedWord = foundOf(text, settings.refusedWords);
  if (refusedWord !== undefined) throw refused(field, given, `a text without “${refusedWord}”`);
  const found: [Finding, boolean][] = [
    ['link', hasLink || LIKE_LINK.test(withoutMail)],
    ['email', isIn(text, EMAIL)],
    ['phone', isIn(text, PHONE)],
    ['plate', isIn(text, ...PLATES)],
    ['word', foundOf(text, settings.watchedWords) !== undefined],
  ];
  return found.filter(([, is]) => is).map(([finding]) => finding);
}

const MASK = '[…]';
/** The whole of what `LINK` and `LIKE_LINK` find a part of. */
const WHOLE_LINK = /\S*(?:https?:\/\/|\bwww\.)\S*|[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}(?:\/\S*)?/giu;

/** The text without what `inspectText` finds, as a moderator may publish it. */
export function maskText(given: string, { watchedWords, refusedWords }: ReportSettings): string {
  const text = asRead(given);
  const masked = [EMAIL, WHOLE_LINK, PHONE, ...PLATES].reduce((before, found) => before.replaceAll(found, MASK), text);
  const safe = maskWords(masked, [...watchedWords, ...refusedWords]);
  return safe === text ? given : safe;
}

function maskWords(text: string, words: readonly string[]): string {
  const sought = words.map((word) => plainly(word).split(' '));
  const parts = [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    plain: plainly(match[0]),
  }));
  let masked = '';
  let at = 0;
  for (const [i, { from }] of parts.entries()) {
    if (from < at) continue;
    const found = sought.find((word) => word.every((part, j) => parts[i + j]?.plain === part));
    const end = found && parts[i + found.length - 1]?.to;
    if (end === undefined) continue;
    masked += text.slice(at, from) + MASK;
    at = end;
  }
  return masked + text.slice(at);
}

function isIn(text: string, ...patterns: readonly RegExp[]): boolean {
  return patterns.some((pattern) => text.search(pattern) >= 0);
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
