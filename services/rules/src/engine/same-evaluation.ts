import { isDeepStrictEqual } from 'node:util';
import type { RuleDocument } from '../document/rule.ts';

/** Members that say what an alarm is called and who is told, not when there is one. */
const TOLD = ['name', 'description', 'text', 'severity', 'category', 'subCategory', 'actions', 'enabled'];

/** Whether two versions of a rule have the same alarms. */
export function sameEvaluation(one: RuleDocument, other: RuleDocument): boolean {
  return isDeepStrictEqual(evaluated(one), evaluated(other));
}

function evaluated(rule: RuleDocument): object {
  const steps = rule.steps?.map(({ when, for: held }) => [when, held]);
  return { ...Object.fromEntries(Object.entries(rule).filter(([name]) => !TOLD.includes(name))), steps };
}
