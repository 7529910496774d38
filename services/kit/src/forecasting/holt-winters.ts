import type { ForecastTask } from './forecast-task.ts';
import type { Series, SlotOf } from './series.ts';

/** How fast level, hours of the day and steps of the week follow; and how much of an error goes on to the next step. */
interface Smoothing {
  readonly level: number;
  readonly day: number;
  readonly week: number;
  readonly error: number;
}

const LEVELS = [0.01, 0.1, 0.3];
const DAYS = [0, 0.1];
const WEEKS = [0.1, 0.3];
const ERRORS = [0, 0.6, 0.9];
const FIRST_WEEKS = 2;

/**
 * Exponential smoothing with an additive daily and weekly season and a first-order autocorrelation of errors (Taylor, Short-
 * term electricity demand forecasting using double seasonal exponential smoothing, 2003). Of a small grid of smoothings that
 * one is taken which errs least, over the whole horizon, before the first origin.
 */
export function holtWinters(task: ForecastTask): Float64Array[] {
  const { series, origins, ahead } = task;
  const first = origins[0] ?? 0;
  const start = FIRST_WEEKS * 7 * series.perDay;
  const day = Math.max(1, series.perDay);
  const trial = rangeOf(start, first - ahead, Math.max(day, Math.floor((first - start) / 12 / day) * day));
  let best = { level: 0.1, day: 0, week: 0.1, error: 0 };
  let least = Number.POSITIVE_INFINITY;
  if (trial.length > 0) {
    for (const smoothing of grid(series.perDay)) {
      const error = errorOf(series.values, trial, run(task, smoothing, trial), ahead);
      if (error < least) [least, best] = [error, smoothing];
    }
  }
  return run(task, best, origins);
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

/** Goes through the series once, and forecasts from each origin on the way. */
function run({ series, slotOf, ahead }: ForecastTask, smoothing: Smoothing, origins: readonly number[]) {
  const { perDay, first, values } = series;
  const slots = Int32Array.from({ length: values.length + ahead }, (_, i) => slotOf(first + i));
  const { day, week, ...began } = beginning(series, slotOf);
  let { level } = began;
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

/** Means of the first two weeks. */
function beginning({ perDay, first, values }: Series, slotOf: SlotOf) {
  const length = Math.min(values.length, FIRST_WEEKS * 7 * perDay);
  const sums = {
    all: [0, 0] as [number, number],
    day: Array.from({ length: perDay }, () => [0, 0] as [number, number]),
    week: Array.from({ length: 7 * perDay }, () => [0, 0] as [number, number]),
  };
  for (let i = 0; i < length; i += 1) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    const slot = slotOf(first + i);
    for (const sum of [sums.all, sums.day[slot % perDay], sums.week[slot]]) {
      if (sum === undefined) continue;
      sum[0] += value;
      sum[1] += 1;
    }
  }
  const over = ([sum, count]: readonly [number, number], otherwise: number) => (count === 0 ? otherwise : sum / count);
  const level = over(sums.all, 0);
  const day = Float64Array.from(sums.day, (sum) => over(sum, level) - level);
  const week = Float64Array.from(sums.week, (sum, slot) => {
    const usual = level + (day[slot % perDay] as number);
    return over(sum, usual) - usual;
  });
  return { level, day, week };
}

/** Mean absolute error; of origins after which nothing is known, none. */
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
