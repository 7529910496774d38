import type { LocalDays } from '../calendar/local-days.ts';

/** What a counter told, ascending: kWh or m³ since it was set up, and when, in milliseconds since 1970. */
export type Counter = readonly (readonly [total: number, at: number])[];

/** What was used in an hour of the local day (0 to 23), and in a local day (days since 1970). */
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
/** Between readings farther apart nothing is known of the hours, or of the days. */
const HOUR_GAP = 2.5 * HOUR;
const DAY_GAP = 3 * DAY;

/** The use of hours of which enough is known. A counter that was changed or set back begins anew. */
export function hourUses(counter: Counter, localDays: LocalDays): HourUse[] {
  const hours = spread(counter, HOUR_GAP, (at) => localDays(at) * 24);
  return [...hours]
    .filter(([, { covered }]) => covered > 0.85)
    .map(([hour, { used }]) => ({ day: Math.floor(hour / 24), hour: hour % 24, used }))
    .sort((a, b) => a.day - b.day || a.hour - b.hour);
}

/** The use of days of which enough is known. */
export function dayUses(counter: Counter, localDays: LocalDays): DayUse[] {
  const days = spread(counter, DAY_GAP, localDays);
  return [...days]
    .filter(([, { covered }]) => covered > 0.9)
    .map(([day, { used, covered }]) => ({ day, used: used / Math.min(1, covered) }))
    .sort((a, b) => a.day - b.day);
}

/** What lies between two readings is shared among the steps (hours or days) that they touch. */
function spread(counter: Counter, gap: number, stepOf: (at: number) => number) {
  const steps = new Map<number, { used: number; covered: number }>();
  for (let i = 1; i < counter.length; i += 1) {
    const [[before, from], [total, to]] = [counter[i - 1] as Counter[number], counter[i] as Counter[number]];
    const used = total - before;
    if (used < 0 || to <= from || to - from > gap) continue;
    const [start, end] = [stepOf(from), stepOf(to)];
    for (let step = Math.floor(start); step < end; step += 1) {
      const share = Math.min(end, step + 1) - Math.max(start, step);
      const kept = steps.get(step) ?? { used: 0, covered: 0 };
      steps.set(step, { used: kept.used + (used * share) / (end - start), covered: kept.covered + share });
    }
  }
  return steps;
}
