import type {
  Aggregate,
  AggregateName,
  Backtest,
  Operator,
  RuleContract,
  RuleDocument,
  Threshold,
} from '@alzette/rules/contract';
import { RULES } from '@alzette/rules/paths';
import { service } from '../broker/service.ts';

export const rules = service<RuleContract>(RULES);

export const OPERATORS = ['==', '!=', '>', '>=', '<', '<='] as const satisfies readonly Operator[];
export const AGGREGATES = [
  'avg',
  'min',
  'max',
  'sum',
  'count',
  'changes',
  'spread',
  'rate',
] as const satisfies readonly AggregateName[];

/** The comparison of an attribute, or of an aggregate of its values in a window, with a value. */
export type Comparison = Threshold & Partial<Omit<Aggregate, keyof Threshold>>;

const A_DAY_MS = 86_400_000;

/** The alarms that a rule, stored or not, would have raised in the last days. @throws AnswerError */
export function backtestRule(rule: RuleDocument, days: number): Promise<Backtest> {
  const now = Date.now();
  const period = { from: new Date(now - days * A_DAY_MS).toISOString(), to: new Date(now).toISOString() };
  return rules.backtestDraft({ body: { rule, ...period } });
}
