import type { Condition, RuleDocument } from '../contract/rule.ts';
import { error, type Finding } from './finding.ts';

/**
 * Finds cycles of rules that write each other's input and include this rule: one finding for each action that closes a
 * cycle.
 */
export function checkCycles(rule: RuleDocument, others: readonly RuleDocument[]): Finding[] {
  const rules = [rule, ...others.filter(({ id, enabled }) => id !== rule.id && enabled !== false)];
  return (rule.actions ?? []).flatMap((action, i): Finding[] => {
    if (action.type !== 'update') return [];
    const path = pathBack(rule, action.attr, rules);
    if (path === undefined) return [];
    const circle = [...path, rule.id].join(' → ');
    return [
      error(`actions[${i}].attr`, action.attr, `an attribute that no rule reads which leads back here: ${circle}`),
    ];
  });
}

/** The rules from a write of an attribute back to the rule itself; undefined: there is no cycle. */
function pathBack(rule: RuleDocument, attr: string, rules: readonly RuleDocument[]): string[] | undefined {
  const ways: { readonly attr: string; readonly types: readonly string[]; readonly path: readonly string[] }[] = [
    { attr, types: rule.scope.types, path: [rule.id] },
  ];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const reader of rules) {
      if (!isRead(reader, way.attr, way.types)) continue;
      if (reader.id === rule.id) return [...way.path];
      if (seen.has(reader.id)) continue;
      seen.add(reader.id);
      for (const action of reader.actions ?? []) {
        if (action.type === 'update') {
          ways.push({ attr: action.attr, types: reader.scope.types, path: [...way.path, reader.id] });
        }
      }
    }
  }
  return undefined;
}

function isRead(rule: RuleDocument, attr: string, types: readonly string[]): boolean {
  return rule.scope.types.some((type) => types.includes(type)) && attributesReadBy(rule).has(attr);
}

/** The attributes that a rule's conditions read from its entities. */
export function attributesReadBy({ when, clear, steps = [], absence }: RuleDocument): Set<string> {
  const conditions = [
    when,
    clear !== undefined && 'when' in clear ? clear.when : undefined,
    ...steps.map((step) => step.when),
  ];
  const names = conditions.flatMap((condition) => (condition === undefined ? [] : attributesIn(condition)));
  return new Set([...names, ...(absence?.attr === undefined ? [] : [absence.attr])]);
}

function attributesIn(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(attributesIn);
  if ('any' in condition) return condition.any.flatMap(attributesIn);
  if ('not' in condition) return attributesIn(condition.not);
  if ('during' in condition) return [];
  if ('geofence' in condition) return [condition.attr ?? 'location'];
  const { value } = condition as { readonly value?: unknown };
  const isReference = typeof value === 'object' && value !== null && 'attr' in value;
  return [condition.attr, ...(isReference ? [String(value.attr)] : [])];
}
