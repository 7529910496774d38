import type { ForecastTask } from './forecast-task.ts';
import type { Series, SlotOf } from './series.ts';

/** How fast level, daily and weekly season adapt, and which share of an error is passed on to the next step. */
interface Smoothing {
  readonly level: number;
  readonly day: number;
  readonly week: number;
  readonly error: number;
}

const LEVELS = [0.01, 0.05, 0.2];
const DAYS = [0, 0.15, 0.4];
/** 0: no weekly season, so all days are alike. */
const WEEKS = [0, 0.1, 0.3];
const ERRORS = [0, 0.7, 0.95];
const FIRST_WEEKS = 2;
/** The number of neutral values that are mixed into the mean of a step of the week. */
const PRIOR = 0.7;

/**
 * Exponential smoothing with an additive daily and weekly season and a first-order autocorrelation of errors (Taylor,
 * Short-term electricity demand forecasting using double seasonal exponential smoothing, 2003). From a small grid of
 * parameters, those with the smallest error over the whole horizon before the first origin are used.
 */
export function holtWinters(task: ForecastTask): Float64Array[] {
  const { series, origins, ahead } = task;
  const first = origins[0] ?? 0;
  const start = FIRST_WEEKS * 7 * series.perDay;
  const day = Math.max(1, series.perDay);
  const trial = rangeOf(start, first - ahead, Math.max(day, Math.floor((first - start) / 12 / day) * day));
  let best = { level: 0.05, day: 0, week: 0.1, error: 0 };
  let least = Number.POSITIVE_INFINITY;
  if (trial.length > 0) {
    const begin = beginnings(task, trial);
    for (const smoothing of grid(series.perDay)) {
      const error = errorOf(series.values, trial, run(task, smoothing, trial, begin(smoothing)), ahead);
      if (error < least) [least, best] = [error, smoothing];
    }
  }
  return run(task, best, origins, beginnings(task, origins)(best));
}

interface Beginning {
  readonly level: number;
  readonly day: Float64Array;
  readonly week: Float64Array;
}

/** The initial states with and without a weekly season. Each is computed once. */
function beginnings({ series, slotOf }: ForecastTask, origins: readonly number[]): (smoothing: Smoothing) => Beginning {
  const known = Math.max(origins[0] ?? 0, FIRST_WEEKS * 7 * series.perDay);
  const kept = new Map<boolean, Beginning>();
  return ({ week }) => {
    const hasWeek = week > 0;
    const begun = kept.get(hasWeek) ?? beginning(series, slotOf, { known, hasWeek });
    kept.set(hasWeek, begun);
    return begun;
  };
}

function* grid(perDay: number): Generator<Smoothing> {
  for (const level of LEVELS) {
    for (const day of perDay > 1 ? DAYS : [0]) {
      for (const week of WEEKS) for (const error of ERRORS) yield { level, day, week, error };
    }
  }
}

function rangeOf(from: number, to: number, stride: number): number[] {
  return Array.from({ length: Math.max(0, Math.floor((to - from) / stride) + 1) }, (_, i) => from + i * stride);
}

/** Goes through the series once, and makes a forecast at each origin. */
function run(
  { series, slotOf, ahead }: ForecastTask,
  smoothing: Smoothing,
  origins: readonly number[],
  begun: Beginning,
): Float64Array[] {
  const { perDay, first, values } = series;
  const slots = Int32Array.from({ length: values.length + ahead }, (_, i) => slotOf(first + i));
  const [day, week] = [begun.day.slice(), begun.week.slice()];
  let { level } = begun;
  let carried = 0;
  const forecasts: Float64Array[] = [];
  let next = 0;
  for (let i = 0; i <= values.length; i += 1) {
    while (origins[next] === i) {
      let carry = carried;
      forecasts.push(
        Float64Array.from({ length: ahead }, (_, h) => {
          const slot = slots[i + h] as number;
          carry *= smoothing.error;
          return level + (day[slot % perDay] as number) + (week[slot] as number) + carry;
        }),
      );
      next += 1;
    }
    if (next >= origins.length) break;
    const value = values[i];
    if (value === undefined || Number.isNaN(value)) {
      carried *= smoothing.error;
      continue;
    }
    const slot = slots[i] as number;
    const hour = slot % perDay;
    const raw = value - level - (day[hour] as number) - (week[slot] as number);
    const error = raw - smoothing.error * carried;
    carried = raw;
    level += smoothing.level * error;
    day[hour] = (day[hour] as number) + smoothing.day * error;
    week[slot] = (week[slot] as number) + smoothing.week * error;
  }
  return forecasts;
}

/** The initial level and seasons from the values before the first origin: means of deviations from a moving mean. */
function beginning(
  { perDay, first, values }: Series,
  slotOf: SlotOf,
  { known, hasWeek }: { readonly known: number; readonly hasWeek: boolean },
): Beginning {
  const length = Math.min(values.length, known);
  const level = meanWithin(values, 0, Math.min(length, 7 * perDay));
  const day = new Float64Array(perDay);
  const week = new Float64Array(7 * perDay);
  const counts = { day: new Float64Array(perDay), week: new Float64Array(7 * perDay) };
  const departs = Float64Array.from({ length }, (_, i) => {
    const around = Math.floor((7 * perDay) / 2);
    return (values[i] as number) - meanWithin(values, Math.max(0, i - around), Math.min(length, i + around + 1));
  });
  const collect = (
    into: Float64Array,
    count: Float64Array,
    at: (slot: number) => number,
    less: (slot: number) => number,
    prior: number,
  ) => {
    for (let i = 0; i < length; i += 1) {
      const value = departs[i] as number;
      if (Number.isNaN(value)) continue;
      const slot = slotOf(first + i);
      into[at(slot)] = (into[at(slot)] as number) + value - less(slot);
      count[at(slot)] = (count[at(slot)] as number) + 1;
    }
    into.forEach((sum, i) => {
      into[i] = sum / ((count[i] as number) + prior || 1);
    });
  };
  collect(
    day,
    counts.day,
    (slot) => slot % perDay,
    () => 0,
    0,
  );
  if (hasWeek)
    collect(
      week,
      counts.week,
      (slot) => slot,
      (slot) => day[slot % perDay] as number,
      PRIOR,
    );
  return { level, day, week };
}

function meanWithin(values: Float64Array, from: number, to: number): number {
  let [sum, count] = [0, 0];
  for (let i = from; i < to; i += 1) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

/** The mean absolute error. Steps without a real value are left out. */
function errorOf(values: Float64Array, origins: readonly number[], forecasts: Float64Array[], ahead: number): number {
  let [sum, count] = [0, 0];
  origins.forEach((origin, i) => {
    for (let h = 0; h < ahead; h += 1) {
      const error = Math.abs((values[origin + h] ?? Number.NaN) - (forecasts[i]?.[h] ?? Number.NaN));
      if (Number.isNaN(error)) continue;
      sum += error;
      count += 1;
    }
  });
  return count === 0 ? Number.POSITIVE_INFINITY : sum / count;
}
