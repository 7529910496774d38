import { durationMs } from '../calendar/duration.ts';
import type { Calendar, Holidays } from '../contract/calendar.ts';
import type { Aggregate, Change, Condition, Geofence, Threshold } from '../contract/rule.ts';
import { liesIn } from './area.ts';
import { CalendarHours, type CalendarPlace } from './calendar-hours.ts';
import { compare, compareWithAny, isReference, isSeveral } from './comparison.ts';
import type { EntityReader } from './entity-reader.ts';
import type { Sample, Value } from './series.ts';
import { all, any, FALSE, not, type Outcome, outcome, UNKNOWN } from './truth.ts';
import { aggregate, isSame, windowUntil } from './window.ts';

/** A value that a condition read; the evidence of an alarm. */
export interface Reading {
  readonly attr: string;
  /** The time of the sample; for an aggregate, the end of its window. */
  readonly at: number;
  readonly value: Value;
  readonly agg?: string;
  readonly windowMs?: number;
}

/** A compiled condition, for use on any entity at any time. It has no state. */
export interface Test {
  at(entity: EntityReader, time: number): Outcome;
  readings(entity: EntityReader, time: number): Reading[];
  /** The attributes that it reads, and the length of their windows. */
  readonly reads: readonly { readonly attr: string; readonly windowMs: number }[];
}

export interface CompileParts {
  readonly place: CalendarPlace;
  /** Converts a number of the rule to the unit of the attribute's samples. */
  inUnitOf(attr: string, value: number, unit: string | undefined): number;
}

/** @param condition a valid condition, whose durations can be parsed */
export function compileCondition(condition: Condition, parts: CompileParts): Test {
  if ('all' in condition) return combined(condition.all, parts, all);
  if ('any' in condition) return combined(condition.any, parts, any);
  if ('not' in condition) return negated(compileCondition(condition.not, parts));
  if ('during' in condition) return during(condition.during, parts.place);
  if ('geofence' in condition) return geofence(condition);
  if ('change' in condition) return change(condition, parts);
  return 'agg' in condition ? aggregated(condition, parts) : threshold(condition, parts);
}

function combined(
  conditions: readonly Condition[],
  parts: CompileParts,
  combine: (outcomes: readonly Outcome[]) => Outcome,
): Test {
  return combinedTests(
    conditions.map((condition) => compileCondition(condition, parts)),
    combine,
  );
}

export function combinedTests(tests: readonly Test[], combine: (outcomes: readonly Outcome[]) => Outcome): Test {
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return {
    at: (entity, time) => combine(tests.map((test) => test.at(entity, time))),
    readings: (entity, time) => tests.flatMap((test) => test.readings(entity, time)),
    reads: tests.flatMap(({ reads }) => reads),
  };
}

export function negated(test: Test): Test {
  return { ...test, at: (entity, time) => not(test.at(entity, time)) };
}

/** False if the test is true; true if it is false or unknown. */
export function unlessTrue(test: Test): Test {
  return {
    ...test,
    at(entity, time) {
      const { truth, next } = test.at(entity, time);
      return outcome(truth !== true, next);
    },
  };
}

/** Whether a calendar is open, with the holidays of the entity's commune. */
export function during(calendar: Calendar, place: CalendarPlace): Test {
  const hours = new Map<Holidays, CalendarHours>();
  const hoursOf = (holidays: Holidays): CalendarHours => {
    const known = hours.get(holidays) ?? new CalendarHours(calendar, place, holidays);
    hours.set(holidays, known);
    return known;
  };
  return { at: ({ holidays }, time) => hoursOf(holidays).at(time), readings: () => [], reads: [] };
}

function threshold({ attr, op, value, unit }: Threshold, { inUnitOf }: CompileParts): Test {
  const readings = (entity: EntityReader, time: number) => lastReading(entity, attr, time);
  if (isReference(value)) {
    const { attr: other, times = 1 } = value;
    return {
      at(entity, time) {
        const right = entity.lastAt(other, time)?.[1];
        if (right === undefined || right === null || typeof right === 'object') return UNKNOWN;
        const scaled = typeof right === 'number' ? right * times : right;
        return outcome(compare(entity.lastAt(attr, time)?.[1], op, scaled));
      },
      readings: (entity, time) => [...readings(entity, time), ...lastReading(entity, other, time)],
      reads: [attr, other].map((read) => ({ attr: read, windowMs: 0 })),
    };
  }
  const reads = [{ attr, windowMs: 0 }];
  if (isSeveral(value)) {
    return {
      at: (entity, time) => outcome(compareWithAny(entity.lastAt(attr, time)?.[1], op, value)),
      readings,
      reads,
    };
  }
  const bound = typeof value === 'number' ? inUnitOf(attr, value, unit) : value;
  return { at: (entity, time) => outcome(compare(entity.lastAt(attr, time)?.[1], op, bound)), readings, reads };
}

function lastReading(entity: EntityReader, attr: string, time: number): Reading[] {
  const sample = entity.lastAt(attr, time);
  return sample === undefined ? [] : [{ attr, at: sample[0], value: sample[1] }];
}

/** Aggregates that only decrease when samples leave their window. */
const FALLING = ['count', 'changes'];

function aggregated({ attr, agg, window, where, op, value, unit, per }: Aggregate, { inUnitOf }: CompileParts): Test {
  const windowMs = durationMs(window) as number;
  const perMs = durationMs(per ?? 'PT1H') as number;
  const bound = FALLING.includes(agg) ? value : inUnitOf(attr, value, unit);
  const isCounted = where === undefined ? () => true : (each: Value) => compare(each, where.op, where.value) === true;
  const only = FALLING.includes(agg) && (op === '>' || op === '>=');
  const windowAt = (entity: EntityReader, time: number) =>
    windowUntil(entity.samples(attr), entity.indexAt(attr, time), time, windowMs);
  const valueAt = (entity: EntityReader, time: number): number | undefined => {
    const result = aggregate(agg, windowAt(entity, time), isCounted);
    return agg === 'rate' && result !== undefined ? result * perMs : result;
  };
  return {
    at(entity, time) {
      const { samples, first, last } = windowAt(entity, time);
      const truth = compare(valueAt(entity, time), op, bound);
      const oldest = first <= last ? (samples[first] as Sample) : undefined;
      const isSettled = oldest === undefined || (only && truth === false);
      return outcome(truth, isSettled ? undefined : oldest[0] + windowMs);
    },
    readings(entity, time) {
      const result = valueAt(entity, time);
      return result === undefined ? [] : [{ attr, at: time, value: result, agg, windowMs }];
    },
    reads: [{ attr, windowMs }],
  };
}

function change({ attr, change: { from, to, by }, window, unit }: Change, { inUnitOf }: CompileParts): Test {
  // A difference has no offset, so only the scale of the unit is converted.
  const least = by === undefined ? undefined : Math.abs(inUnitOf(attr, by, unit) - inUnitOf(attr, 0, unit));
  const isMeant = (before: Value, after: Value): boolean => {
    if (isSame(before, after)) return false;
    if (from !== undefined && compare(before, '==', from) !== true) return false;
    if (to !== undefined && compare(after, '==', to) !== true) return false;
    if (least === undefined) return true;
    return typeof before === 'number' && typeof after === 'number' && Math.abs(after - before) >= least;
  };
  return lately(attr, durationMs(window) as number, isMeant);
}

/** Whether two consecutive samples within the window match. */
function lately(attr: string, windowMs: number, isMeant: (before: Value, after: Value) => boolean): Test {
  const find = (entity: EntityReader, time: number): number | undefined => {
    const { samples, first, last } = windowUntil(entity.samples(attr), entity.indexAt(attr, time), time, windowMs);
    for (let i = last; i >= Math.max(first, 1); i--) {
      if (isMeant((samples[i - 1] as Sample)[1], (samples[i] as Sample)[1])) return i;
    }
    return undefined;
  };
  return {
    at(entity, time) {
      const found = find(entity, time);
      if (found === undefined) return entity.lastAt(attr, time) === undefined ? UNKNOWN : FALSE;
      return outcome(true, (entity.samples(attr)[found] as Sample)[0] + windowMs);
    },
    readings(entity, time) {
      const found = find(entity, time);
      const pair = found === undefined ? [] : entity.samples(attr).slice(found - 1, found + 1);
      return pair.map(([at, value]) => ({ attr, at, value }));
    },
    reads: [{ attr, windowMs }],
  };
}

function geofence({ geofence: relation, area, attr = 'location', window = 'PT5M' }: Geofence): Test {
  if (relation === 'enter' || relation === 'leave') {
    const isInsideAfter = relation === 'enter';
    return lately(attr, durationMs(window) as number, (before, after) => {
      return liesIn(before, area) === !isInsideAfter && liesIn(after, area) === isInsideAfter;
    });
  }
  const inside: Test = {
    at(entity, time) {
      const sample = entity.lastAt(attr, time);
      return outcome(sample && liesIn(sample[1], area));
    },
    readings: (entity, time) => lastReading(entity, attr, time),
    reads: [{ attr, windowMs: 0 }],
  };
  return relation === 'inside' ? inside : negated(inside);
}

/** Whether none of the attributes has a sample for this long. */
export function absent(attrs: readonly string[], afterMs: number): Test {
  const lastOf = (entity: EntityReader, time: number): number =>
    attrs.reduce((last, attr) => Math.max(last, entity.lastAt(attr, time)?.[0] ?? last), entity.since);
  return {
    at(entity, time) {
      const deadline = lastOf(entity, time) + afterMs;
      return time >= deadline ? outcome(true) : outcome(false, deadline);
    },
    readings: (entity, time) => attrs.flatMap((attr) => lastReading(entity, attr, time)),
    reads: attrs.map((attr) => ({ attr, windowMs: 0 })),
  };
}
