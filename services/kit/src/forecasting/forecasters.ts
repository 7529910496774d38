import type { ForecastTask } from './forecast-task.ts';
import { holtWinters } from './holt-winters.ts';
import { meanOf, shrunk, weightAfter } from './week-profile.ts';

/**
 * `naive`: the last value goes on; `seasonalNaive`: as a week before. These are the baselines. `profile`: the mean of the
 * same step of the week; `holtWinters`: level and seasons that follow the series (exponential smoothing).
 */
export const FORECASTERS = ['naive', 'seasonalNaive', 'profile', 'holtWinters'] as const;
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
  profile,
  holtWinters,
};

function each({ origins, ahead }: ForecastTask, value: (origin: number, step: number) => number): Float64Array[] {
  return origins.map((origin) => Float64Array.from({ length: ahead }, (_, h) => value(origin, origin + h)));
}

/** Going back in strides, the first value that is known; NaN: none. */
function lastKnown(values: Float64Array, from: number, stride: number): number {
  for (let i = from - stride; i >= 0; i -= stride) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}

/** The mean of each step of the week, younger weeks counting more, with some of the mean of such hours in it. */
function profile({ series: { perDay, first, values }, slotOf, origins, ahead }: ForecastTask): Float64Array[] {
  return origins.map((origin) => {
    const bySlot = new Map<number, { amount: number; weight: number }[]>();
    const byHour = new Map<number, { amount: number; weight: number }[]>();
    for (let i = 0; i < origin; i += 1) {
      const amount = values[i] as number;
      if (Number.isNaN(amount)) continue;
      const slot = slotOf(first + i);
      const own = { amount, weight: weightAfter((origin - i) / perDay) };
      push(bySlot, slot, own);
      push(byHour, hourKind(slot, perDay), own);
    }
    const expected = (slot: number) =>
      shrunk(bySlot.get(slot) ?? [], meanOf(byHour.get(hourKind(slot, perDay)) ?? [...bySlot.values()].flat()));
    return Float64Array.from({ length: ahead }, (_, h) => expected(slotOf(first + origin + h)));
  });
}

/** Of days, all are of one kind; hours are those of a working day or of a weekend. */
function hourKind(slot: number, perDay: number): number {
  if (perDay === 1) return 0;
  return (slot % perDay) + (Math.floor(slot / perDay) >= 5 ? perDay : 0);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const own = map.get(key);
  if (own === undefined) map.set(key, [value]);
  else own.push(value);
}
