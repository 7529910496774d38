/** A half-open time range; milliseconds since 1970. */
export type Range = readonly [from: number, to: number];

/** The parts of a window to read from the sums of days, the sums of hours, and by instance. */
export interface RollupPlan {
  readonly days: readonly Range[];
  readonly hours: readonly Range[];
  readonly raw: readonly Range[];
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/**
 * Splits periods into whole UTC days, whole hours, and the rest.
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

/** The whole units in a range; start and end are equal if there are none. */
function inner(from: number, to: number, unit: number): Range {
  return [Math.ceil(from / unit) * unit, Math.floor(to / unit) * unit];
}

/** Adds a range, merged with an adjacent one. */
function add(ranges: Range[], from: number, to: number): void {
  if (from >= to) return;
  const last = ranges.at(-1);
  if (last?.[1] === from) ranges[ranges.length - 1] = [last[0], to];
  else ranges.push([from, to]);
}
