import type { Clear, Condition, RuleDocument } from '../contract/rule.ts';

/** A condition as one readable line, e.g. `fillingLevel avg PT2H >= 0.8`. */
function conditionText(condition: Condition): string {
  if ('all' in condition) return condition.all.map(inBraces).join(' and ');
  if ('any' in condition) return condition.any.map(inBraces).join(' or ');
  if ('not' in condition) return `not ${inBraces(condition.not)}`;
  if ('during' in condition) {
    const { from, to, days, holidays } = condition.during;
    const parts = [from && `from ${from}`, to && `to ${to}`, days && `on days ${days.join(', ')}`];
    return ['during', ...parts, holidays && `holidays: ${holidays}`].filter((part) => part).join(' ');
  }
  if ('geofence' in condition) return `${condition.attr ?? 'location'} ${condition.geofence} the area`;
  if ('change' in condition) {
    const { from, to, by } = condition.change;
    const what = [from !== undefined && `from ${from}`, to !== undefined && `to ${to}`, by !== undefined && `by ${by}`];
    return [condition.attr, 'changed', ...what.filter((part) => part), 'within', condition.window].join(' ');
  }
  const { attr, op, value, unit = '' } = condition;
  const compared = typeof value === 'object' && 'attr' in value ? `${value.times ?? 1} × ${value.attr}` : String(value);
  const window = 'agg' in condition ? ` ${condition.agg} ${condition.window}` : '';
  return `${attr}${window} ${op} ${compared}${unit && ` ${unit}`}`;
}

function inBraces(condition: Condition): string {
  const text = conditionText(condition);
  return 'all' in condition || 'any' in condition ? `(${text})` : text;
}

/** The condition for an alarm of a cause of the rule, at a level of its steps. */
export function raiseText(rule: RuleDocument, cause: 'condition' | 'absence', silence: string, level = 0): string {
  if (cause === 'absence') return `no ${rule.absence?.attr ?? 'data'} for ${rule.absence?.after ?? silence}`;
  const { when, for: duration } = rule.steps?.[level - 1] ?? rule;
  const held = duration === undefined ? '' : ` for ${duration}`;
  return `${when === undefined ? '' : conditionText(when)}${held}`;
}

/** The condition for clearing it. */
export function clearText(clear: Clear | undefined): string {
  if (clear === undefined) return 'data come again';
  const held = clear.for === undefined ? '' : ` for ${clear.for}`;
  return `${'when' in clear ? conditionText(clear.when) : 'the condition is over'}${held}`;
}
