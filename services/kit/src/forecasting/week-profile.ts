import { type IsHoliday, weekdayOf } from '../calendar/calendar.ts';

/** The amount of a local day (days since 1970). */
export interface DayAmount {
  readonly day: number;
  readonly amount: number;
}

/** The expected amount of a day: the mean of similar days. */
export interface WeekProfile {
  /** Mean of each day of the week (Monday is 0), and of holidays. */
  readonly byWeekday: readonly number[];
  readonly onHoliday: number;
  /** Standard deviation of a day from its mean. */
  readonly spread: number;
  /** The number of days used. */
  readonly days: number;
}

/** The minimum number of known days for a profile. */
export const MIN_DAYS = 14;
/** The weight of a day halves with each such period of age. */
const HALF_LIFE_DAYS = 35;
/** As many days of the general mean are mixed into the mean of a weekday, so that few days don't mislead. */
const PRIOR_DAYS = 1.2;

/** The profile of days, ascending. Undefined: there are fewer than two weeks. */
export function fitWeek(days: readonly DayAmount[], isHoliday: IsHoliday): WeekProfile | undefined {
  if (days.length < MIN_DAYS) return undefined;
  const last = days.at(-1)?.day ?? 0;
  const weighted = days.map(({ day, amount }) => ({
    amount,
    weight: weightAfter(last - day),
    weekday: weekdayOf(day),
    holiday: isHoliday(day),
  }));
  const ordinary = weighted.filter(({ holiday }) => !holiday);
  const mean = meanOf(ordinary);
  const byWeekday = Array.from({ length: 7 }, (_, weekday) =>
    shrunk(
      ordinary.filter((day) => day.weekday === weekday),
      mean,
    ),
  );
  // Holidays are treated like Sundays until there are enough of them.
  const onHoliday = shrunk(
    weighted.filter(({ holiday }) => holiday),
    byWeekday[6] ?? mean,
  );
  const expected = (day: (typeof weighted)[number]) => (day.holiday ? onHoliday : (byWeekday[day.weekday] ?? mean));
  const residuals = weighted.map((day) => ({ ...day, amount: (day.amount - expected(day)) ** 2 }));
  // Each weekday's mean has taken one degree of freedom.
  const spread = Math.sqrt((meanOf(residuals) * days.length) / Math.max(1, days.length - 8));
  return { byWeekday, onHoliday, spread, days: days.length };
}

/** The expected amount between two local times (days since 1970, as fractions), and its variance. */
export function expectedRise(profile: WeekProfile, from: number, to: number, isHoliday: IsHoliday) {
  let [mean, variance] = [0, 0];
  for (let day = Math.floor(from); day < to; day += 1) {
    const share = Math.min(to, day + 1) - Math.max(from, day);
    mean += expectedOn(profile, day, isHoliday) * share;
    variance += profile.spread ** 2 * share * (1 + 7 / profile.days);
  }
  return { mean, variance };
}

export function expectedOn(profile: WeekProfile, day: number, isHoliday: IsHoliday): number {
  return isHoliday(day) ? profile.onHoliday : (profile.byWeekday[weekdayOf(day)] ?? 0);
}

/** The weight of a value by its age in days. */
export function weightAfter(days: number): number {
  return 0.5 ** (days / HALF_LIFE_DAYS);
}

interface Weighted {
  readonly amount: number;
  readonly weight: number;
}

function meanOf(values: readonly Weighted[]): number {
  const weight = values.reduce((sum, value) => sum + value.weight, 0);
  return weight === 0 ? 0 : values.reduce((sum, value) => sum + value.amount * value.weight, 0) / weight;
}

/** The weighted mean, mixed with a more general mean. */
export function shrunk(values: readonly Weighted[], prior: number): number {
  const weight = values.reduce((sum, value) => sum + value.weight, 0);
  return (meanOf(values) * weight + prior * PRIOR_DAYS) / (weight + PRIOR_DAYS);
}
