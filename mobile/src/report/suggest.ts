import type { Asset, Category } from './report-api.ts';

interface Hints {
  /** What the report is about, where that is chosen. */
  readonly asset?: Pick<Asset, 'type'> | undefined;
  /** What stands near the place. */
  readonly near: readonly Pick<Asset, 'type' | 'metres'>[];
  /** What was written. */
  readonly words: string;
  /** The category that the site's model suggests for what was written. */
  readonly guessed?: string | undefined;
  /** Categories of earlier reports of this device. */
  readonly before: readonly string[];
}

const NEAR_METRES = 20;
const MOST_SUGGESTED = 2;
/** What a hint counts: what was chosen before what was written, that before what stands near. */
const COUNTS = { asset: 100, guessed: 60, words: 40, near: 10, before: 3 };
/** Letters of a word that counts: names have words such as "dans" that say nothing. */
const SHORTEST = { keyword: 3, name: 5 };

/** Categories, the likeliest first, and the codes of those that something speaks for. */
export function suggestCategories(
  categories: readonly Category[],
  hints: Hints,
): { readonly sorted: readonly Category[]; readonly suggested: readonly string[] } {
  const scored = categories.map((category) => ({ category, score: scoreOf(category, hints) }));
  scored.sort((a, b) => b.score - a.score); // stable: the server's order among equals
  return {
    sorted: scored.map(({ category }) => category),
    suggested: scored
      .filter(({ score }) => score > 0)
      .slice(0, MOST_SUGGESTED)
      .map(({ category }) => category.code),
  };
}

/** The category of which a text has the most words; undefined: of none, or of several as many. */
export function categoryOfWords(categories: readonly Category[], text: string): Category | undefined {
  const [best, next] = categories
    .map((category) => ({ category, count: countMentions(text, category) }))
    .sort((a, b) => b.count - a.count);
  return best !== undefined && best.count > (next?.count ?? 0) ? best.category : undefined;
}

function scoreOf(category: Category, { asset, near, words, guessed, before }: Hints): number {
  const isAbout = (type: string) => category.assetTypes.includes(type);
  const beside = near.find(({ metres = 0 }) => metres <= NEAR_METRES);
  let score = 0;
  if (asset && isAbout(asset.type)) score += COUNTS.asset;
  if (guessed === category.code) score += COUNTS.guessed;
  if (countMentions(words, category) > 0) score += COUNTS.words;
  if (beside && isAbout(beside.type)) score += COUNTS.near;
  if (before.includes(category.code)) score += COUNTS.before;
  return score;
}

/** How many words of a category are among those that were written. */
function countMentions(text: string, { name, keywords }: Category): number {
  const written = wordsOf(text, SHORTEST.keyword);
  const own = [
    ...keywords.flatMap((word) => wordsOf(word, SHORTEST.keyword)),
    ...Object.values(name).flatMap((words) => wordsOf(words, SHORTEST.name)),
  ];
  return new Set(own.filter((word) => written.some((each) => each === word || each === `${word}s`))).size;
}

function wordsOf(text: string, shortest: number): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= shortest);
}
