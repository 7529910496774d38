import { distanceM } from '@alzette/ngsi-ld-schemas/geo';
import type { WordModel } from './word-model.ts';
import { wordsOf } from './words.ts';

/** The parts of a report for finding duplicates: text, position and time (milliseconds since 1970). */
export interface PlacedText {
  readonly id: string;
  readonly text: string;
  readonly category: string;
  /** Longitude, latitude. */
  readonly position: readonly [number, number];
  readonly at: number;
}

export interface Likeness {
  readonly id: string;
  /** 0 to 1. */
  readonly score: number;
  readonly metres: number;
  readonly days: number;
  /** Words in both reports, rarest first. */
  readonly words: readonly string[];
}

const DAY = 86_400_000;
/** The maximum distance of two reports about the same thing. */
export const NEAR_METRES = 150;
const HALF_METRES = 40;
const NEAR_DAYS = 60;
const HALF_DAYS = 21;
/** The weights of words, place, category and time. */
const WEIGHTS = { words: 0.4, place: 0.35, category: 0.2, time: 0.05 };
const SHOWN_WORDS = 4;

/** The similarity of two reports. Undefined: they are too far apart. */
export function likenessOf(model: WordModel, report: PlacedText, other: PlacedText): Likeness | undefined {
  const metres = distanceM(report.position, other.position);
  const days = Math.abs(report.at - other.at) / DAY;
  if (metres > NEAR_METRES || days > NEAR_DAYS) return undefined;
  const { similarity, shared } = wordsInCommon(model, report.text, other.text);
  const score =
    WEIGHTS.words * similarity +
    WEIGHTS.place * 0.5 ** (metres / HALF_METRES) +
    WEIGHTS.category * (report.category === other.category ? 1 : 0) +
    WEIGHTS.time * 0.5 ** (days / HALF_DAYS);
  return { id: other.id, score, metres: Math.round(metres), days: Math.round(days), words: shared };
}

/** The probable duplicates, most similar first. @param threshold the minimum score */
export function likeliest(
  model: WordModel,
  report: PlacedText,
  others: readonly PlacedText[],
  { threshold, most }: { readonly threshold: number; readonly most: number },
): Likeness[] {
  return others
    .flatMap((other) => (other.id === report.id ? [] : (likenessOf(model, report, other) ?? [])))
    .filter(({ score }) => score >= threshold)
    .sort((a, b) => b.score - a.score)
    .slice(0, most);
}

/** The cosine similarity of TF-IDF weights. Words that were not learned count as rare. */
function wordsInCommon({ counts, texts }: WordModel, one: string, other: string) {
  const all = texts.reduce((sum, count) => sum + count, 0);
  const weightOf = (word: string) => {
    const holding = Object.hasOwn(counts, word) ? (counts[word] ?? []).reduce((sum, count) => sum + count, 0) : 1;
    return Math.log((1 + all) / (1 + Math.min(all, holding))) + 1;
  };
  const [a, b] = [new Set(wordsOf(one)), new Set(wordsOf(other))];
  const norm = (words: ReadonlySet<string>) =>
    Math.sqrt([...words].reduce((sum, word) => sum + weightOf(word) ** 2, 0));
  const shared = [...a].filter((word) => b.has(word)).sort((x, y) => weightOf(y) - weightOf(x));
  const [normA, normB] = [norm(a), norm(b)];
  const product = shared.reduce((sum, word) => sum + weightOf(word) ** 2, 0);
  // Words that occur in one report only may name a person: they are compared, but not shown.
  const shown = shared.filter((word) => Object.hasOwn(counts, word)).slice(0, SHOWN_WORDS);
  return { similarity: normA === 0 || normB === 0 ? 0 : product / (normA * normB), shared: shown };
}
