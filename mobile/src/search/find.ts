import { countMatches, wordsOf } from '../text/fold.ts';

/** Something that may be looked for: a page of the app with what is written on it. */
export interface Findable {
  readonly key: string;
  /** Path within the app. */
  readonly path: string;
  readonly group: string;
  readonly title: string;
  /** Where or when, or the beginning of the text. */
  readonly detail?: string;
  /** More words by which it is found. */
  readonly more?: string;
  readonly language?: string;
}

const SHOWN = 40;
/** A word in the title counts so many times one elsewhere. */
const TITLE = 3;

/** What was shown keeps its place, what was found since comes below: nothing moves under a finger. */
export function keepPlaces(shown: readonly Findable[], found: readonly Findable[]): Findable[] {
  const byKey = new Map(found.map((item) => [item.key, item]));
  const still = shown.flatMap(({ key }) => byKey.get(key) ?? []);
  const keys = new Set(still.map(({ key }) => key));
  return [...still, ...found.filter(({ key }) => !keys.has(key))];
}

/** What a question means, the best first: every word begins one of the title, the detail or the rest. */
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
