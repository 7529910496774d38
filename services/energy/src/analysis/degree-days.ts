import type { DayUse } from '@alzette/kit/forecasting';

/** The heating limit in °C: the base of the French degree days (DJU). */
const BASE = 18;

/** Degree days by day since 1970, from the lowest and highest temperature: max(0, 18 − (lowest + highest) / 2). */
export function degreeDays(
  samples: readonly (readonly [celsius: number, at: number])[],
  localDays: (at: number) => number,
): Map<number, number> {
  const days = new Map<number, { least: number; most: number; count: number }>();
  for (const [celsius, at] of samples) {
    const day = Math.floor(localDays(at));
    const { least, most, count } = days.get(day) ?? { least: celsius, most: celsius, count: 0 };
    days.set(day, { least: Math.min(least, celsius), most: Math.max(most, celsius), count: count + 1 });
  }
  const complete = [...days].filter(([, { count }]) => count >= 4);
  return new Map(complete.map(([day, { least, most }]) => [day, Math.max(0, BASE - (least + most) / 2)]));
}

export interface HeatModel {
  /** kWh of a day without heating, and per degree day. */
  readonly base: number;
  readonly perDegreeDay: number;
  /** The share of the variation that the model explains (R²), 0 to 1. */
  readonly fit: number;
  readonly days: number;
}

const MIN_DAYS = 60;

/**
 * The consumption of a building as a function of the weather: least squares over days. Undefined if there are too few
 * days, or none with heating.
 */
export function fitHeating(uses: readonly DayUse[], degrees: ReadonlyMap<number, number>): HeatModel | undefined {
  const pairs = uses.flatMap(({ day, used }) => {
    const own = degrees.get(day);
    return own === undefined ? [] : [[own, used] as const];
  });
  if (pairs.length < MIN_DAYS) return undefined;
  const mean = (of: (pair: (typeof pairs)[number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [x, y] = [mean(([own]) => own), mean(([, used]) => used)];
  const spread = mean(([own]) => (own - x) ** 2);
  if (spread < 0.5) return undefined;
  const slope = mean(([own, used]) => (own - x) * (used - y)) / spread;
  if (slope <= 0) return undefined;
  const base = Math.max(0, y - slope * x);
  const error = mean(([own, used]) => (used - base - slope * own) ** 2);
  const all = mean(([, used]) => (used - y) ** 2);
  return { base, perDegreeDay: slope, fit: all === 0 ? 0 : Math.max(0, 1 - error / all), days: pairs.length };
}

/** The consumption of a year with usual weather in kWh. @param reference degree days of that year */
export function normalisedYear({ base, perDegreeDay }: HeatModel, reference: number): number {
  return base * 365 + perDegreeDay * reference;
}
