import { publicHolidays } from '@alzette/kit/calendar';
import type { Levels } from '@alzette/kit/forecasting';
import { numbersFrom } from '../../src/rounds/improve-rounds.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** UTC is used as local time. */
export const localDays = (at: number) => at / DAY;

export function isHoliday(day: number): boolean {
  const date = new Date(day * DAY).toISOString();
  return publicHolidays('fr-moselle', Number(date.slice(0, 4))).has(date.slice(5, 10));
}

/** The shares of a day's deposits at night, in the morning, at noon and in the evening. */
const BY_QUARTER = [0.04, 0.26, 0.36, 0.34];

export interface Generated {
  /** The real deposits by day since 1970. */
  readonly came: ReadonlyMap<number, number>;
  readonly levels: Levels;
}

/**
 * A container with its own weekly pattern, more before holidays and little on them, with random variation of a quarter;
 * it is emptied above 85 %. Its sensor has 0.5 % noise and reports every two hours.
 */
export function generatedLevels(seed: number, firstDay: number, days: number): Generated {
  const random = numbersFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const usual = 0.05 + random() * 0.08;
  const pattern = Array.from({ length: 7 }, (_, weekday) => (weekday >= 5 ? 1.5 : 0.8) * (0.75 + random() * 0.5));
  const came = new Map<number, number>();
  const levels: [number, number][] = [];
  let level = 0.1;
  for (let day = firstDay; day < firstDay + days; day += 1) {
    const weekday = (day + 3) % 7;
    const feast = isHoliday(day) ? 0.35 : isHoliday(day + 1) ? 1.4 : 1;
    const amount = Math.max(0, usual * (pattern[weekday] ?? 1) * feast * (1 + 0.25 * normal()));
    came.set(day, amount);
    for (let hour = 0; hour < 24; hour += 2) {
      const quarter = BY_QUARTER[Math.floor(hour / 6)] ?? 0;
      if (hour === 6 && level > 0.85) level = 0.04;
      level = Math.min(1, level + (amount * quarter) / 3);
      levels.push([Math.max(0, Math.min(1, level + 0.005 * normal())), day * DAY + (hour + 2) * HOUR]);
    }
  }
  return { came, levels };
}
