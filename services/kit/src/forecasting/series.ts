import { type IsHoliday, weekdayOf } from '../calendar/calendar.ts';
import type { LocalDays } from '../calendar/local-days.ts';

/** Values at equal steps of local time, NaN where nothing is known. */
export interface Series {
  /** Steps in a local day: 24 are hours, 1 are days. */
  readonly perDay: number;
  /** Steps since 1970, local, of the first value. */
  readonly first: number;
  readonly values: Float64Array;
}

/** The position of a step in the week: 0 is the first step of Monday. Holidays count as Sundays. */
export type SlotOf = (step: number) => number;

export function slotsOf(perDay: number, isHoliday: IsHoliday): SlotOf {
  return (step) => {
    const day = Math.floor(step / perDay);
    return (isHoliday(day) ? 6 : weekdayOf(day)) * perDay + (step - day * perDay);
  };
}

/** The values of a sensor with their times in milliseconds since 1970, in ascending order of time. */
export type Samples = readonly (readonly [value: number, at: number])[];

const KNOWN_SHARE = 0.5;

/** The mean of each step. A value is valid until the next one, but at most for `holdMs`. */
export function heldMeans(
  samples: Samples,
  { perDay, localDays, until, holdMs }: HeldOptions & { readonly until: number },
): Series {
  const sums = new Map<number, { sum: number; share: number }>();
  samples.forEach(([value, at], i) => {
    const next = samples[i + 1]?.[1] ?? until;
    const end = Math.min(next, at + holdMs, until);
    if (end <= at) return;
    const [from, to] = [localDays(at) * perDay, localDays(end) * perDay];
    for (let step = Math.floor(from); step < to; step += 1) {
      const share = Math.min(to, step + 1) - Math.max(from, step);
      if (share <= 0) continue;
      const kept = sums.get(step) ?? { sum: 0, share: 0 };
      sums.set(step, { sum: kept.sum + value * share, share: kept.share + share });
    }
  });
  const known = [...sums].filter(([, { share }]) => share >= KNOWN_SHARE);
  return seriesOf(
    perDay,
    known.map(([step, { sum, share }]) => [step, sum / share]),
  );
}

interface HeldOptions {
  readonly perDay: number;
  readonly localDays: LocalDays;
  readonly holdMs: number;
}

/** A series of steps with their values, in any order. */
export function seriesOf(perDay: number, steps: readonly (readonly [step: number, value: number])[]): Series {
  if (steps.length === 0) return { perDay, first: 0, values: new Float64Array() };
  const [first, last] = steps.reduce(
    ([low, high], [step]) => [Math.min(low, step), Math.max(high, step)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const values = new Float64Array(last - first + 1).fill(Number.NaN);
  for (const [step, value] of steps) values[step - first] = value;
  return { perDay, first, values };
}

/** The part of a series before a step. */
export function before({ perDay, first, values }: Series, step: number): Series {
  return { perDay, first, values: values.subarray(0, Math.max(0, step - first)) };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** 0 if there are no values. */
export function median(values: readonly number[]): number {
  return values.length === 0 ? 0 : quantile(values, 0.5);
}

/** Interpolated linearly between two values. NaN if there are no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = Math.min(1, Math.max(0, share)) * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return low + (high - low) * (place % 1);
}
