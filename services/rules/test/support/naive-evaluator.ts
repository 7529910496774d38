import { durationMs } from '../../src/calendar/duration.ts';
import type { Comparand, Condition, Operator, RuleDocument } from '../../src/contract/rule.ts';

/*
 * A second evaluator without code in common: it keeps all accepted samples and computes the state from scratch for
 * every time at which something could change. Slow and simple.
 */

export interface NaiveSample {
  readonly attr: string;
  readonly at: number;
  readonly value: unknown;
}

export interface NaiveAlarm {
  readonly isActive: boolean;
  readonly turned: number;
  /** The number of severity steps reached. */
  readonly level: number;
}

type Open = (at: number) => boolean;

/** The accepted samples, given the order of arrival: by attribute, ascending. */
export function admitted(
  arrivals: readonly NaiveSample[],
  since: number,
  latenessMs: number,
  firstBatch: number,
): Map<string, NaiveSample[]> {
  const all = new Map<string, NaiveSample[]>();
  let newest = since;
  arrivals.forEach((arrival, i) => {
    const known = all.get(arrival.attr);
    if (known === undefined) {
      const at = i < firstBatch ? arrival.at : Math.max(arrival.at, newest - latenessMs + 1);
      all.set(arrival.attr, [{ ...arrival, at }]);
      newest = Math.max(newest, at);
      return;
    }
    if (arrival.at <= newest - latenessMs) return;
    all.set(
      arrival.attr,
      [...known.filter(({ at }) => at !== arrival.at), arrival].sort((a, b) => a.at - b.at),
    );
    newest = Math.max(newest, arrival.at);
  });
  return all;
}

/** The alarms of a rule on an entity at a time, by cause and first raise. */
export function naiveAlarms(
  rule: RuleDocument,
  samples: ReadonlyMap<string, readonly NaiveSample[]>,
  since: number,
  now: number,
  calendars: ReadonlyMap<unknown, { readonly isOpen: Open; readonly edges: readonly number[] }>,
): Map<string, NaiveAlarm> {
  const holds = (condition: Condition, at: number) => truth(condition, at, samples, calendars);
  const inSchedule = (at: number) => rule.schedule === undefined || calendars.get(rule.schedule)?.isOpen(at) === true;
  const { when, clear } = rule;
  const alarms = new Map<string, NaiveAlarm>();
  const points = momentsOf(rule, samples, since, now, calendars);
  if (when !== undefined && clear !== undefined) {
    const isOver = (at: number) => ('when' in clear ? holds(clear.when, at) === true : holds(when, at) === false);
    const begins = [when, ...(rule.steps ?? []).map((step) => step.when)].map(
      (condition) => (at: number) => holds(condition, at) === true && inSchedule(at) && !mayClear(at),
    );
    const waits = [rule.for, ...(rule.steps ?? []).map((step) => step.for)].map(ms);
    const mayClear = (at: number) => ('when' in clear ? holds(clear.when, at) === true : holds(when, at) === false);
    follow('condition', begins, isOver, waits, ms(clear.for));
  }
  if (rule.absence?.attr !== undefined) {
    const own = samples.get(rule.absence.attr) ?? [];
    const after = ms(rule.absence.after);
    const silent = (at: number) => {
      const last = own.filter((sample) => sample.at <= at).at(-1)?.at ?? since;
      return at >= Math.max(last, since) + after;
    };
    follow('absence', [(at) => silent(at) && inSchedule(at)], (at) => !silent(at), [0], 0);
  }
  return alarms;

  /** Each of `begins`, the least severe first, raises the alarm to its level after it has held for its wait. */
  function follow(cause: string, begins: readonly Open[], isOver: Open, waits: readonly number[], clearForMs: number) {
    let name: number | undefined;
    let [turned, ended] = [0, Number.NEGATIVE_INFINITY];
    let level = -1;
    let held: (number | undefined)[] = [];
    let over: number | undefined;
    const moments = [...points];
    for (let i = 0; i < moments.length; i++) {
      const at = moments[i] as number;
      if (level >= 0) {
        over = isOver(at) ? (over ?? at) : undefined;
        if (over !== undefined && at >= over + clearForMs) {
          alarms.set(`${cause} ${name}`, { isActive: false, turned: at, level });
          [ended, level, held, over] = [at, -1, [], undefined];
          continue;
        }
        if (over !== undefined) addMoment(moments, over + clearForMs, now);
      }
      held = begins.map((begin, n) => (n > level && begin(at) ? (held[n] ?? at) : undefined));
      const before = level;
      held.forEach((since, n) => {
        if (since === undefined) return;
        const due = since + (waits[n] as number);
        if (at < due) addMoment(moments, due, now);
        else level = n;
      });
      if (level === before) continue;
      if (before < 0) {
        if (name === undefined || at - ended >= ms(rule.dedup?.minInterval)) name = at;
        [turned, over] = [at, undefined];
      }
      alarms.set(`${cause} ${name}`, { isActive: true, turned, level });
      if (before < 0) i -= 1; // the clear condition may hold already
    }
  }
}

function addMoment(moments: number[], at: number, now: number): void {
  if (at > now || moments.includes(at)) return;
  moments.push(at);
  moments.sort((a, b) => a - b);
}

function momentsOf(
  rule: RuleDocument,
  samples: ReadonlyMap<string, readonly NaiveSample[]>,
  since: number,
  now: number,
  calendars: ReadonlyMap<unknown, { readonly edges: readonly number[] }>,
): number[] {
  const lengths = [0, ...windowsIn(rule), ms(rule.absence?.after)];
  const times = [...samples.values()].flat().map(({ at }) => at);
  const all = [since, ms(rule.absence?.after) + since, ...[...calendars.values()].flatMap(({ edges }) => edges)];
  for (const at of times) for (const length of lengths) all.push(at + length);
  return [...new Set(all)].filter((at) => at >= since && at <= now).sort((a, b) => a - b);
}

function windowsIn(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'window' && typeof member === 'string' ? [ms(member)] : windowsIn(member),
  );
}

function truth(
  condition: Condition,
  at: number,
  samples: ReadonlyMap<string, readonly NaiveSample[]>,
  calendars: ReadonlyMap<unknown, { readonly isOpen: Open }>,
): boolean | undefined {
  const inner = (each: Condition) => truth(each, at, samples, calendars);
  if ('all' in condition) {
    const parts = condition.all.map(inner);
    return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
  }
  if ('any' in condition) {
    const parts = condition.any.map(inner);
    return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
  }
  if ('not' in condition) {
    const part = inner(condition.not);
    return part === undefined ? undefined : !part;
  }
  if ('during' in condition) return calendars.get(condition.during)?.isOpen(at);
  if ('geofence' in condition) throw new Error('not generated');
  const past = (samples.get(condition.attr) ?? []).filter((sample) => sample.at <= at);
  if ('change' in condition) {
    if (past.length === 0) return undefined;
    const { from, to, by } = condition.change;
    return past.some((sample, i) => {
      const before = past[i - 1];
      if (before === undefined || sample.at <= at - ms(condition.window) || before.value === sample.value) return false;
      if (from !== undefined && before.value !== from) return false;
      if (to !== undefined && sample.value !== to) return false;
      return by === undefined || Math.abs((sample.value as number) - (before.value as number)) >= by;
    });
  }
  if (!('agg' in condition)) return compared(past.at(-1)?.value, condition.op, condition.value, past, samples, at);
  const start = at - ms(condition.window);
  const recent = past.filter((sample) => sample.at > start);
  const { where } = condition;
  const meant =
    where === undefined ? recent : recent.filter(({ value }) => compared(value, where.op, where.value) === true);
  const numbers = meant.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
  const of = (): number | undefined => {
    const sum = numbers.reduce((a, b) => a + b, 0);
    switch (condition.agg) {
      case 'count':
        return meant.length;
      case 'changes':
        return past.filter((sample, i) => i > 0 && sample.at > start && past[i - 1]?.value !== sample.value).length;
      case 'sum':
        return numbers.length === 0 ? undefined : sum;
      case 'avg':
        return numbers.length === 0 ? undefined : sum / numbers.length;
      case 'min':
        return numbers.length === 0 ? undefined : Math.min(...numbers);
      case 'max':
        return numbers.length === 0 ? undefined : Math.max(...numbers);
      case 'spread':
        return numbers.length === 0 ? undefined : Math.max(...numbers) - Math.min(...numbers);
      default: {
        const [first, last] = [meant[0], meant.at(-1)];
        if (first === undefined || last === undefined || first.at === last.at) return undefined;
        const perMs = ms(condition.per ?? 'PT1H');
        return (((last.value as number) - (first.value as number)) / (last.at - first.at)) * perMs;
      }
    }
  };
  return compared(of(), condition.op, condition.value);
}

function compared(
  value: unknown,
  op: Operator,
  comparand: Comparand,
  _past: readonly NaiveSample[] = [],
  samples: ReadonlyMap<string, readonly NaiveSample[]> = new Map(),
  at = 0,
): boolean | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(comparand)) return op === '!=' ? !comparand.includes(value) : comparand.includes(value);
  let right: unknown = comparand;
  if (typeof comparand === 'object' && 'attr' in comparand) {
    const other = (samples.get(comparand.attr) ?? []).filter((sample) => sample.at <= at).at(-1)?.value;
    if (other === undefined) return undefined;
    right = typeof other === 'number' ? other * (comparand.times ?? 1) : other;
  }
  if (op === '==') return value === right;
  if (op === '!=') return value !== right;
  if (typeof value !== typeof right) return undefined;
  const [a, b] = [value as number, right as number];
  return op === '>' ? a > b : op === '>=' ? a >= b : op === '<' ? a < b : a <= b;
}

function ms(duration: string | undefined): number {
  return duration === undefined ? 0 : (durationMs(duration) as number);
}
