import type { IsHoliday, LocalDays } from '@alzette/kit/calendar';
import { type DayDeposit, deposits, expectedRise, fitWeek, type Levels, MIN_DAYS } from '@alzette/kit/forecasting';

export interface FillForecast {
  /** Present mean increase per day. */
  readonly perDay: number;
  /**
   * When it will be full; absent: not within the horizon. With 80 % probability it is between `earliest` and `latest`.
   */
  readonly fullAt?: number;
  readonly earliest: number | undefined;
  readonly latest: number | undefined;
  /** Mean absolute error of the level one and three days ahead, measured on the last weeks of its own history. */
  readonly error: { readonly oneDay: number; readonly threeDays: number };
  readonly days: number;
}

const HORIZON_DAYS = 35;
const LEVEL_FULL = 0.95;
/** The z value of the 80 % interval. */
const Z80 = 1.2816;
const HELD_BACK_DAYS = 14;

/** When a container will be full, with its uncertainty. Undefined: too little history. */
export function forecastFill(
  levels: Levels,
  { localDays, isHoliday, now }: { readonly localDays: LocalDays; readonly isHoliday: IsHoliday; readonly now: number },
): FillForecast | undefined {
  const days = deposits(levels, localDays).filter(({ day }) => day < Math.floor(localDays(now)));
  const model = fitWeek(days, isHoliday);
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

/** The error of such forecasts in the last two weeks, each made from earlier data; as a share of the container. */
export function ownError(days: readonly DayDeposit[], isHoliday: IsHoliday): { oneDay: number; threeDays: number } {
  const errors = { oneDay: [] as number[], threeDays: [] as number[] };
  const model = fitWeek(days, isHoliday);
  for (let back = Math.min(HELD_BACK_DAYS, days.length - MIN_DAYS); back > 0; back -= 1) {
    const known = days.slice(0, -back);
    const own = fitWeek(known, isHoliday);
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
  // If the history is too short to hold back data, the error is estimated from the spread.
  const expected = (ahead: number) => 0.8 * (model?.spread ?? 0) * Math.sqrt(ahead);
  return {
    oneDay: errors.oneDay.length > 0 ? average(errors.oneDay) : expected(1),
    threeDays: errors.threeDays.length > 0 ? average(errors.threeDays) : expected(3),
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
