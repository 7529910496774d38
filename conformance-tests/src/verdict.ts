import type { TenantChoice } from './tenant.ts';

export type CaseVerdict = {
  readonly id: string;
  readonly sentence: string;
  readonly durationMs: number;
} & (
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'skipped'; readonly reason: string }
  /** `request` is the judged request as a curl command. */
  | { readonly outcome: 'failed'; readonly expected: string; readonly got: string; readonly request: string }
);

export interface ClauseVerdict {
  readonly number: string;
  readonly title: string;
  readonly cases: readonly CaseVerdict[];
}

export interface RunVerdict {
  readonly url: string;
  readonly tenant: TenantChoice;
  /** ISO 8601. */
  readonly started: string;
  readonly durationMs: number;
  readonly clauses: readonly ClauseVerdict[];
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function tally(cases: readonly CaseVerdict[]): Tally {
  const of = (outcome: CaseVerdict['outcome']) => cases.filter((verdict) => verdict.outcome === outcome).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

export function allCases(run: RunVerdict): CaseVerdict[] {
  return run.clauses.flatMap((clause) => clause.cases);
}
