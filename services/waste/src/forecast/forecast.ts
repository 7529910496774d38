import { type DayDeposit, deposits, type Levels, type LocalDays } from './deposits.ts';

/** What is expected of a day: the mean of what comes in. */
export interface FillModel {
  /** Mean of each day of the week (Monday is 0), and of holidays; shares of the container. */
  readonly byWeekday: readonly number[];
  readonly onHoliday: number;
  /** Standard deviation of a day from its mean. */
  readonly spread: number;
  /** Days that it rests on. */
  readonly days: number;
}

export interface FillForecast {
  /** Mean rise of a day, now. */
  readonly perDay: number;
  /** When it is expected to be full; absent: not within the horizon. Of ten times it is full between `earliest` and `latest` eight times. */
  readonly fullAt?: number;
  readonly earliest: number | undefined;
  readonly latest: number | undefined;
  /** Mean absolute error of the level a day and three days ahead, on the last weeks of its own history. */
  readonly error: { readonly oneDay: number; readonly threeDays: number };
  readonly days: number;
}

/** Without so many known days there is no forecast. */
export const LEAST_DAYS = 14;
const HORIZON_DAYS = 35;
const LEVEL_FULL = 0.95;
/** Eight of ten. */
const Z80 = 1.2816;
/** A day counts half as much as one that is so much younger. */
const HALF_LIFE_DAYS = 35;
/** As many days of the general mean are mixed into the mean of a weekday, so that few days don't mislead. */
const PRIOR_DAYS = 1.2;
const HELD_BACK_DAYS = 14;

export type IsHoliday = (day: number) => boolean;

/** How a container fills, from its own days. Undefined: there are fewer than two weeks. */
export function fitFill(days: readonly DayDeposit[], isHoliday: IsHoliday): FillModel | undefined {
  if (days.length < LEAST_DAYS) return undefined;
  const last = days.at(-1)?.day ?? 0;
  const weighted = days.map(({ day, amount }) => ({
    amount,
    weight: 0.5 ** ((last - day) / HALF_LIFE_DAYS),
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
  // A holiday is like a Sunday until there are some of its own.
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

/** What comes in between two local times (days since 1970, as fractions), and its variance. */
export function expectedRise(model: FillModel, from: number, to: number, isHoliday: IsHoliday) {
  let [mean, variance] = [0, 0];
  for (let day = Math.floor(from); day < to; day += 1) {
    const share = Math.min(to, day + 1) - Math.max(from, day);
    const usual = isHoliday(day) ? model.onHoliday : (model.byWeekday[weekdayOf(day)] ?? 0);
    mean += usual * share;
    variance += model.spread ** 2 * share * (1 + 7 / model.days);
  }
  return { mean, variance };
}

/** When a container will be full, with its uncertainty. Undefined: too little is known of it. */
export function forecastFill(
  levels: Levels,
  { localDays, isHoliday, now }: { readonly localDays: LocalDays; readonly isHoliday: IsHoliday; readonly now: number },
): FillForecast | undefined {
  const days = deposits(levels, localDays).filter(({ day }) => day < Math.floor(localDays(now)));
  const model = fitFill(days, isHoliday);
  const level = levels.at(-1);
  if (model === undefined || level === undefined) return undefined;
  const start = localDays(level[1]);
  const atQuantile = (z: number) => {
    for (let step = 0; step <= HORIZON_DAYS * 24; step += 1) {
      const { mean, variance } = expectedRise(model, start, start + step / 24, isHoliday);
      if (level[0] + mean + z * Math.sqrt(variance) >= LEVEL_FULL) return level[1] + step * 3_600_000;
    }
    return undefined;
  };
  const fullAt = atQuantile(0);
  const errors = ownError(days, isHoliday);
  return {
    perDay: model.byWeekday.reduce((sum, each) => sum + each, 0) / 7,
    ...(fullAt !== undefined && { fullAt }),
    earliest: atQuantile(Z80),
    latest: atQuantile(-Z80),
    error: errors,
    days: model.days,
  };
}

/** How far such a forecast was off on the last two weeks, each from what came before; as a share of the container. */
export function ownError(days: readonly DayDeposit[], isHoliday: IsHoliday): { oneDay: number; threeDays: number } {
  const errors = { oneDay: [] as number[], threeDays: [] as number[] };
  const model = fitFill(days, isHoliday);
  for (let back = Math.min(HELD_BACK_DAYS, days.length - LEAST_DAYS); back > 0; back -= 1) {
    const known = days.slice(0, -back);
    const own = fitFill(known, isHoliday);
    if (own === undefined) continue;
    for (const [name, ahead] of [
      ['oneDay', 1],
      ['threeDays', 3],
    ] as const) {
      const coming = days.slice(known.length, known.length + ahead);
      const first = coming[0]?.day ?? 0;
      if (coming.length < ahead || (coming.at(-1)?.day ?? 0) - first >= ahead) continue;
      const came = coming.reduce((sum, { amount }) => sum + amount, 0);
      errors[name].push(Math.abs(came - expectedRise(own, first, first + ahead, isHoliday).mean));
    }
  }
  // Where the history is too short to hold something back: what the spread makes one expect.
  const expected = (ahead: number) => 0.8 * (model?.spread ?? 0) * Math.sqrt(ahead);
  return {
    oneDay: errors.oneDay.length > 0 ? average(errors.oneDay) : expected(1),
    threeDays: errors.threeDays.length > 0 ? average(errors.threeDays) : expected(3),
  };
}

/** Monday is 0. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

interface Weighted {
  readonly amount: number;
  readonly weight: number;
}

function meanOf(days: readonly Weighted[]): number {
  const weight = days.reduce((sum, day) => sum + day.weight, 0);
  return weight === 0 ? 0 : days.reduce((sum, day) => sum + day.amount * day.weight, 0) / weight;
}

function shrunk(days: readonly Weighted[], prior: number): number {
  const weight = days.reduce((sum, day) => sum + day.weight, 0);
  return (meanOf(days) * weight + prior * PRIOR_DAYS) / (weight + PRIOR_DAYS);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
