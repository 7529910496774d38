import { nearest } from '@alzette/ngsi-ld-schemas/validation/nearest';
import { IANAZone } from 'luxon';
import { readTimeOfDay } from '../calendar/calendar-time.ts';
import { durationMs } from '../calendar/duration.ts';
import type { Calendar } from '../contract/calendar.ts';
import type { Aggregate, Change, Condition, Threshold } from '../contract/rule.ts';
import { checkShape, join } from './check-shape.ts';
import { error, type Finding, warning } from './finding.ts';
import { attributeOf, checkAttribute, checkUnit, checkValue } from './known-attributes.ts';
import { CONDITION_KINDS } from './rule-schema.ts';

const MAX_DEPTH = 5;
/** The longest window, because its samples are stored for every entity. */
const LONGEST_WINDOW = 'P7D';

/** Checks a condition on entities of some types: its shape, and its attributes and values. */
export function checkCondition(value: unknown, types: readonly string[], member: string, depth = 0): Finding[] {
  if (depth > MAX_DEPTH) return [error(member, 'deeper', `conditions nested at most ${MAX_DEPTH} deep`)];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [error(member, value, 'a condition, e.g. {"attr": "fillingLevel", "op": ">=", "value": 0.8}')];
  }
  const kind = Object.keys(CONDITION_KINDS).find((name) => name in value);
  if (kind === undefined) {
    const names = Object.keys(value);
    const meant = names.map((name) => nearest(name, Object.keys(CONDITION_KINDS))).find((name) => name !== undefined);
    return [error(member, names.join(', '), `a member of these: ${Object.keys(CONDITION_KINDS).join(', ')}`, meant)];
  }
  const shape = checkShape(shallow(kind), value, member);
  if (shape.length > 0) return shape;
  const condition = value as Condition; // the shape was checked, except for nested conditions
  if ('all' in condition || 'any' in condition) {
    const [name, parts] = 'all' in condition ? (['all', condition.all] as const) : (['any', condition.any] as const);
    return parts.flatMap((part, i) => checkCondition(part, types, `${join(member, name)}[${i}]`, depth + 1));
  }
  if ('not' in condition) return checkCondition(condition.not, types, join(member, 'not'), depth + 1);
  if ('during' in condition) return checkCalendar(condition.during, join(member, 'during'));
  if ('geofence' in condition) {
    const attr = condition.attr ?? 'location';
    const kindOf = attributeOf(types, attr)?.kind;
    const findings = checkAttribute(types, attr, join(member, 'attr'));
    if (kindOf !== undefined && kindOf !== 'GeoProperty')
      findings.push(error(join(member, 'attr'), attr, 'a GeoProperty'));
    return [...findings, ...checkWindow(condition.window, join(member, 'window'))];
  }
  const findings = checkAttribute(types, condition.attr, join(member, 'attr'));
  if ('change' in condition) return [...findings, ...checkChange(condition, types, member)];
  return [
    ...findings,
    ...('agg' in condition ? checkAggregate(condition, types, member) : checkThreshold(condition, types, member)),
  ];
}

const shallows = new Map<string, (typeof CONDITION_KINDS)[string]>();

/** The schema of a kind without its nested conditions, which are checked one by one. */
function shallow(kind: string): (typeof CONDITION_KINDS)[string] {
  const known = shallows.get(kind);
  if (known !== undefined) return known;
  const text = JSON.stringify(CONDITION_KINDS[kind]).replaceAll('{"$ref":"#/$defs/condition"}', '{}');
  const schema = JSON.parse(text) as (typeof CONDITION_KINDS)[string];
  shallows.set(kind, schema);
  return schema;
}

const ORDERED = ['>', '>=', '<', '<='];

function checkThreshold({ attr, op, value, unit }: Threshold, types: readonly string[], member: string): Finding[] {
  const attribute = attributeOf(types, attr);
  const at = join(member, 'value');
  const findings = checkUnit(attribute, unit, join(member, 'unit'));
  if (typeof value === 'object' && !Array.isArray(value)) {
    const other = value as { readonly attr: string };
    return [...findings, ...checkAttribute(types, other.attr, join(at, 'attr'))];
  }
  const several = Array.isArray(value);
  if (several && ORDERED.includes(op)) findings.push(error(join(member, 'op'), op, '== or != with several values'));
  const kind = attribute?.kind;
  if (kind !== undefined && kind !== 'Property' && ORDERED.includes(op)) {
    findings.push(error(join(member, 'op'), op, `== or !=: ${attr} is a ${kind}`));
  }
  const values = (several ? value : [value]) as (string | number | boolean)[];
  return [...findings, ...values.flatMap((each, i) => checkValue(attribute, each, unit, several ? `${at}[${i}]` : at))];
}

const COUNTS = ['count', 'changes'];

function checkAggregate(aggregate: Aggregate, types: readonly string[], member: string): Finding[] {
  const { attr, agg, window, where, op, value, unit, per } = aggregate;
  const attribute = attributeOf(types, attr);
  const findings = checkWindow(window, join(member, 'window'));
  if (where !== undefined && agg !== 'count')
    findings.push(error(join(member, 'where'), where, 'none: it belongs to count'));
  if (where !== undefined) findings.push(...checkValue(attribute, where.value, undefined, join(member, 'where.value')));
  if (per !== undefined && agg !== 'rate') findings.push(error(join(member, 'per'), per, 'none: it belongs to rate'));
  if (COUNTS.includes(agg)) {
    if (unit !== undefined) findings.push(error(join(member, 'unit'), unit, `none: ${agg} is a number of samples`));
    if (value < 1 && (op === '>=' || op === '>')) findings.push(warning(join(member, 'value'), value, 'at least 1'));
    return findings;
  }
  findings.push(...checkUnit(attribute, unit, join(member, 'unit')));
  const kind = attribute?.schema.type;
  const isText = kind === 'string' || attribute?.values?.some((each) => typeof each === 'string') === true;
  if (isText) findings.push(error(join(member, 'agg'), agg, `count or changes: ${attr} is no number`));
  if (['avg', 'min', 'max'].includes(agg) && !isText)
    findings.push(...checkValue(attribute, value, unit, join(member, 'value')));
  return findings;
}

function checkChange({ attr, change, window, unit }: Change, types: readonly string[], member: string): Finding[] {
  const attribute = attributeOf(types, attr);
  const findings = [
    ...checkWindow(window, join(member, 'window')),
    ...checkUnit(attribute, unit, join(member, 'unit')),
  ];
  for (const name of ['from', 'to'] as const) {
    const value = change[name];
    if (value !== undefined) findings.push(...checkValue(attribute, value, unit, join(member, `change.${name}`)));
  }
  return findings;
}

function checkWindow(window: string | undefined, member: string): Finding[] {
  if (window === undefined) return [];
  const length = durationMs(window) ?? 0;
  if (length > 0 && length <= (durationMs(LONGEST_WINDOW) as number)) return [];
  return [error(member, window, `a duration above zero and up to ${LONGEST_WINDOW}`)];
}

export function checkCalendar(calendar: Calendar, member: string): Finding[] {
  const findings: Finding[] = [];
  for (const name of ['from', 'to'] as const) {
    const text = calendar[name];
    if (text !== undefined && readTimeOfDay(text) === undefined) {
      findings.push(
        error(join(member, name), text, 'HH:MM, or sunrise, sunset, dawn or dusk with an offset, e.g. sunset+PT30M'),
      );
    }
  }
  const { timeZone } = calendar;
  if (timeZone !== undefined && !IANAZone.isValidZone(timeZone)) {
    findings.push(error(join(member, 'timeZone'), timeZone, 'a time zone of the IANA database, e.g. Europe/Paris'));
  }
  return findings;
}
