import { holidaysOfDepartment, isHolidayOf, weekdayOf } from '@alzette/kit/calendar';
import { type Random, randomOf } from './random.ts';

/** A series as a sensor reports it, with the true values. UTC is used as local time. */
export interface Generated {
  /** The reported values of a level, counter or gauge, with times in milliseconds since 1970. */
  readonly samples: readonly (readonly [value: number, at: number])[];
  /** The true value of each step from `firstStep` on: mean or use of the hour, or deposits of the day. */
  readonly truth: readonly number[];
  readonly firstStep: number;
  readonly max?: number;
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const localDays = (at: number) => at / DAY;
export const isHoliday = isHolidayOf(holidaysOfDepartment('57'));

/** Autocorrelated noise: half of a deviation is gone after some steps. */
function wander(random: Random, halfLife: number, spread: number): () => number {
  const keep = 0.5 ** (1 / halfLife);
  let value = 0;
  return () => {
    value = value * keep + random.normal() * spread * Math.sqrt(1 - keep * keep);
    return value;
  };
}

const isFree = (day: number) => weekdayOf(day) >= 5 || isHoliday(day);

function hourly(days: number, firstDay: number, value: (day: number, hour: number) => number): number[] {
  return Array.from({ length: days * 24 }, (_, i) => Math.max(0, value(firstDay + Math.floor(i / 24), i % 24)));
}

function bump(hour: number, middle: number, width: number): number {
  return Math.exp(-(((hour - middle) / width) ** 2));
}

/** The counter of a public building: working hours, weekends, holidays, weather that lasts for days, a slow change. */
export function electricity(seed: number, firstDay: number, days: number): Generated {
  const random = randomOf(seed);
  const [base, open, drift] = [1 + random.next() * 4, 4 + random.next() * 16, (random.next() - 0.5) * 0.004];
  const [from, to] = [6 + Math.floor(random.next() * 3), 16 + Math.floor(random.next() * 5)];
  const [weather, noise] = [wander(random, 40, 0.08), wander(random, 2, 0.06)];
  const truth = hourly(days, firstDay, (day, hour) => {
    const isOpen = !isFree(day) && hour >= from && hour < to;
    return (base + (isOpen ? open : 0)) * (1 + drift * (day - firstDay)) * (1 + weather() + noise());
  });
  return { samples: counterOf(truth, firstDay), truth, firstStep: firstDay * 24 };
}

/** Gas for heating: follows a temperature that lasts for days and falls towards winter, less at night and on weekends. */
export function heating(seed: number, firstDay: number, days: number): Generated {
  const random = randomOf(seed);
  const size = 3 + random.next() * 8;
  const [warmth, noise] = [wander(random, 60, 3.5), wander(random, 2, 0.08)];
  const truth = hourly(days, firstDay, (day, hour) => {
    const season = 10 - 9 * Math.cos((2 * Math.PI * ((day % 365.25) - 15)) / 365.25);
    const outside = season + warmth() - 3 * bump((hour + 9) % 24, 12, 5);
    const wanted = isFree(day) || hour < 5 || hour > 19 ? 15 : 20;
    return size * (0.1 + Math.max(0, wanted - outside) / 12) * (1 + noise());
  });
  return { samples: counterOf(truth, firstDay), truth, firstStep: firstDay * 24 };
}

/** A lighting cabinet: lit from dusk to dawn, dimmed late at night; sometimes a lamp fails. */
export function lighting(seed: number, firstDay: number, days: number): Generated {
  const random = randomOf(seed);
  let power = 2 + random.next() * 8;
  const [dim, noise] = [0.4 + random.next() * 0.3, wander(random, 3, 0.015)];
  const cloud = wander(random, 20, 0.25);
  const truth = hourly(days, firstDay, (day, hour) => {
    if (hour === 12 && random.next() < 0.03) power *= random.next() < 0.5 ? 0.98 : 1.02;
    const half = 6 + 2.1 * Math.cos((2 * Math.PI * ((day % 365.25) - 172)) / 365.25);
    const [dawn, dusk] = [12.5 - half, 12.5 + half + cloud() * 0.3];
    const lit = Math.min(1, Math.max(0, hour + 1 - dusk)) + Math.min(1, Math.max(0, dawn - hour));
    const isDeep = hour >= 22 || hour < 5;
    return power * Math.min(1, lit) * (isDeep ? dim : 1) * (1 + noise());
  });
  return { samples: gaugeOf(truth, firstDay), truth, firstStep: firstDay * 24 };
}

/** Free places of a car park: full at noon on working days, or on Saturdays; with events, and between 0 and its capacity. */
export function parking(seed: number, firstDay: number, days: number): Generated {
  const random = randomOf(seed);
  const places = 40 + Math.floor(random.next() * 260);
  const [busy, shops] = [0.5 + random.next() * 0.45, random.next()];
  const noise = wander(random, 5, 0.07);
  let event = 0;
  const truth = hourly(days, firstDay, (day, hour) => {
    if (hour === 0) event = random.next() < 0.06 ? 0.35 : 0;
    const weekday = weekdayOf(day);
    const work = isFree(day) ? 0.1 : bump(hour, 11, 4) + 0.7 * bump(hour, 16, 3);
    const leisure =
      isHoliday(day) || weekday === 6 ? 0.15 : weekday === 5 ? bump(hour, 15, 4) : bump(hour, 18, 2.5) * 0.6;
    const taken = 0.08 + busy * ((1 - shops) * work + shops * leisure) + event * bump(hour, 20, 3) + noise();
    return Math.round(places * (1 - Math.min(1, Math.max(0, taken))));
  });
  return { samples: gaugeOf(truth, firstDay), truth, firstStep: firstDay * 24, max: places };
}

/** Free points of a charging station with few points: each is occupied for some hours, on working days and in the evening. */
export function charging(seed: number, firstDay: number, days: number): Generated {
  const random = randomOf(seed);
  const points = 4 + Math.floor(random.next() * 9);
  const busy = 0.5 + random.next() * 0.4;
  const left = Array.from({ length: points }, () => 0);
  const truth = hourly(days, firstDay, (day, hour) => {
    const wanted = isFree(day)
      ? 0.35 * bump(hour, 14, 5)
      : 0.8 * bump(hour, 9, 2) + 0.3 * bump(hour, 13, 3) + 0.5 * bump(hour, 19, 2);
    for (const [at, hours] of left.entries()) {
      left[at] = Math.max(0, hours - 1);
      if (left[at] === 0 && random.next() < busy * wanted) left[at] = 1 + Math.floor(random.next() * 4);
    }
    return left.filter((hours) => hours === 0).length;
  });
  return { samples: gaugeOf(truth, firstDay), truth, firstStep: firstDay * 24, max: points };
}

/** The shares of a day's deposits at night, in the morning, at noon and in the evening. */
const BY_QUARTER = [0.04, 0.26, 0.36, 0.34];

/** A container that fills by a weekly pattern with noise, and hardly on holidays; emptied when it is nearly full. */
export function filling(seed: number, firstDay: number, days: number): Generated {
  const random = randomOf(seed);
  const usual = 0.04 + random.next() * 0.08;
  const week = Array.from({ length: 7 }, (_, weekday) => (weekday >= 5 ? 1.5 : 0.8) * (0.7 + random.next() * 0.6));
  const season = wander(random, 20, 0.12);
  const samples: [number, number][] = [];
  const truth: number[] = [];
  let level = random.next() * 0.5;
  for (let day = firstDay; day < firstDay + days; day += 1) {
    const amount = Math.max(
      0,
      usual * (isHoliday(day) ? 0.3 : (week[weekdayOf(day)] ?? 1)) * (1 + season()) * (1 + 0.25 * random.normal()),
    );
    truth.push(amount);
    if (level > 0.8) level = 0.02;
    for (let quarter = 0; quarter < 4; quarter += 1) {
      for (let part = 0; part < 3; part += 1) {
        level += (amount * (BY_QUARTER[quarter] ?? 0)) / 3;
        samples.push([
          Math.min(1, Math.max(0, level + 0.004 * random.normal())),
          day * DAY + (quarter * 6 + (part + 1) * 2) * HOUR - 60_000,
        ]);
      }
    }
  }
  return { samples, truth, firstStep: firstDay, max: 1 };
}

function counterOf(uses: readonly number[], firstDay: number): [number, number][] {
  let total = 1000;
  const samples: [number, number][] = [[total, firstDay * DAY]];
  uses.forEach((used, i) => {
    total += used;
    samples.push([total, firstDay * DAY + (i + 1) * HOUR]);
  });
  return samples;
}

function gaugeOf(values: readonly number[], firstDay: number): [number, number][] {
  return values.map((value, i) => [value, firstDay * DAY + i * HOUR]);
}
