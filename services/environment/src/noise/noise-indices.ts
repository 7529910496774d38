import type { DateTime } from 'luxon';

/** The noise of a day in dB(A), by annex I of Directive 2002/49/EC. A night belongs to the day on whose evening it begins. */
export interface NoiseDay {
  /** YYYY-MM-DD */
  readonly day: string;
  /** Day, evening + 5 dB and night + 10 dB, for twelve, four and eight hours. Absent: too few hours are known. */
  readonly lden?: number;
  readonly lnight?: number;
}

/** Levels in dB(A), each with its time in milliseconds since 1970. */
export type Levels = readonly (readonly [level: number, at: number])[];

const HOUR = 3_600_000;
/** The share of a part's hours that must be known. */
const KNOWN = 0.75;
/** The parts of a day: hours after its beginning, and what is added to their level. */
const PARTS = [
  { from: 0, to: 12, penalty: 0 },
  { from: 12, to: 16, penalty: 5 },
  { from: 16, to: 24, penalty: 10 },
] as const;

/** The hour at which the day begins: 6:00 in France (order of 4 April 2006), 7:00 as in the directive and in Luxembourg. */
export function dayBeginsAt(country: string): number {
  return country === 'FR' || country === 'DE' ? 6 : 7;
}

/** The level that has the mean energy of levels in dB. */
export function energyMean(levels: readonly number[]): number {
  return 10 * Math.log10(levels.reduce((sum, level) => sum + 10 ** (level / 10), 0) / levels.length);
}

/** The days before today that have an index, earliest first. @param today its local midnight */
export function noiseDays(samples: Levels, today: DateTime, days: number, beginsAt: number): NoiseDay[] {
  const hours = new Map<number, number[]>();
  for (const [level, at] of samples) {
    if (typeof level !== 'number') continue;
    const hour = Math.floor(at / HOUR);
    hours.set(hour, [...(hours.get(hour) ?? []), level]);
  }
  const levels = new Map([...hours].map(([hour, own]) => [hour, energyMean(own)]));
  // The night before today ends today.
  return Array.from({ length: days }, (_, back) => today.minus({ days: days - back })).flatMap((day) => {
    const clock = (hour: number) =>
      day
        .plus({ days: Math.floor(hour / 24) })
        .set({ hour: hour % 24 })
        .toMillis() / HOUR;
    const parts = PARTS.map(({ from, to }) => levelOf(levels, clock(beginsAt + from), clock(beginsAt + to)));
    const lnight = parts[2];
    const isWhole = parts.every((level) => level !== undefined);
    if (lnight === undefined && !isWhole) return [];
    return [
      {
        day: day.toISODate() ?? '',
        ...(isWhole && { lden: round(ldenOf(parts)) }),
        ...(lnight !== undefined && { lnight: round(lnight) }),
      },
    ];
  });
}

/** The indices of several days together: their mean energy. */
export function noiseOf(days: readonly NoiseDay[]): { readonly lden?: number; readonly lnight?: number } {
  const [ldens, lnights] = [days.flatMap(({ lden }) => lden ?? []), days.flatMap(({ lnight }) => lnight ?? [])];
  return {
    ...(ldens.length > 0 && { lden: round(energyMean(ldens)) }),
    ...(lnights.length > 0 && { lnight: round(energyMean(lnights)) }),
  };
}

function ldenOf(parts: readonly number[]): number {
  const energy = PARTS.reduce(
    (sum, { from, to, penalty }, part) => sum + (to - from) * 10 ** (((parts[part] ?? 0) + penalty) / 10),
    0,
  );
  return 10 * Math.log10(energy / 24);
}

/** The level of the hours from one number to another, if enough are known. */
function levelOf(levels: ReadonlyMap<number, number>, from: number, to: number): number | undefined {
  const known: number[] = [];
  for (let hour = from; hour < to; hour += 1) {
    const level = levels.get(hour);
    if (level !== undefined) known.push(level);
  }
  return known.length === 0 || known.length < KNOWN * (to - from) ? undefined : energyMean(known);
}

function round(level: number): number {
  return Math.round(level * 10) / 10;
}
