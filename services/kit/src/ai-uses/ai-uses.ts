import { object, Type, type Value } from '../contract/contract.ts';
import type { LanguageMap } from '../languages/languages.ts';

/** Risk classes of the European regulation on artificial intelligence, (EU) 2024/1689, that a use of ours may have. */
export const AI_RISKS = ['minimal', 'limited', 'high'] as const;
export type AiRisk = (typeof AI_RISKS)[number];

/** A text in all languages of the portal. */
type AllLanguages = Required<LanguageMap>;

/** A use of AI, as its service declares it for the register. */
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

/** An output of a use, or a decision based on one. */
export interface AiOutput {
  readonly use: string;
  /** '' is the default tenant. */
  readonly tenant: string;
  /** The entity that the output is about. Users who may read it may rate the output. Absent: it is about no entity. */
  readonly about?: string;
  /** The user it was made for, as named by `actor` of `@alzette/kit/access`. Without `about` only they may rate it. */
  readonly by?: string;
  /** A new output replaces the previous one with the same key, unless that has been rated. Absent: each is kept. */
  readonly key?: string;
  /** JSON, small, without personal data. */
  readonly output: object;
  /** The reasons, as JSON: compared values, relevant words, the executed query. */
  readonly why: object;
}

const AiFigure = object({
  name: Type.Enum(['error', 'coverage', 'accuracy', 'precision', 'recall', 'top3', 'falseAlarms'], {
    description:
      '`error`: mean absolute error; `falseAlarms`: of a series in a year; shares from 0 to 1: `coverage`, `accuracy`, `precision`, `recall`',
  }),
  of: Type.Optional(Type.String({ description: 'What it is measured on, where a use has several, e.g. `parking`' })),
  unit: Type.Optional(Type.String()),
  value: Type.Number(),
  baseline: Type.Optional(Type.Number({ description: 'What a plain method reached on the same cases' })),
  promised: Type.Optional(Type.Number({ description: 'What was promised, e.g. a coverage of 0.8' })),
});
export type AiFigure = Value<typeof AiFigure>;

const COUNT = Type.Integer();
/** The quality of a use, measured on data that it had not been trained on. */
export const AiEvaluation = object({
  cases: Type.Integer({
    description: 'The number of forecasts, scores or suggestions that were compared with what really happened',
  }),
  figures: Type.Array(AiFigure),
  baselineUsed: Type.Optional(
    object(
      { of: COUNT, all: COUNT },
      'Of how many series, or of which models, the baseline is used because it was not beaten',
    ),
  ),
  notUsed: Type.Optional(
    Type.Array(Type.String(), {
      description: 'What a figure is `of` for which a plain method was as good: nothing is put out for it',
    }),
  ),
});
export type AiEvaluation = Value<typeof AiEvaluation>;

/**
 * The register of AI uses, for all services. A use is declared, is off in every tenant until an administrator turns it
 * on, and logs its outputs. A service must check `isOn` before it does anything.
 */
export interface AiUses {
  /** Must be called while the services start. @throws Error: the name is taken */
  declare(use: AiUse): void;
  isOn(use: string, tenant: string): Promise<boolean>;
  /** The tenants in which it is on. */
  tenantsWith(use: string): Promise<readonly string[]>;
  /** Logs an output, unless the use is off. @returns the id for rating it; '': the use is off */
  log(output: AiOutput): Promise<string>;
  /** Replaces the previous evaluation. */
  evaluated(use: string, tenant: string, evaluation: AiEvaluation): Promise<void>;
}
