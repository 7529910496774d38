import type { ForecastTask } from './forecast-task.ts';
import { holtWinters } from './holt-winters.ts';
import { shrunk, weightAfter } from './week-profile.ts';

/**
 * The baselines are `naive`, which repeats the last value, and `seasonalNaive`, which repeats the last week. `recentWeeks` is the
 * mean of the same step in the last weeks, `profile` that of all weeks. `holtWinters` is exponential smoothing with seasons.
 */
export const FORECASTERS = ['naive', 'seasonalNaive', 'recentWeeks', 'profile', 'holtWinters'] as const;
export type ForecasterName = (typeof FORECASTERS)[number];
export const BASELINES: readonly ForecasterName[] = ['naive', 'seasonalNaive'];

/** A forecast from each origin. */
export type Forecaster = (task: ForecastTask) => Float64Array[];

export const forecasters: { readonly [name in ForecasterName]: Forecaster } = {
  naive: (task) => each(task, (origin) => lastKnown(task.series.values, origin, 1)),
  seasonalNaive: (task) => {
    const week = 7 * task.series.perDay;
    return each(task, (origin, step) => {
      const weeks = Math.floor((step - origin) / week) + 1;
      return lastKnown(task.series.values, step - (weeks - 1) * week, week);
    });
  },
  recentWeeks,
  profile,
  holtWinters,
};

const RECENT_WEEKS = 4;

function recentWeeks(task: ForecastTask): Float64Array[] {
  const { series, slotOf } = task;
  const week = 7 * series.perDay;
  return each(task, (origin, step) => {
    const slot = slotOf(series.first + step);
    let [sum, count] = [0, 0];
    // Whole weeks earlier it is the same step of the week, except for holidays.
    for (let i = step - (Math.floor((step - origin) / week) + 1) * week; i >= 0 && count < RECENT_WEEKS; i -= week) {
      const value = series.values[i] as number;
      if (Number.isNaN(value) || slotOf(series.first + i) !== slot) continue;
      sum += value;
      count += 1;
    }
    return count === 0 ? lastKnown(series.values, step, week) : sum / count;
  });
}

function each({ origins, ahead }: ForecastTask, value: (origin: number, step: number) => number): Float64Array[] {
  return origins.map((origin) => Float64Array.from({ length: ahead }, (_, h) => value(origin, origin + h)));
}

/** The first known value when going back in steps of `stride`; NaN: there is none. */
function lastKnown(values: Float64Array, from: number, stride: number): number {
  for (let i = from - stride; i >= 0; i -= stride) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}

/**
 * The mean of each step of the week, in which recent weeks weigh more, mixed with the mean of similar hours. The series
 * is read only once for all origins: weights are relative to its first step, and are converted for each origin.
 */
function profile({ series: { perDay, first, values }, slotOf, origins, ahead }: ForecastTask): Float64Array[] {
  const bySlot = sums(7 * perDay);
  const byHour = sums(perDay === 1 ? 1 : 2 * perDay);
  const forecasts: Float64Array[] = [];
  let done = 0;
  for (const origin of origins) {
    for (; done < origin; done += 1) {
      const value = values[done] as number;
      if (Number.isNaN(value)) continue;
      const slot = slotOf(first + done);
      const weight = 1 / weightAfter(done / perDay);
      add(bySlot, slot, value, weight);
      add(byHour, hourKind(slot, perDay), value, weight);
    }
    const now = weightAfter(origin / perDay);
    forecasts.push(
      Float64Array.from({ length: ahead }, (_, h) => {
        const slot = slotOf(first + origin + h);
        const hour = hourKind(slot, perDay);
        const prior = meanIn(byHour, hour);
        const own = { amount: meanIn(bySlot, slot), weight: (bySlot.weight[slot] as number) * now };
        return own.weight === 0 ? prior : shrunk([own], prior);
      }),
    );
  }
  return forecasts;
}

interface Sums {
  readonly sum: Float64Array;
  readonly weight: Float64Array;
}

function sums(length: number): Sums {
  return { sum: new Float64Array(length), weight: new Float64Array(length) };
}

function add({ sum, weight }: Sums, at: number, value: number, counts: number): void {
  sum[at] = (sum[at] as number) + value * counts;
  weight[at] = (weight[at] as number) + counts;
}

function meanIn({ sum, weight }: Sums, at: number): number {
  return weight[at] === 0 ? Number.NaN : (sum[at] as number) / (weight[at] as number);
}

/** Similar steps: the same hour of working days, or of weekends. All days are similar. */
function hourKind(slot: number, perDay: number): number {
  if (perDay === 1) return 0;
  return (slot % perDay) + (Math.floor(slot / perDay) >= 5 ? perDay : 0);
}
