import type { Context } from '../../../context/contexts.ts';
import { MEASURES, STEPS } from '../../../contract/territory.ts';
import type { Analysis, Dimension, Measure, Period } from '../../../history/analysis/analysis.ts';
import { expandAttributeName } from '../../../model/parse/parse-attribute.ts';
import { badMember, checkName, type JsonObject } from '../../../model/values.ts';
import type { EntityFilter } from '../../../query/entity-query.ts';
import { parseQ } from '../../../query/q/q-parser.ts';
import { parseScopeQuery } from '../../../query/scope/scope-query.ts';
import { arrayOf, choiceIn, integerIn, membersOf, numberIn, textIn, textsIn } from './members.ts';

const LONGEST_Q = 2000;
const MAX_DIMENSIONS = 2;
const MAX_SCOPES = 50;
const MAX_LEVELS = 4;
const MAX_ROWS = 5_000;
const USUAL_ROWS = 1_000;
const FARTHEST_M = 5_000;
const STEP_MS = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
  all: Number.POSITIVE_INFINITY,
};
/** Enough for one year by hours. */
const MAX_STEPS = 9_000;
const ZONE = /^[A-Za-z][\w+/-]{0,63}$/;

/** The body of `POST /territory/analysis`. @throws NgsiLdError BadRequestData */
export function readAnalysis(body: unknown, names: Context): Analysis {
  const members = membersOf(body, 'body', ['type', 'q', 'scopes', 'near', 'group', 'measure', 'over', 'limit']);
  const { near, over, limit } = members;
  const measure = readMeasure(members.measure, names, over !== undefined);
  return {
    filter: readFilter(members, '', names),
    group: arrayOf(members.group ?? [], 'group', 0, MAX_DIMENSIONS).map((each, place) =>
      readDimension(each, `group[${place}]`, names),
    ),
    measure,
    limit: integerIn(limit ?? USUAL_ROWS, 'limit', 1, MAX_ROWS),
    ...(near !== undefined && { near: readNear(near, names) }),
    ...(over !== undefined && { over: readPeriod(over) }),
  };
}

function readNear(value: unknown, names: Context): NonNullable<Analysis['near']> {
  const members = membersOf(value, 'near', ['type', 'q', 'scopes', 'metres']);
  return {
    filter: readFilter(members, 'near.', names),
    metres: numberIn(members.metres, 'near.metres', 1, FARTHEST_M),
  };
}

function readFilter({ type, q, scopes }: JsonObject, at: string, names: Context): EntityFilter {
  const types = { kind: 'anyOf', groups: [[names.type(checkName(type, `${at}type`))]] } as const;
  const below = scopes === undefined ? [] : textsIn(scopes, `${at}scopes`, MAX_SCOPES);
  return {
    selectors: [{ types }],
    ...(q !== undefined && q !== '' && { q: parseQ(readQ(q, `${at}q`), names, {}) }),
    // A scope with everything below it.
    ...(below.length > 0 && { scopeQ: parseScopeQuery(below.map((scope) => `${scope}/#`).join('|')) }),
  };
}

function readQ(value: unknown, at: string): string {
  if (typeof value === 'string' && value.length <= LONGEST_Q) return value;
  throw badMember(at, value, `a query of at most ${LONGEST_Q} characters`);
}

function readDimension(value: unknown, at: string, names: Context): Dimension {
  const members = membersOf(value, at, ['by', 'attribute', 'path', 'levels']);
  const by = choiceIn(members.by, `${at}.by`, ['attribute', 'scope', 'type', 'entity']);
  if (by === 'scope') return { by, levels: integerIn(members.levels ?? 1, `${at}.levels`, 1, MAX_LEVELS) };
  if (by !== 'attribute') return { by };
  const path = members.path === undefined ? [] : textIn(members.path, `${at}.path`).split('.');
  return { by, attribute: attributeIn(members.attribute, `${at}.attribute`, names), path };
}

function readMeasure(value: unknown, names: Context, isOverTime: boolean): Measure {
  const { kind: given, attribute } = membersOf(value ?? { kind: 'count' }, 'measure', ['kind', 'attribute']);
  const kind = choiceIn(given, 'measure.kind', MEASURES);
  if (kind === 'increase' && !isOverTime)
    throw badMember('measure.kind', kind, 'a measure of current values, or a period in over');
  if (attribute === undefined) {
    if (kind === 'count' && !isOverTime) return { kind };
    throw badMember('measure.attribute', attribute, 'the attribute that is measured');
  }
  return { kind, attribute: attributeIn(attribute, 'measure.attribute', names) };
}

function readPeriod(value: unknown): Period {
  const members = membersOf(value, 'over', ['from', 'to', 'step', 'timeZone']);
  const [from, to] = (['from', 'to'] as const).map((name) => timeIn(members[name], `over.${name}`)) as [string, string];
  const step = choiceIn(members.step ?? 'all', 'over.step', STEPS);
  const lasts = Date.parse(to) - Date.parse(from);
  if (lasts <= 0) throw badMember('over.to', members.to, 'a time after over.from');
  if (lasts / STEP_MS[step] > MAX_STEPS) throw badMember('over.step', step, `at most ${MAX_STEPS} steps`);
  const timeZone = members.timeZone ?? 'UTC';
  if (typeof timeZone !== 'string' || !ZONE.test(timeZone) || !isZone(timeZone)) {
    throw badMember('over.timeZone', timeZone, 'a time zone such as Europe/Paris');
  }
  return { from, to, step, timeZone };
}

function timeIn(value: unknown, at: string): string {
  const time = typeof value === 'string' && value.length <= 40 ? Date.parse(value) : Number.NaN;
  if (!(time > Date.UTC(1970) && time < Date.UTC(2200)))
    throw badMember(at, value, 'a time such as 2026-01-31T00:00:00Z');
  return new Date(time).toISOString();
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function attributeIn(value: unknown, at: string, names: Context): string {
  return expandAttributeName(checkName(value, at), at, names);
}
