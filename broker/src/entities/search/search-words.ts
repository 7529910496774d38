import { kindsCalled, kindsResembling } from '@alzette/ngsi-ld-schemas/search';
import type { Queryable } from '../../database/database.ts';
import { areWordsLearned } from './word-learning.ts';

/** How a word is searched, in this order: by prefix and stem; as a substring; by similarity. */
export const WAYS = ['beginning', 'part', 'resembling'] as const;
export type Way = (typeof WAYS)[number];

/** If more words begin with the text, or not all words are learned yet, the index is searched by the prefix. */
const MAX_BEGINNING = 100;
const MAX_CONTAINING = 300;
const MAX_RESEMBLING = 50;
/** The trigram index can't find shorter words. */
const SHORTEST_PART = 3;
/** Appended to a prefix, it sorts after all words with the prefix. */
const LAST = 'chr(1114111)';

/** With the collation of the index. */
const GIVEN = `(
    SELECT word COLLATE "C" AS word, (place - 1)::int AS place
    FROM unnest($2::text[]) WITH ORDINALITY AS asked(word, place)) AS given`;
const BEGINNING = `
  SELECT given.place, begun.prefix, found.words
  FROM ${GIVEN}
  CROSS JOIN LATERAL (
    SELECT DISTINCT prefix COLLATE "C" AS prefix
    FROM unnest(tsvector_to_array(to_tsvector('territory', given.word) || to_tsvector('simple', given.word))) AS prefix) AS begun
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(w.word), '{}') AS words FROM (
      SELECT word FROM search_word
      WHERE tenant = $1 AND word >= begun.prefix AND word < begun.prefix || ${LAST} LIMIT ${MAX_BEGINNING + 1}) AS w) AS found`;
/** OFFSET 0 forces the trigram index, because the planner overestimates how many words it finds. */
const MORE = (condition: string, rest: string) => `
  SELECT given.place, found.words
  FROM ${GIVEN}
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(w.word), '{}') AS words FROM (
      SELECT near.word FROM (SELECT tenant, word FROM search_word WHERE ${condition} OFFSET 0) AS near
      WHERE near.tenant = $1 ${rest}) AS w) AS found
  WHERE length(given.word) >= ${SHORTEST_PART}`;
const CONTAINING = MORE(`word LIKE '%' || given.word || '%'`, `LIMIT ${MAX_CONTAINING}`);
const RESEMBLING = MORE(
  'given.word <% word',
  `ORDER BY word_similarity(given.word, near.word) DESC, near.word LIMIT ${MAX_RESEMBLING}`,
);

/** A requested word, with what to search the index for. */
export interface Sought {
  readonly word: string;
  /** Lexemes of the index. */
  readonly lexemes: Set<string>;
  /** Prefixes with too many words to list them. */
  readonly prefixes: Set<string>;
  /** The lexemes found by the current way. */
  more: readonly string[];
}

/** Finds the indexed words that begin with the requested words or their French stems, and the types that they name. */
export async function beginningWith(db: Queryable, tenant: string, words: readonly string[]): Promise<Sought[]> {
  const sought: Sought[] = words.map((word) => ({
    word,
    lexemes: new Set(kindsCalled(word).map(kindLexeme)),
    prefixes: new Set(),
    more: [],
  }));
  const values = [tenant, words];
  const areLearned = await areWordsLearned(db);
  const { rows } = await db.query<{ place: number; prefix: string; words: string[] }>({ text: BEGINNING, values });
  for (const { place, prefix, words: begun } of rows) {
    const { lexemes, prefixes } = sought[place] as Sought;
    if (!areLearned || begun.length > MAX_BEGINNING) prefixes.add(prefix);
    else for (const each of begun) lexemes.add(each);
  }
  return sought;
}

/** Finds the indexed words that contain, or resemble, the requested words. */
export async function addWords(
  db: Queryable,
  tenant: string,
  sought: readonly Sought[],
  way: 'part' | 'resembling',
): Promise<void> {
  const text = way === 'part' ? CONTAINING : RESEMBLING;
  const values = [tenant, sought.map(({ word }) => word)];
  const { rows } = await db.query<{ place: number; words: string[] }>({ text, values });
  for (const each of sought) each.more = way === 'part' ? [] : kindsResembling(each.word).map(kindLexeme);
  for (const { place, words } of rows) {
    const each = sought[place] as Sought;
    each.more = [...each.more, ...words];
  }
}

/** The query for entities that have all words; undefined: one of them is in no entity, or this way finds nothing new. */
export function tsquery(sought: readonly Sought[], way: Way): string | undefined {
  if (way !== 'beginning' && sought.every(({ more }) => more.length === 0)) return undefined;
  const each = sought.map(({ lexemes, prefixes, more }) => [
    ...[...new Set([...lexemes, ...more])].map(quoted),
    ...[...prefixes].map((prefix) => `${quoted(prefix)}:*`),
  ]);
  if (each.some((alternatives) => alternatives.length === 0)) return undefined;
  return each.map((alternatives) => `(${alternatives.join(' | ')})`).join(' & ');
}

function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

function kindLexeme(kind: string): string {
  return `kind${kind.toLowerCase()}`;
}
