import type { LocalDays } from '@alzette/kit/calendar';
import { type Counter, type DayUse, dayUses, hourUses } from '@alzette/kit/forecasting';
import { type Night, nightsOf } from '../analysis/nights.ts';

/** The days and nights of a meter, in order. */
export interface KnownUses {
  readonly days: readonly DayUse[];
  readonly nights: readonly Night[];
}

const DAY = 86_400_000;
/** Days of which results are kept. */
export const KEPT_DAYS = 400;
/** Readings of this time are read again each hour, those of all kept days once a day. */
export const RECENT_MS = 8 * DAY;
/** A reading changes the days up to the reading before it, which is three days away at most. */
const REACH_DAYS = 4;
const NOTHING: KnownUses = { days: [], nights: [] };

/** The days and nights of a meter from all its readings; earlier ones stay known once retention has removed theirs. */
export function usesOfAll(counter: Counter, localDays: LocalDays, known: KnownUses = NOTHING): KnownUses {
  const [first] = counter;
  if (first === undefined) return NOTHING;
  return joined(known, usesOf(counter, localDays), Math.floor(localDays(first[1])) + 1);
}

/**
 * The same, from what is known and the readings of the last days.
 *
 * @param since the readings begin here, in milliseconds since 1970
 */
export function usesOfRecent(counter: Counter, localDays: LocalDays, known: KnownUses, since: number): KnownUses {
  return joined(known, usesOf(counter, localDays), Math.floor(localDays(since)) + REACH_DAYS);
}

function joined(known: KnownUses, fresh: KnownUses, from: number): KnownUses {
  const join = <Of extends { readonly day: number }>(old: readonly Of[], own: readonly Of[]): Of[] => [
    ...old.filter(({ day }) => day < from),
    ...own.filter(({ day }) => day >= from),
  ];
  return { days: join(known.days, fresh.days), nights: join(known.nights, fresh.nights) };
}

function usesOf(counter: Counter, localDays: LocalDays): KnownUses {
  return { days: dayUses(counter, localDays), nights: nightsOf(hourUses(counter, localDays)) };
}
