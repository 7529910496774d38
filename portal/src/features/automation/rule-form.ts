import type {
  AggregateName,
  Clear,
  Condition,
  Operator,
  RuleDocument,
  Scalar,
  Severity,
} from '@alzette/rules/contract';
import { inLanguage } from '../../i18n/in-language.ts';
import { durationOf, minutesOf } from '../../rules/duration.ts';
import type { Comparison } from '../../rules/rule.ts';
import { actionsOf, type Following, followingOf, NOTHING_FOLLOWS } from './rule-actions.ts';

/** A comparison as the form has it: texts as they are typed. */
export interface Row {
  readonly attr: string;
  /** Empty: the value itself. */
  readonly agg: AggregateName | '';
  /** Minutes, for an aggregate. */
  readonly window: number;
  readonly op: Operator;
  /** Several are separated by commas. */
  readonly value: string;
  readonly unit?: string;
}

/** A rule as the form has it. What the form does not show stays in `others`. */
export interface RuleForm {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly scopes: readonly string[];
  readonly joined: 'all' | 'any';
  readonly rows: readonly Row[];
  /** Minutes that the condition has to hold. */
  readonly held: number;
  /** The value that ends the alarm of a single numeric row; empty: it ends when the condition is over. */
  readonly until: string;
  /** Minutes without a message; 0: silence raises nothing. */
  readonly silence: number;
  readonly severity: Severity;
  readonly enabled: boolean;
  /** Who is told, and what else follows. */
  readonly following: Following;
  readonly others: Readonly<Record<string, unknown>>;
}

export const NEW_ROW: Row = { attr: '', agg: '', window: 60, op: '>', value: '' };

export const NEW_RULE: RuleForm = {
  id: '',
  name: '',
  type: '',
  scopes: [],
  joined: 'all',
  rows: [NEW_ROW],
  held: 10,
  until: '',
  silence: 0,
  severity: 'medium',
  enabled: false,
  following: NOTHING_FOLLOWS,
  others: {},
};

const COMPARISON = new Set(['attr', 'op', 'value', 'unit', 'agg', 'window']);
const NUMBER = /^-?\d+(?:[.,]\d+)?$/;

/** The form of a rule; undefined: it has parts that only its document can express. */
export function formOf(rule: RuleDocument, locale: string): RuleForm | undefined {
  const { id, name, enabled, scope, when, for: held, clear, absence, severity, actions = [], ...others } = rule;
  const { types = [], scopeQ, ...otherScope } = scope;
  const conditions = conditionsOf(when);
  const heldMinutes = held === undefined ? 0 : minutesOf(held);
  const silence = absence === undefined ? 0 : minutesOf(absence.after ?? '');
  if (conditions === undefined || heldMinutes === undefined || silence === undefined) return undefined;
  if (types.length !== 1 || Object.keys(otherScope).length > 0 || absence?.attr !== undefined) return undefined;
  const until = untilOf(clear, conditions.rows);
  if (until === undefined) return undefined;
  return {
    id,
    name: inLanguage(name, locale),
    type: types[0] ?? '',
    scopes: scopeQ?.split(',') ?? [],
    ...conditions,
    held: heldMinutes,
    until,
    silence,
    severity,
    enabled: enabled !== false,
    following: followingOf(actions),
    others: { ...others, name },
  };
}

/** The document of a form. The language of the reader gets the name; a new rule has it in each of the languages that must be there. */
export function ruleOf(form: RuleForm, locale: string): RuleDocument {
  const { others, rows, joined, held, silence, scopes } = form;
  const actions = actionsOf(form.following);
  const conditions = rows.filter(({ attr }) => attr !== '').map(comparisonOf);
  const name = { fr: form.name, en: form.name, ...(others.name as object | undefined), [locale]: form.name };
  const [only] = conditions;
  const when = conditions.length > 1 ? joinedOf(joined, conditions) : only;
  return {
    ...others,
    id: form.id,
    name,
    enabled: form.enabled,
    scope: { types: [form.type], ...(scopes.length > 0 && { scopeQ: scopes.join(',') }) },
    ...(when && { when, clear: clearOf(form, conditions) }),
    ...(when && held > 0 && { for: durationOf(held) }),
    ...(silence > 0 && { absence: { after: durationOf(silence) } }),
    severity: form.severity,
    ...(actions.length > 0 && { actions }),
  };
}

/** Whether the form can offer a value that ends the alarm. */
export function hasThreshold(rows: readonly Row[]): boolean {
  const [row] = rows;
  return rows.length === 1 && row !== undefined && isOrder(row.op);
}

function joinedOf(joined: 'all' | 'any', conditions: readonly Comparison[]): Condition {
  return joined === 'all' ? { all: conditions } : { any: conditions };
}

function conditionsOf(when: Condition | undefined): Pick<RuleForm, 'joined' | 'rows'> | undefined {
  if (when === undefined) return { joined: 'all', rows: [] };
  const joined = 'any' in when ? 'any' : 'all';
  const parts = 'any' in when ? when.any : 'all' in when ? when.all : [when];
  const rows = parts.map(rowOf);
  return rows.every((row) => row !== undefined) ? { joined, rows } : undefined;
}

function rowOf(condition: Condition): Row | undefined {
  if (!('op' in condition) || Object.keys(condition).some((key) => !COMPARISON.has(key))) return undefined;
  const comparison: Comparison = condition;
  const { attr, op, value, unit, agg = '', window } = comparison;
  const minutes = window === undefined ? NEW_ROW.window : minutesOf(window);
  if (minutes === undefined || (typeof value === 'object' && 'attr' in value)) return undefined;
  const row: Row = { attr, agg, window: minutes, op, value: [value].flat().join(', '), ...(unit && { unit }) };
  // A text with a comma, or one that looks like a number, would not come back as it was.
  return JSON.stringify(comparisonOf(row).value) === JSON.stringify(value) ? row : undefined;
}

function comparisonOf({ attr, agg, window, op, value, unit }: Row): Comparison {
  const values = value.split(',').flatMap((part) => part.trim() || []);
  const isList = !isOrder(op) && values.length > 1;
  return {
    attr,
    op,
    value: isList ? values.map(scalarOf) : scalarOf(value.trim()),
    ...(unit && { unit }),
    ...(agg && { agg, window: durationOf(window) }),
  };
}

function scalarOf(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true';
  return NUMBER.test(text) ? Number(text.replace(',', '.')) : text;
}

function isOrder(op: Operator): boolean {
  return op !== '==' && op !== '!=';
}

/** Undefined: the alarm ends by something that the form does not show. */
function untilOf(clear: Clear | undefined, rows: readonly Row[]): string | undefined {
  if (clear === undefined) return '';
  if (clear.for !== undefined) return undefined;
  if (!('when' in clear)) return '';
  const back = rowOf(clear.when);
  const [row] = rows;
  if (back === undefined || row === undefined || !hasThreshold(rows)) return undefined;
  const isSame = back.attr === row.attr && back.agg === row.agg && back.window === row.window && back.unit === row.unit;
  return isSame && back.op === opposite(row.op) ? back.value : undefined;
}

function clearOf({ rows, until }: RuleForm, conditions: readonly Comparison[]): Clear {
  const [condition] = conditions;
  if (until.trim() === '' || condition === undefined || !hasThreshold(rows)) return { whenOver: true };
  return { when: { ...condition, op: opposite(condition.op), value: scalarOf(until.trim()) } };
}

/** Below for above, so that what ends an alarm does not raise it. */
function opposite(op: Operator): Operator {
  return op.startsWith('>') ? '<' : '>';
}
