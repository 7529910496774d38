import type { LocalDays } from '../calendar/local-days.ts';

/** Readings of a meter (kWh or m³ in total) with their times in milliseconds since 1970, in ascending order of time. */
export type Counter = readonly (readonly [total: number, at: number])[];

/** The consumption in an hour (0 to 23) of a local day, and in a local day (days since 1970). */
export interface HourUse {
  readonly day: number;
  readonly hour: number;
  readonly used: number;
}
export interface DayUse {
  readonly day: number;
  readonly used: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** With a longer gap between readings, the consumption of hours, or of days, is unknown. */
const HOUR_GAP = 2.5 * HOUR;
const DAY_GAP = 3 * DAY;

/** The consumption of hours that are sufficiently known. A decrease means that the meter was replaced or reset. */
export function hourUses(counter: Counter, localDays: LocalDays): HourUse[] {
  const hours = spread(counter, HOUR_GAP, (at) => localDays(at) * 24);
  return [...hours]
    .filter(([, { covered }]) => covered > 0.85)
    .map(([hour, { used }]) => ({ day: Math.floor(hour / 24), hour: hour % 24, used }))
    .sort((a, b) => a.day - b.day || a.hour - b.hour);
}

/** The consumption of days that are sufficiently known. */
export function dayUses(counter: Counter, localDays: LocalDays): DayUse[] {
  const days = spread(counter, DAY_GAP, localDays);
  return [...days]
    .filter(([, { covered }]) => covered > 0.9)
    .map(([day, { used, covered }]) => ({ day, used: used / Math.min(1, covered) }))
    .sort((a, b) => a.day - b.day);
}

/** Divides the consumption between two readings among the steps (hours or days) that the interval overlaps. */
function spread(counter: Counter, gap: number, stepOf: (at: number) => number) {
  const steps = new Map<number, { used: number; covered: number }>();
  const add = (step: number, used: number, covered: number) => {
    const kept = steps.get(step) ?? { used: 0, covered: 0 };
    steps.set(step, { used: kept.used + used, covered: kept.covered + covered });
  };
  for (let i = 1; i < counter.length; i += 1) {
    const [[before, from], [total, to]] = [counter[i - 1] as Counter[number], counter[i] as Counter[number]];
    const used = total - before;
    if (used < 0 || to <= from || to - from > gap) continue;
    const [start, end] = [stepOf(from), stepOf(to)];
    // The clock was set back in between: the local time of the second reading is not later.
    if (end <= start) {
      add(Math.floor(start), used, 0);
      continue;
    }
    for (let step = Math.floor(start); step < end; step += 1) {
      const share = Math.min(end, step + 1) - Math.max(start, step);
      add(step, (used * share) / (end - start), share);
    }
  }
  return steps;
}
