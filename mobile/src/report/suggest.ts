import type { Asset, PublicCategory } from '@alzette/reports/contract';

interface Hints {
  /** The chosen asset, if there is one. */
  readonly asset?: Pick<Asset, 'type'> | undefined;
  /** Assets near the place. */
  readonly near: readonly Pick<Asset, 'type' | 'metres'>[];
  /** The text of the report. */
  readonly words: string;
  /** The category that the site's model suggests for the text. */
  readonly guessed?: string | undefined;
  /** Categories of this device's earlier reports. */
  readonly before: readonly string[];
}

const NEAR_METRES = 20;
const MAX_SUGGESTED = 2;
/** The weight of each hint: the chosen asset counts more than the text, and the text more than nearby assets. */
const COUNTS = { asset: 100, guessed: 60, words: 40, near: 10, before: 3 };
/** Minimum length of a word that counts: names contain words such as "dans" without meaning. */
const SHORTEST = { keyword: 3, name: 5 };

/** The categories, the most probable first, and the codes of those with at least one hint. */
export function suggestCategories(
  categories: readonly PublicCategory[],
  hints: Hints,
): { readonly sorted: readonly PublicCategory[]; readonly suggested: readonly string[] } {
  const scored = categories.map((category) => ({ category, score: scoreOf(category, hints) }));
  scored.sort((a, b) => b.score - a.score); // the sort is stable: equal categories keep the server's order
  return {
    sorted: scored.map(({ category }) => category),
    suggested: scored
      .filter(({ score }) => score > 0)
      .slice(0, MAX_SUGGESTED)
      .map(({ category }) => category.code),
  };
}

/** The category with the most keywords in a text; undefined: none, or a tie. */
export function categoryOfWords(categories: readonly PublicCategory[], text: string): PublicCategory | undefined {
  const [best, next] = categories
    .map((category) => ({ category, count: countMentions(text, category) }))
    .sort((a, b) => b.count - a.count);
  return best !== undefined && best.count > (next?.count ?? 0) ? best.category : undefined;
}

function scoreOf(category: PublicCategory, { asset, near, words, guessed, before }: Hints): number {
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

/** The number of a category's keywords in the text. */
function countMentions(text: string, { name, keywords }: PublicCategory): number {
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
