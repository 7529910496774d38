import type { SearchRequest } from '../../../entities/search/search.ts';
import type { NameExpander } from '../../../model/names.ts';
import { badMember, checkName } from '../../../model/values.ts';

const KNOWN = ['text', 'type', 'limit'];
const LONGEST_TEXT = 200;
const MAX_WORDS = 8;
const MAX_TYPES = 20;
const MOST = 50;
const USUAL = 10;
/** Stop words, which the index leaves out or which would match everything. */
const LITTLE_WORDS = new Set(
  'a au aux d de des du en et l la le les ou par pour sur un une der die das den dem ein eine und im am d the of and in on at'.split(
    ' ',
  ),
);

/** Reads the parameters of a search. @throws NgsiLdError BadRequestData */
export function readSearch(query: unknown, names: NameExpander): SearchRequest {
  const parameters = query as Readonly<Record<string, unknown>>;
  const other = Object.keys(parameters).find((name) => !KNOWN.includes(name));
  if (other !== undefined) throw badMember(other, parameters[other], KNOWN.join(', '));
  const { text, type, limit } = parameters;
  if (typeof text !== 'string' || text.trim() === '' || text.length > LONGEST_TEXT) {
    throw badMember('text', text, `a text of 1 to ${LONGEST_TEXT} characters`);
  }
  const words = wordsOf(text);
  if (words.length > MAX_WORDS) throw badMember('text', text, `at most ${MAX_WORDS} words`);
  const types = type === undefined ? undefined : readTypes(type, names);
  return { words, limit: readLimit(limit), ...(types && { types }) };
}

/** Words in lower case without accents, as in the index. All signs except letters and digits are removed. */
function wordsOf(text: string): string[] {
  const plain = text
    .replaceAll('œ', 'oe')
    .replaceAll('Œ', 'oe')
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
  const words = [...new Set(plain.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])];
  const telling = words.filter((word) => !LITTLE_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}

function readTypes(value: unknown, names: NameExpander): string[] {
  const terms = typeof value === 'string' ? value.split(',') : [];
  if (terms.length === 0 || terms.length > MAX_TYPES) throw badMember('type', value, `1 to ${MAX_TYPES} types`);
  return terms.map((term) => names.type(checkName(term, 'type')));
}

function readLimit(value: unknown): number {
  if (value === undefined) return USUAL;
  const limit = Number(value);
  if (typeof value !== 'string' || !Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw badMember('limit', value, `a whole number from 1 to ${MOST}`);
  }
  return limit;
}
