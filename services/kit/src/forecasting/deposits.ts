import type { LocalDays } from '../calendar/local-days.ts';

/** Levels of a container (0 to 1) with their times in milliseconds since 1970, in ascending order of time. */
export type Levels = readonly (readonly [level: number, at: number])[];

/** The deposits of a local day. */
export interface DayDeposit {
  /** Days since 1970, local. */
  readonly day: number;
  /** As a share of the container. */
  readonly amount: number;
}

/** A decrease of at least this much is an emptying. Smaller ones are noise of the sensor. */
const EMPTYING = 0.15;
/** From this level on the sensor does not see further deposits. */
const FULL = 0.97;
/** After a longer gap between levels, the day of a deposit is unknown. */
const GAP_MS = 26 * 3_600_000;
const KNOWN_HOURS = 18;

/** The times of emptyings, milliseconds since 1970. */
export function emptyings(levels: Levels): number[] {
  return levels.flatMap(([level, at], i) => {
    const before = levels[i - 1];
    return before !== undefined && before[0] - level >= EMPTYING ? [at] : [];
  });
}

/** The deposits by local day. Days that are mostly unknown, or on which the container was full, are left out. */
export function deposits(levels: Levels, localDays: LocalDays): DayDeposit[] {
  const days = new Map<number, { amount: number; hours: number; isFull: boolean }>();
  let highest = levels[0]?.[0] ?? 0;
  for (let i = 1; i < levels.length; i += 1) {
    const [[before, from], [level, to]] = [levels[i - 1] as Levels[number], levels[i] as Levels[number]];
    if (before - level >= EMPTYING) highest = level;
    // Levels fluctuate, so only a rise above the highest level since the last emptying counts as a deposit.
    const more = Math.max(0, level - highest);
    highest = Math.max(highest, level);
    if (to - from > GAP_MS) continue;
    for (const { day, share } of sharesOf(localDays(from), localDays(to))) {
      const kept = days.get(day) ?? { amount: 0, hours: 0, isFull: false };
      days.set(day, {
        amount: kept.amount + more * share,
        hours: kept.hours + ((to - from) / 3_600_000) * share,
        isFull: kept.isFull || level >= FULL,
      });
    }
  }
  return [...days]
    .filter(([, { hours, isFull }]) => hours >= KNOWN_HOURS && !isFull)
    .map(([day, { amount }]) => ({ day, amount }))
    .sort((a, b) => a.day - b.day);
}

/** The share of an interval in each day that it overlaps. */
function sharesOf(from: number, to: number): { day: number; share: number }[] {
  const [first, last] = [Math.floor(from), Math.floor(to)];
  if (first === last || to <= from) return [{ day: first, share: 1 }];
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const day = first + i;
    return { day, share: (Math.min(to, day + 1) - Math.max(from, day)) / (to - from) };
  });
}
