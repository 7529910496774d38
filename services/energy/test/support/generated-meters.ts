import type { HourUse } from '@alzette/kit/forecasting';

/** Random numbers from 0 up to 1, reproducible by the seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Fault {
  readonly from: number;
  readonly to: number;
  /** The excess per hour. */
  readonly excess: number;
}

const DAYS = 365;
export const FIRST = 20_454; // 1 January 2026

function faultIn(random: () => number, excess: number, shortest: number): Fault {
  const length = shortest + Math.floor(random() * 20);
  const from = FIRST + 40 + Math.floor(random() * (DAYS - 40 - length - 5));
  return { from, to: from + length, excess };
}

/**
 * A year of hourly values of a water meter in m³, to the litre: use by day, mostly none at night; some buildings have
 * automatic flushing all night, and occasional use at night. A leak lasts one to four weeks and loses 20 to 200 litres
 * per hour, at least half of the usual flow at night.
 */
export function waterMeter(seed: number, leaks: boolean): { hours: HourUse[]; fault?: Fault } {
  const random = numbersFrom(seed);
  const cistern = random() < 0.3 ? 0.005 + random() * 0.03 : 0;
  const scale = 0.05 + random() * 0.4;
  const nightOwl = random() * 0.12;
  const fault = leaks ? faultIn(random, Math.max(0.02 + random() * 0.18, cistern / 2), 7) : undefined;
  const hours: HourUse[] = [];
  for (let day = FIRST; day < FIRST + DAYS; day += 1) {
    const weekend = (day + 3) % 7 >= 5;
    const holidays = day - FIRST > 190 && day - FIRST < 245;
    const late = random() < nightOwl;
    for (let hour = 0; hour < 24; hour += 1) {
      const isDay = hour >= 7 && hour < 19;
      const busy = isDay ? (weekend ? 0.15 : holidays ? 0.1 : 1) : hour >= 19 && hour < 23 ? 0.2 : 0;
      const night = hour < 6 && late && random() < 0.6 ? 0.05 * random() : 0;
      const flushed = cistern * (0.85 + 0.3 * random());
      const lost = fault && day >= fault.from && day < fault.to ? fault.excess * (0.9 + 0.2 * random()) : 0;
      const used = scale * busy * random() * 2 + night + flushed + lost;
      hours.push({ day, hour, used: Math.round(used * 1000) / 1000 });
    }
  }
  return { hours, ...(fault && { fault }) };
}

/**
 * A year of hourly values of an electricity meter in kWh: the base load drifts with the season and varies, and some
 * nights have late work. A device left on adds 25 to 90 % for two to five weeks.
 */
export function electricityMeter(seed: number, raised: boolean): { hours: HourUse[]; fault?: Fault } {
  const random = numbersFrom(seed + 10_000);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const base = 0.8 + random() * 6;
  const fault = raised ? faultIn(random, base * (0.25 + random() * 0.65), 14) : undefined;
  const hours: HourUse[] = [];
  let drift = 0;
  for (let day = FIRST; day < FIRST + DAYS; day += 1) {
    drift = drift * 0.9 + 0.01 * normal();
    const season = 1 + 0.08 * Math.cos((2 * Math.PI * (day - FIRST - 15)) / 365);
    const weekend = (day + 3) % 7 >= 5;
    const late = random() < 0.04 ? base * 0.3 : 0;
    for (let hour = 0; hour < 24; hour += 1) {
      const busy = hour >= 7 && hour < 19 && !weekend ? base * 3 * (0.6 + 0.8 * random()) : 0;
      const left = fault && day >= fault.from && day < fault.to ? fault.excess : 0;
      const used = base * (season + drift) * (1 + 0.03 * normal()) + busy + (hour < 6 ? late : 0) + left;
      hours.push({ day, hour, used: Math.max(0, Math.round(used * 100) / 100) });
    }
  }
  return { hours, ...(fault && { fault }) };
}
