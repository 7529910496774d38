import { countMatches, wordsOf } from '../text/fold.ts';

/** A search result: a page of the app and its text. */
export interface Findable {
  readonly key: string;
  /** Path within the app. */
  readonly path: string;
  readonly group: string;
  readonly title: string;
  /** The place or date, or the start of the text. */
  readonly detail?: string;
  /** Additional words for the search. */
  readonly more?: string;
  readonly language?: string;
}

const SHOWN = 40;
/** The weight of a match in the title, compared with a match elsewhere. */
const TITLE = 3;

/** Shown results keep their position and new ones are added below, so that nothing moves while the user taps. */
export function keepPlaces(shown: readonly Findable[], found: readonly Findable[]): Findable[] {
  const byKey = new Map(found.map((item) => [item.key, item]));
  const stillFound = shown.flatMap(({ key }) => byKey.get(key) ?? []);
  const keys = new Set(stillFound.map(({ key }) => key));
  return [...stillFound, ...found.filter(({ key }) => !keys.has(key))];
}

/** The matches of a question, the best first: each word is a prefix of a word of the title, the detail or the rest. */
export function find(all: readonly Findable[], question: string): Findable[] {
  const words = wordsOf(question);
  if (words.length === 0) return [];
  return all
    .flatMap((item) => {
      const text = [item.title, item.detail, item.more].filter((each) => each !== undefined).join(' ');
      if (countMatches(words, text) < words.length) return [];
      return [{ item, score: words.length + TITLE * countMatches(words, item.title) }];
    })
    .sort((a, b) => b.score - a.score || a.item.title.localeCompare(b.item.title))
    .slice(0, SHOWN)
    .map(({ item }) => item);
}
