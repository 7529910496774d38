/** From when until when, half-open; milliseconds since 1970. */
export type Range = readonly [from: number, to: number];

/** Which parts of a window are read from the sums of days, of hours, and instance by instance. */
export interface RollupPlan {
  readonly days: readonly Range[];
  readonly hours: readonly Range[];
  readonly raw: readonly Range[];
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/**
 * Cuts periods into the whole days and whole hours (UTC) in them and what is left over at their ends.
 *
 * @param periods in order, without gaps
 */
export function planRollups(periods: Iterable<Range>): RollupPlan {
  const plan = { days: [] as Range[], hours: [] as Range[], raw: [] as Range[] };
  for (const [from, to] of periods) {
    const [firstDay, lastDay] = inner(from, to, DAY);
    if (firstDay >= lastDay) {
      addHours(plan, from, to);
      continue;
    }
    addHours(plan, from, firstDay);
    add(plan.days, firstDay, lastDay);
    addHours(plan, lastDay, to);
  }
  return plan;
}

function addHours(plan: { hours: Range[]; raw: Range[] }, from: number, to: number): void {
  const [first, last] = inner(from, to, HOUR);
  if (first >= last) {
    add(plan.raw, from, to);
    return;
  }
  add(plan.raw, from, first);
  add(plan.hours, first, last);
  add(plan.raw, last, to);
}

/** The whole units in a range; the end is not after the start when there is none. */
function inner(from: number, to: number, unit: number): Range {
  return [Math.ceil(from / unit) * unit, Math.floor(to / unit) * unit];
}

/** Ranges that touch become one. */
function add(ranges: Range[], from: number, to: number): void {
  if (from >= to) return;
  const last = ranges.at(-1);
  if (last?.[1] === from) ranges[ranges.length - 1] = [last[0], to];
  else ranges.push([from, to]);
}
