/** The use of water, by the value of `category`. */
export const WATER_USES = { bathingWater: 'bathing', drinkingWater: 'drinking' } as const;
export type WaterUse = (typeof WATER_USES)[keyof typeof WATER_USES];

/** 1: good; 2: tolerated; 3: above a limit. */
export type WaterLevel = 1 | 2 | 3;

/** The attributes of `WaterQualityObserved` that are shown, with their units. */
export const WATER_PARAMETERS = {
  escherichiaColi: '/100 ml',
  enterococci: '/100 ml',
  NO3: 'mg/l',
  NO2: 'mg/l',
  turbidity: 'NTU',
  pH: '',
  temperature: '°C',
} as const;
export type WaterParameter = keyof typeof WATER_PARAMETERS;

interface Bounds {
  /** Values outside this range are tolerated. */
  readonly good: readonly [least: number, most: number];
  /** Values outside this range exceed a limit. */
  readonly tolerated: readonly [least: number, most: number];
}

const any: Bounds['tolerated'] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const upTo = (most: number): Bounds['good'] => [Number.NEGATIVE_INFINITY, most];

/**
 * Bathing: the thresholds of French health authorities for one sample of inland water. Drinking: the limits of quality
 * (`tolerated`) and the references of quality (`good`) of the order of 11 January 2007. For a limit both ranges are equal.
 */
const BOUNDS: { readonly [use in WaterUse]: { readonly [parameter in WaterParameter]?: Bounds } } = {
  bathing: {
    escherichiaColi: { good: upTo(100), tolerated: upTo(1800) },
    enterococci: { good: upTo(100), tolerated: upTo(660) },
  },
  drinking: {
    escherichiaColi: { good: upTo(0), tolerated: upTo(0) },
    enterococci: { good: upTo(0), tolerated: upTo(0) },
    NO3: { good: upTo(50), tolerated: upTo(50) },
    NO2: { good: upTo(0.5), tolerated: upTo(0.5) },
    turbidity: { good: upTo(2), tolerated: any },
    pH: { good: [6.5, 9], tolerated: any },
  },
};

/** The level of a value for a use; undefined if there is no threshold. */
export function waterLevel(use: WaterUse, parameter: WaterParameter, value: number): WaterLevel | undefined {
  const bounds = BOUNDS[use][parameter];
  if (bounds === undefined) return undefined;
  if (isWithin(value, bounds.good)) return 1;
  return isWithin(value, bounds.tolerated) ? 2 : 3;
}

function isWithin(value: number, [least, most]: readonly [number, number]): boolean {
  return value >= least && value <= most;
}
