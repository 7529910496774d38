import { wordsOf } from './words.ts';

/** A report whose category a person has confirmed. */
export interface LabelledText {
  readonly text: string;
  readonly category: string;
}

/** The trained model: how often each word occurs in each category. */
export interface WordModel {
  readonly categories: readonly string[];
  /** The number of texts of each category. */
  readonly texts: readonly number[];
  /** By word, the occurrences in each category. */
  readonly counts: { readonly [word: string]: readonly number[] };
  /** The number of words in each category. */
  readonly totals: readonly number[];
}

export interface CategoryGuess {
  readonly category: string;
  /** 0 to 1. */
  readonly probability: number;
  /** The words with the largest influence. */
  readonly words: readonly string[];
}

/** The minimum number of texts with a word. A word in only one report may name a person. */
const MIN_TEXTS = 2;
/** Laplace smoothing: a word that a category does not have yet must not make it impossible. */
const SMOOTHING = 0.5;
const MAX_WORDS = 20_000;
const SHOWN_WORDS = 4;

/** Trains a multinomial naive Bayes model. */
export function trainWords(texts: readonly LabelledText[]): WordModel {
  const categories = [...new Set(texts.map(({ category }) => category))].sort();
  const counts = new Map<string, number[]>();
  const holding = new Map<string, number>();
  const perCategory = categories.map(() => 0);
  for (const { text, category } of texts) {
    const at = categories.indexOf(category);
    perCategory[at] = (perCategory[at] ?? 0) + 1;
    const words = wordsOf(text);
    for (const word of new Set(words)) holding.set(word, (holding.get(word) ?? 0) + 1);
    for (const word of words) {
      const own = counts.get(word) ?? categories.map(() => 0);
      own[at] = (own[at] ?? 0) + 1;
      counts.set(word, own);
    }
  }
  const kept = [...counts]
    .filter(([word]) => (holding.get(word) ?? 0) >= MIN_TEXTS)
    .sort(([a], [b]) => (holding.get(b) ?? 0) - (holding.get(a) ?? 0))
    .slice(0, MAX_WORDS);
  return {
    categories,
    texts: perCategory,
    counts: Object.fromEntries(kept),
    totals: categories.map((_, at) => kept.reduce((sum, [, own]) => sum + (own[at] ?? 0), 0)),
  };
}

/** Categories by probability, highest first. Empty: the text has no known word. */
export function guessCategory(model: WordModel, text: string): CategoryGuess[] {
  const { categories, texts, counts, totals } = model;
  const words = wordsOf(text).filter((word) => Object.hasOwn(counts, word));
  if (words.length === 0) return [];
  const all = texts.reduce((sum, count) => sum + count, 0);
  const vocabulary = Object.keys(counts).length;
  const share = (word: string, at: number) =>
    ((counts[word]?.[at] ?? 0) + SMOOTHING) / ((totals[at] ?? 0) + SMOOTHING * vocabulary);
  const logs = categories.map(
    (_, at) =>
      Math.log(((texts[at] ?? 0) + 1) / (all + categories.length)) +
      words.reduce((sum, word) => sum + Math.log(share(word, at)), 0),
  );
  const highest = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - highest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return categories
    .map((category, at) => ({
      category,
      probability: (weights[at] ?? 0) / sum,
      words: speaking(words, at, share, categories.length),
    }))
    .sort((a, b) => b.probability - a.probability);
}

/** Words that are more frequent in a category than in others, most significant first. */
function speaking(
  words: readonly string[],
  at: number,
  share: (word: string, at: number) => number,
  categories: number,
): string[] {
  const telling = [...new Set(words)].map((word) => {
    const others = Array.from({ length: categories }, (_, other) => (other === at ? 0 : share(word, other)));
    const rest = others.reduce((sum, each) => sum + each, 0) / Math.max(1, categories - 1);
    return { word, weight: Math.log(share(word, at) / rest) };
  });
  return telling
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, SHOWN_WORDS)
    .map(({ word }) => word);
}
