import { remembered } from '@alzette/kit/caches';
import type { Compute } from '@alzette/kit/compute';
import type { Database } from '@alzette/kit/database';
import type { Register } from '../register/register.ts';
import { likeliest, type PlacedText } from './duplicates.ts';
import { forgetModel, keepModel, readModel } from './model-rows.ts';
import { SUGGESTION_USE } from './suggestion-use.ts';
import type { PastReport } from './train.ts';
import { TRAINING } from './train-task.ts';
import { guessCategory } from './word-model.ts';

/** Reads the past reports of a tenant. */
export type ReadPastReports = (db: Database, tenant: string) => Promise<readonly PastReport[]>;

/** Suggestions for a report; a person decides. */
export interface Suggestions {
  readonly category?: Suggested & { readonly code: string; readonly probability: number };
  readonly duplicates: readonly (Suggested & {
    readonly report: string;
    readonly score: number;
    readonly metres: number;
    readonly days: number;
  })[];
}

interface Suggested {
  /** The id of the output for feedback; absent: it was not logged. */
  readonly output?: string;
  /** Stems of the words that support it. */
  readonly words: readonly string[];
}

/** The port for the reports' service. */
export interface SuggestionPort {
  isOn(tenant: string): Promise<boolean>;
  /** @param about the entity of the report, for the log of outputs; absent: nothing is logged */
  suggest(tenant: string, report: PlacedText, others: readonly PlacedText[], about?: string): Promise<Suggestions>;
}

/** The minimum probability to suggest a category. */
const MIN_PROBABILITY = 0.6;
const MAX_DUPLICATES = 3;
const REMEMBER_MS = 30_000;

/** Suggestions by the latest model. */
export function suggestionPort(register: Register, db: Database): SuggestionPort {
  const modelOf = remembered('suggestion_models', (tenant) => readModel(db, tenant), { forMs: REMEMBER_MS });
  return {
    isOn: (tenant) => register.isOn(SUGGESTION_USE, tenant),
    async suggest(tenant, report, others, about) {
      const model = (await register.isOn(SUGGESTION_USE, tenant)) ? await modelOf(tenant) : undefined;
      if (model === undefined) return { duplicates: [] };
      const log = async (key: string, output: object, why: object) => {
        if (about === undefined) return {};
        const id = await register.log({ use: SUGGESTION_USE, tenant, about, key: `${about} ${key}`, output, why });
        return id === '' ? {} : { output: id };
      };
      const [guess] = model.suggestsCategories ? guessCategory(model.words, report.text) : [];
      const isTold = guess !== undefined && guess.probability >= MIN_PROBABILITY && guess.category !== report.category;
      const found = likeliest(model.words, report, others, { threshold: model.threshold, most: MAX_DUPLICATES });
      const duplicates = [];
      for (const { id, score, metres, days, words } of found) {
        const logged = await log(`duplicate ${id}`, { duplicateOf: id }, { score: shown(score), metres, days, words });
        duplicates.push({ ...logged, report: id, score: shown(score), metres, days, words });
      }
      if (!isTold) return { duplicates };
      const { category: code, words } = guess;
      const probability = shown(guess.probability);
      const logged = await log('category', { category: code }, { probability, words });
      return { category: { ...logged, code, probability, words }, duplicates };
    },
  };
}

/** Trains the model of a tenant's reports. @returns the number of reports */
export async function trainTenant(
  {
    db,
    register,
    pastReports,
    compute,
  }: {
    readonly db: Database;
    readonly register: Register;
    readonly pastReports: ReadPastReports;
    readonly compute: Compute;
  },
  tenant: string,
): Promise<{ readonly reports: number; readonly learned: boolean }> {
  if (!(await register.isOn(SUGGESTION_USE, tenant))) return { reports: 0, learned: false };
  const reports = await pastReports(db, tenant);
  const trained = await compute.run(TRAINING, reports, { tenant });
  if (trained === undefined) {
    await forgetModel(db, tenant);
    return { reports: reports.length, learned: false };
  }
  await keepModel(db, tenant, trained.model);
  await register.evaluated(SUGGESTION_USE, tenant, trained.evaluation);
  return { reports: reports.length, learned: true };
}

function shown(share: number): number {
  return Math.round(share * 1000) / 1000;
}
