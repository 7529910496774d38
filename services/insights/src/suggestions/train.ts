import type { AiEvaluation } from '@alzette/kit/ai-uses';
import { likenessOf, type PlacedText } from './duplicates.ts';
import { guessCategory, type LabelledText, trainWords, type WordModel } from './word-model.ts';

/** A past report, and whether a person marked it as a duplicate. */
export interface PastReport extends PlacedText {
  readonly duplicateOf?: string;
}

/** The trained model, and whether it may be used. */
export interface TrainedModel {
  readonly words: WordModel;
  /** The minimum score of a duplicate. */
  readonly threshold: number;
  /** False: always guessing the most frequent category was as good. */
  readonly suggestsCategories: boolean;
}

/** Fewer reports are not enough. */
export const MIN_REPORTS = 20;
const FOLDS = 5;
const USUAL_THRESHOLD = 0.62;
const MIN_DUPLICATES = 10;

/** Trains on reports, and evaluates by 5-fold cross-validation. Undefined: too few reports. */
export function train(
  reports: readonly PastReport[],
): { readonly model: TrainedModel; readonly evaluation: AiEvaluation } | undefined {
  const written = reports.filter(({ text }) => text.trim() !== '');
  if (written.length < MIN_REPORTS) return undefined;
  const words = trainWords(written);
  const { accuracy, top3, baseline } = evaluateCategories(written);
  const { threshold, figures, cases } = evaluateDuplicates(words, written);
  const suggestsCategories = accuracy > baseline;
  return {
    model: { words, threshold, suggestsCategories },
    evaluation: {
      cases: written.length + cases,
      figures: [
        { name: 'accuracy', of: 'category', value: accuracy, baseline },
        { name: 'top3', of: 'category', value: top3 },
        ...figures,
      ],
      baselineUsed: { of: suggestsCategories ? 0 : 1, all: 1 },
    },
  };
}

/**
 * The shares of texts for which the first guess, or one of the first three, is right; and the share of the most
 * frequent category.
 */
export function evaluateCategories(texts: readonly LabelledText[]) {
  const hits = { first: 0, three: 0, baseline: 0 };
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const learned = texts.filter((_, i) => i % FOLDS !== fold);
    const model = trainWords(learned);
    const frequent = mostFrequent(learned);
    for (const { text, category } of texts.filter((_, i) => i % FOLDS === fold)) {
      const guesses = guessCategory(model, text).map((guess) => guess.category);
      const filled = guesses.length > 0 ? guesses : [frequent];
      if (filled[0] === category) hits.first += 1;
      if (filled.slice(0, 3).includes(category)) hits.three += 1;
      if (frequent === category) hits.baseline += 1;
    }
  }
  const share = (count: number) => Math.round((count / texts.length) * 1000) / 1000;
  return { accuracy: share(hits.first), top3: share(hits.three), baseline: share(hits.baseline) };
}

function mostFrequent(texts: readonly LabelledText[]): string {
  const groups = [...Map.groupBy(texts, ({ category }) => category)];
  return groups.sort(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? '';
}

/**
 * Evaluates on pairs of nearby reports, labelled by people as duplicates or not. The threshold is learned on one half
 * and measured on the other. The baseline treats nearby reports of one category as duplicates.
 */
export function evaluateDuplicates(words: WordModel, reports: readonly PastReport[]) {
  const pairs = pairsOf(words, reports);
  const count = pairs.filter(({ isSame }) => isSame).length;
  if (count < MIN_DUPLICATES) return { threshold: USUAL_THRESHOLD, figures: [], cases: 0 };
  const learned = pairs.filter((_, i) => i % 2 === 0);
  const heldBack = pairs.filter((_, i) => i % 2 === 1);
  const candidates = [...new Set(learned.map(({ score }) => Math.round(score * 100) / 100))];
  const threshold = candidates.reduce(
    (best, each) =>
      f1(learned, ({ score }) => score >= each) > f1(learned, ({ score }) => score >= best) ? each : best,
    USUAL_THRESHOLD,
  );
  const [own, plain] = [
    ratesOf(heldBack, ({ score }) => score >= threshold),
    ratesOf(heldBack, ({ isAlike }) => isAlike),
  ];
  return {
    threshold,
    cases: heldBack.length,
    figures: [
      { name: 'precision', of: 'duplicates', value: own.precision, baseline: plain.precision },
      { name: 'recall', of: 'duplicates', value: own.recall, baseline: plain.recall },
    ] as const,
  };
}

interface Pair {
  readonly score: number;
  readonly isSame: boolean;
  /** Whether both have the same category. */
  readonly isAlike: boolean;
}

function pairsOf(words: WordModel, reports: readonly PastReport[]): Pair[] {
  const root = ({ id, duplicateOf }: PastReport) => duplicateOf ?? id;
  const sorted = reports.toSorted((a, b) => a.position[1] - b.position[1]);
  const pairs: Pair[] = [];
  for (const [i, report] of sorted.entries()) {
    // Sorted by latitude: 0.0015 degrees are about 150 m or more.
    for (let j = i + 1; j < sorted.length; j += 1) {
      const other = sorted[j] as PastReport;
      if (other.position[1] - report.position[1] > 0.0015) break;
      const likeness = likenessOf(words, report, other);
      if (likeness === undefined) continue;
      pairs.push({
        score: likeness.score,
        isSame: root(report) === root(other),
        isAlike: report.category === other.category,
      });
    }
  }
  return pairs;
}

function ratesOf(pairs: readonly Pair[], isFound: (pair: Pair) => boolean) {
  const found = pairs.filter(isFound);
  const right = found.filter(({ isSame }) => isSame).length;
  const all = pairs.filter(({ isSame }) => isSame).length;
  const share = (of: number) => (of === 0 ? 0 : Math.round((right / of) * 1000) / 1000);
  return { precision: share(found.length), recall: share(all) };
}

function f1(pairs: readonly Pair[], isFound: (pair: Pair) => boolean): number {
  const { precision, recall } = ratesOf(pairs, isFound);
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}
