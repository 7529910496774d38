import type { LanguageMap } from '../languages/languages.ts';

/** Risk classes of the European regulation on artificial intelligence, (EU) 2024/1689, that a use of ours may have. */
export const AI_RISKS = ['minimal', 'limited', 'high'] as const;
export type AiRisk = (typeof AI_RISKS)[number];

/** A text in all languages of the portal. */
type AllLanguages = Required<LanguageMap>;

/** A use of AI as its service declares it: what the register says of it. */
export interface AiUse {
  /** Letters and hyphens, e.g. `fill-forecast`. */
  readonly name: string;
  readonly title: AllLanguages;
  readonly purpose: AllLanguages;
  /** What it learns from and works on. */
  readonly data: AllLanguages;
  /** How it works, so that an operator can follow it. */
  readonly method: AllLanguages;
  readonly risk: AiRisk;
  /** Why it is of that class. */
  readonly riskReason: AllLanguages;
  /** What turning it on or off entails, e.g. to schedule its job. May be called again for the same state. */
  switched?(tenant: string, isOn: boolean): Promise<void>;
}

/** What a use has put out, or a decision that rests on it. */
export interface AiOutput {
  readonly use: string;
  /** '' is the default tenant. */
  readonly tenant: string;
  /** The entity that it is about: who may read that may say whether it was right. Absent: it is about none. */
  readonly about?: string;
  /** For whom it was made, as `actor` of `@alzette/kit/access` says. Without `about` nobody else may judge it. */
  readonly by?: string;
  /** The last output of a key takes the place of the one before, unless somebody has judged that. Absent: each is kept. */
  readonly key?: string;
  /** JSON, small, without personal data. */
  readonly output: object;
  /** What it rests on, as JSON: values compared, words that weighed, the query that ran. */
  readonly why: object;
}

/** How good a use is on data that were held back. */
export interface AiEvaluation {
  /** Forecasts, scores or suggestions that were compared with what came. */
  readonly cases: number;
  readonly figures: readonly AiFigure[];
  /** Of how many series, or of which models, the baseline is used because it was not beaten. */
  readonly baselineUsed?: { readonly of: number; readonly all: number };
  /** What a figure is `of` for which a plain method was as good: nothing is put out for it. */
  readonly notUsed?: readonly string[];
}

export interface AiFigure {
  /**
   * `error`: mean absolute error; `falseAlarms`: of a series in a year; shares from 0 to 1: `coverage`, `accuracy`,
   * `precision`, `recall`.
   */
  readonly name: 'error' | 'coverage' | 'accuracy' | 'precision' | 'recall' | 'top3' | 'falseAlarms';
  /** What it is measured on, where a use has several, e.g. `parking`. */
  readonly of?: string;
  readonly unit?: string;
  readonly value: number;
  /** What a plain method reached on the same cases. */
  readonly baseline?: number;
  /** What was promised, e.g. a coverage of 0.8. */
  readonly promised?: number;
}

/**
 * The register of AI uses, open to all services: a use is declared, is off in every tenant until an administrator turns it
 * on, and logs what it puts out. Who has not asked `isOn` does nothing.
 */
export interface AiUses {
  /** While the services start. @throws Error: there is one of that name */
  declare(use: AiUse): void;
  isOn(use: string, tenant: string): Promise<boolean>;
  /** The tenants in which it is on. */
  tenantsWith(use: string): Promise<readonly string[]>;
  /** Nothing is logged of a use that is off. @returns the id by which it is judged; '': it is off */
  log(output: AiOutput): Promise<string>;
  /** Takes the place of the evaluation before. */
  evaluated(use: string, tenant: string, evaluation: AiEvaluation): Promise<void>;
}
