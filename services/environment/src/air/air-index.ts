/** The pollutants of the indices. */
export const POLLUTANTS = ['no2', 'o3', 'pm10', 'pm25', 'so2'] as const;
export type Pollutant = (typeof POLLUTANTS)[number];

export type Scheme = 'ATMO' | 'EAQI';
/** From 1 (good) to 6 (extremely bad). */
export type Level = 1 | 2 | 3 | 4 | 5 | 6;

/** The highest value of each level except the last, µg/m³. */
type Bands = { readonly [pollutant in Pollutant]: readonly [number, number, number, number, number] };

/**
 * The French index (arrêté du 10 juillet 2020 relatif à l'indice de la qualité de l'air ambiant, in force since 2021).
 * It describes a day, by the mean of particles and the highest hour of gases.
 */
const ATMO: Bands = {
  pm25: [10, 20, 25, 50, 75],
  pm10: [20, 40, 50, 100, 150],
  no2: [40, 90, 120, 230, 340],
  o3: [50, 100, 130, 240, 380],
  so2: [100, 200, 350, 500, 750],
};

/**
 * The European Air Quality Index as the EEA revised it in 2024, after the WHO guidelines of 2021 (ETC HE Report
 * 2024/17, "EEA's revision of the European air quality index bands"). It describes an hour, for particles too.
 */
const EAQI: Bands = {
  pm25: [5, 15, 50, 90, 140],
  pm10: [15, 45, 120, 195, 270],
  no2: [10, 25, 60, 100, 150],
  o3: [60, 100, 120, 160, 180],
  so2: [20, 40, 125, 190, 275],
};

const BANDS: { readonly [scheme in Scheme]: Bands } = { ATMO, EAQI };

/** The colours of both indices. */
export const COLOURS: { readonly [level in Level]: string } = {
  1: '#50f0e6',
  2: '#50ccaa',
  3: '#f0e641',
  4: '#ff5050',
  5: '#960032',
  6: '#7d2181',
};

export interface AirIndex {
  readonly scheme: Scheme;
  readonly level: Level;
  /** The pollutant with the worst level. */
  readonly pollutant: Pollutant;
  readonly levels: { readonly [pollutant in Pollutant]?: Level };
}

/** The lowest value of each level, from the first to the last; µg/m³. */
export function levelsFrom(scheme: Scheme, pollutant: Pollutant): readonly number[] {
  return [0, ...BANDS[scheme][pollutant].map((limit) => limit + 0.5)];
}

/** The level of one pollutant. The bands are in whole µg/m³, so values are rounded first. */
export function levelOf(scheme: Scheme, pollutant: Pollutant, value: number): Level {
  const rounded = Math.round(value);
  const at = BANDS[scheme][pollutant].findIndex((limit) => rounded <= limit);
  return (at === -1 ? 6 : at + 1) as Level; // five limits separate six levels
}

/** The index by the worst of the known pollutants; undefined if none is known. */
export function airIndex(
  scheme: Scheme,
  values: { readonly [pollutant in Pollutant]?: number | undefined },
): AirIndex | undefined {
  const levels: { [pollutant in Pollutant]?: Level } = {};
  let worst: Pollutant | undefined;
  for (const pollutant of POLLUTANTS) {
    const value = values[pollutant];
    if (value === undefined) continue;
    const level = levelOf(scheme, pollutant, value);
    levels[pollutant] = level;
    if (worst === undefined || level > (levels[worst] ?? 0)) worst = pollutant;
  }
  return worst && { scheme, level: levels[worst] as Level, pollutant: worst, levels };
}

/** Samples of a pollutant, ascending: the value, and the time of observation in milliseconds since 1970. */
export type Samples = readonly (readonly [value: number, at: number])[];

const HOUR = 3_600_000;
/** The share of the elapsed hours that must be known for the mean of a day. */
const KNOWN_SHARE = 0.5;

/** A pollutant's value in the ATMO index of a day: the highest hourly mean of a gas, the mean of particles. */
export function valueOfDay(pollutant: Pollutant, samples: Samples, from: number, to: number): number | undefined {
  const hours = hourMeans(samples, from, to);
  const over = Math.max(1, Math.floor((to - from) / HOUR));
  if (hours.length === 0 || hours.length < over * KNOWN_SHARE) return undefined;
  if (pollutant !== 'pm10' && pollutant !== 'pm25') return Math.max(...hours);
  return hours.reduce((sum, mean) => sum + mean, 0) / hours.length;
}

/** The mean of the last hour before `to`, as the European index requires. */
export function valueOfHour(samples: Samples, to: number): number | undefined {
  return hourMeans(samples, to - HOUR, to)[0];
}

function hourMeans(samples: Samples, from: number, to: number): number[] {
  const hours = new Map<number, { sum: number; count: number }>();
  for (const [value, at] of samples) {
    if (at < from || at >= to || !Number.isFinite(value)) continue;
    const hour = Math.floor((at - from) / HOUR);
    const kept = hours.get(hour) ?? { sum: 0, count: 0 };
    hours.set(hour, { sum: kept.sum + value, count: kept.count + 1 });
  }
  return [...hours.values()].map(({ sum, count }) => sum / count);
}
