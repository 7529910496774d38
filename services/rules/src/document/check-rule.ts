import { durationMs } from '../calendar/duration.ts';
import { type Condition, type RuleDocument, SEVERITIES, type Threshold } from '../contract/rule.ts';
import { checkCalendar, checkCondition } from './check-condition.ts';
import { checkCycles } from './check-cycles.ts';
import { checkShape } from './check-shape.ts';
import { error, type Finding, warning } from './finding.ts';
import { attributeOf, checkAttribute, checkTypes, checkValue } from './known-attributes.ts';
import { ACTION_KINDS, CLEAR_KINDS, RULE_SCHEMA, SEVERITY_STEP } from './rule-schema.ts';

/**
 * The schema without the parts that are checked kind by kind, because a mismatch with one of many shapes has no useful
 * message.
 */
const FRAME = {
  ...RULE_SCHEMA,
  $id: `${RULE_SCHEMA.$id}/frame`,
  properties: {
    ...(RULE_SCHEMA.properties as object),
    when: {},
    clear: { type: 'object' },
    steps: { type: 'array', minItems: 1, maxItems: 4, items: { type: 'object' } },
    actions: { type: 'array', maxItems: 20, items: { type: 'object' } },
  },
  $defs: undefined,
};

/** In characters. Limited, because each condition is tested at every change. */
const LONGEST_DOCUMENT = 32_768;
const LONGEST_LATENESS = 'P1D';

/**
 * Checks a rule: its shape, and its meaning for its types.
 *
 * @param others the other rules of the tenant
 */
export function checkRule(document: unknown, others: readonly RuleDocument[]): Finding[] {
  const { length } = JSON.stringify(document) ?? '';
  if (length > LONGEST_DOCUMENT)
    return [error('rule', `${length} characters`, `at most ${LONGEST_DOCUMENT} characters`)];
  const shape = checkShape(FRAME, document, '');
  if (shape.length > 0) return shape;
  const rule = document as RuleDocument; // the frame was checked; conditions are checked before they are used
  const { types } = rule.scope;
  const findings = [
    ...checkTypes(types),
    ...checkConditions(rule),
    ...checkSteps(rule),
    ...checkAbsence(rule),
    ...checkRest(rule),
  ];
  (rule.actions ?? []).forEach((action, i) => {
    findings.push(...checkAction(action, types, `actions[${i}]`));
  });
  if (findings.some(({ level }) => level === 'error')) return findings;
  return [...findings, ...checkCycles(rule, others)];
}

function checkConditions({ when, clear, absence, scope: { types } }: RuleDocument): Finding[] {
  if (when === undefined) {
    if (absence === undefined) return [error('when', undefined, 'a condition, or absence')];
    return clear === undefined
      ? []
      : [error('clear', clear, 'none without when: data that come back clear an absence')];
  }
  const findings = checkCondition(when, types, 'when');
  if (clear === undefined) {
    const proposal = findings.length === 0 ? proposedClear(when) : { whenOver: true };
    const expected = 'what clears the alarm, best some way from what raises it so that it does not flap';
    return [...findings, error('clear', undefined, expected, JSON.stringify(proposal))];
  }
  const kind = Object.keys(CLEAR_KINDS).find((name) => name in clear);
  if (kind === undefined) return [...findings, error('clear', clear, 'when with a condition, or whenOver: true')];
  const { for: clearFor, ...others } = clear as { for?: unknown };
  if (clearFor !== undefined && (typeof clearFor !== 'string' || durationMs(clearFor) === undefined)) {
    findings.push(error('clear.for', clearFor, 'an ISO 8601 duration, e.g. PT10M'));
  }
  if (kind === 'whenOver') {
    if ('whenOver' in clear && clear.whenOver !== true) findings.push(error('clear.whenOver', clear.whenOver, 'true'));
    return findings;
  }
  findings.push(...checkCondition((others as { when: unknown }).when, types, 'clear.when'));
  if (findings.length === 0 && 'when' in clear) findings.push(...checkHysteresis(when, clear.when));
  return findings;
}

/** Each step must be more severe than the one before it and have a condition different from the rule's own. */
function checkSteps({ steps = [], when, severity, scope: { types } }: RuleDocument): Finding[] {
  if (steps.length > 0 && when === undefined) return [error('steps', steps.length, 'none without when')];
  let before = SEVERITIES.indexOf(severity);
  return steps.flatMap((step, i): Finding[] => {
    const shape = checkShape(SEVERITY_STEP, step, `steps[${i}]`);
    if (shape.length > 0) return shape;
    const findings = checkCondition(step.when, types, `steps[${i}].when`);
    const rank = SEVERITIES.indexOf(step.severity);
    if (rank <= before) {
      const higher = SEVERITIES.slice(before + 1).join(', ');
      findings.push(
        error(`steps[${i}].severity`, step.severity, `a higher one than before it: ${higher || 'none is'}`),
      );
    }
    before = Math.max(before, rank);
    if (findings.length === 0 && when !== undefined) findings.push(...checkStepBeyond(when, step.when, i));
    return findings;
  });
}

/** A step that holds whenever the rule's own condition holds makes that condition pointless. */
function checkStepBeyond(when: Condition, step: Condition, i: number): Finding[] {
  if (!isNumericThreshold(when) || !isNumericThreshold(step)) return [];
  if (when.attr !== step.attr || when.unit !== step.unit || 'agg' in when || 'agg' in step) return [];
  const isAbove = when.op.startsWith('>');
  if (isAbove !== step.op.startsWith('>')) return [];
  const gap = isAbove ? step.value - when.value : when.value - step.value;
  return gap > 0
    ? []
    : [warning(`steps[${i}].when.value`, step.value, `a value beyond ${when.value}, that of the rule`)];
}

/** For a threshold, one with some hysteresis; otherwise, that the condition is over. */
function proposedClear(when: Condition): object {
  const threshold = isNumericThreshold(when) ? when : undefined;
  if (threshold === undefined) return { whenOver: true, for: 'PT10M' };
  const isAbove = threshold.op.startsWith('>');
  const back = Number((threshold.value * (isAbove ? 0.9 : 1.1)).toPrecision(3));
  return { when: { ...threshold, op: isAbove ? '<' : '>', value: back }, for: 'PT10M' };
}

function isNumericThreshold(condition: Condition): condition is Threshold & { readonly value: number } {
  return 'op' in condition && typeof condition.value === 'number' && /[<>]/.test(condition.op);
}

/** If a value raises and clears at once, the alarm is never raised. */
function checkHysteresis(when: Condition, clear: Condition): Finding[] {
  if (!isNumericThreshold(when) || !isNumericThreshold(clear)) return [];
  if (when.attr !== clear.attr || when.unit !== clear.unit || 'agg' in when || 'agg' in clear) return [];
  const isAbove = when.op.startsWith('>');
  const isOpposite = isAbove !== clear.op.startsWith('>');
  const gap = isAbove ? when.value - clear.value : clear.value - when.value;
  if (!isOpposite) {
    return [
      warning('clear.when.op', clear.op, `the other direction: it holds for values that raise, which never will`),
    ];
  }
  if (gap < 0) return [warning('clear.when.value', clear.value, `a value on the other side of ${when.value}`)];
  if (gap === 0) return [warning('clear.when.value', clear.value, `some distance from ${when.value}, or it flaps`)];
  return [];
}

function checkAbsence({ absence, when, scope: { types } }: RuleDocument): Finding[] {
  if (absence === undefined) return [];
  if (absence.attr === undefined && when === undefined) {
    return [error('absence.attr', undefined, 'the attribute that is awaited, as there is no when')];
  }
  const findings = absence.attr === undefined ? [] : checkAttribute(types, absence.attr, 'absence.attr');
  if (absence.after !== undefined && (durationMs(absence.after) ?? 0) < 60_000) {
    findings.push(error('absence.after', absence.after, 'at least PT1M'));
  }
  return findings;
}

function checkRest({ schedule, lateness, suppressIf, group, dedup, scope: { types } }: RuleDocument): Finding[] {
  const findings = schedule === undefined ? [] : checkCalendar(schedule, 'schedule');
  if (lateness !== undefined && (durationMs(lateness) ?? 0) > (durationMs(LONGEST_LATENESS) as number)) {
    findings.push(error('lateness', lateness, `at most ${LONGEST_LATENESS}`));
  }
  (suppressIf ?? []).forEach((suppression, i) => {
    if (suppression === 'maintenance') return;
    const { parentAlarm } = suppression;
    const member = `suppressIf[${i}].parentAlarm`;
    const kind = attributeOf(types, parentAlarm)?.kind;
    if (kind !== undefined && kind !== 'Relationship') findings.push(error(member, parentAlarm, 'a Relationship'));
    else findings.push(...checkAttribute(types, parentAlarm, member));
  });
  if (group !== undefined && dedup?.key !== undefined && !dedup.key.includes('entity')) {
    findings.push(warning('group', group, 'none: dedup.key makes the alarms of several entities one already'));
  }
  return findings;
}

function checkAction(action: object, types: readonly string[], member: string): Finding[] {
  const type = (action as { type?: unknown }).type;
  const schema = typeof type === 'string' ? ACTION_KINDS[type] : undefined;
  if (schema === undefined) return [error(`${member}.type`, type, `one of ${Object.keys(ACTION_KINDS).join(', ')}`)];
  const shape = checkShape(schema, action, member);
  if (shape.length > 0 || type !== 'update') return shape;
  const { attr, value } = action as { attr: string; value: string | number | boolean };
  const attribute = attributeOf(types, attr);
  if (attribute !== undefined && attribute.kind !== 'Property') {
    return [error(`${member}.attr`, attr, `a Property: ${attr} is a ${attribute.kind}`)];
  }
  return [
    ...checkAttribute(types, attr, `${member}.attr`),
    ...checkValue(attribute, value, undefined, `${member}.value`),
  ];
}
