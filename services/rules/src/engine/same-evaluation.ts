import { isDeepStrictEqual } from 'node:util';
import type { RuleDocument } from '../contract/rule.ts';

/** Members that affect the name and the recipients of an alarm, but not its existence. */
const TOLD = ['name', 'description', 'text', 'severity', 'category', 'subCategory', 'actions', 'enabled'];

/** Whether two versions of a rule raise the same alarms. */
export function sameEvaluation(one: RuleDocument, other: RuleDocument): boolean {
  return isDeepStrictEqual(evaluated(one), evaluated(other));
}

function evaluated(rule: RuleDocument): object {
  const steps = rule.steps?.map(({ when, for: held }) => [when, held]);
  return { ...Object.fromEntries(Object.entries(rule).filter(([name]) => !TOLD.includes(name))), steps };
}
