import { isNearlyPrefix, withSynonyms } from '@alzette/publishing/search-words';
import { fold, wordsOf } from '../text/fold.ts';

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

/**
 * The matches of a question, the best first: each word is a prefix of a word of the title, the detail or the rest, or
 * stands for the same in another language. If nothing matches, words may have a typing error.
 */
export function find(all: readonly Findable[], question: string): Findable[] {
  const words = wordsOf(question);
  if (words.length === 0) return [];
  const sought = words.map((word) => ({ word, others: withSynonyms(word) }));
  const exact = ranked(all, sought, isPrefix);
  return exact.length > 0 ? exact : ranked(all, sought, isNearlyPrefix);
}

interface Sought {
  readonly word: string;
  readonly others: readonly string[];
}
type Fits = (word: string, textWord: string) => boolean;

const isPrefix: Fits = (word, textWord) => textWord.startsWith(word);

function ranked(all: readonly Findable[], sought: readonly Sought[], fits: Fits): Findable[] {
  return all
    .flatMap((item) => {
      const inTitle = scoreOf(sought, item.title, fits);
      const inAll = scoreOf(sought, [item.title, item.detail, item.more].filter(Boolean).join(' '), fits);
      return inAll === undefined ? [] : [{ item, score: inAll + TITLE * (inTitle ?? 0) }];
    })
    .sort((a, b) => b.score - a.score || a.item.title.localeCompare(b.item.title))
    .slice(0, SHOWN)
    .map(({ item }) => item);
}

/** The word itself counts twice as much as another for the same. Undefined: a word of the question is not there. */
function scoreOf(sought: readonly Sought[], text: string, fits: Fits): number | undefined {
  const textWords = fold(text).split(/[^\p{L}\p{N}]+/u);
  const has = (word: string) => textWords.some((each) => fits(word, each));
  let score = 0;
  for (const { word, others } of sought) {
    if (has(word)) score += 2;
    else if (others.some(has)) score += 1;
    else return undefined;
  }
  return score;
}
