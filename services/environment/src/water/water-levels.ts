/** What water is used for: the value of `category`. */
export const WATER_USES = { bathingWater: 'bathing', drinkingWater: 'drinking' } as const;
export type WaterUse = (typeof WATER_USES)[keyof typeof WATER_USES];

/** 1: as it should be; 2: tolerated; 3: over a limit. */
export type WaterLevel = 1 | 2 | 3;

/** Attributes of a `WaterQualityObserved` that are told, with the unit in which they are. */
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
  /** Beyond these it is tolerated. */
  readonly good: readonly [least: number, most: number];
  /** Beyond these a limit is passed. */
  readonly tolerated: readonly [least: number, most: number];
}

const any: Bounds['tolerated'] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const upTo = (most: number): Bounds['good'] => [Number.NEGATIVE_INFINITY, most];

/**
 * Bathing: what French health authorities say of one sample of inland water. Drinking: limits of quality (the last bound),
 * and references of quality (the first) of the order of 11 January 2007; a limit has no bound before it.
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

/** How good a value is for a use; undefined where no bound is known. */
export function waterLevel(use: WaterUse, parameter: WaterParameter, value: number): WaterLevel | undefined {
  const bounds = BOUNDS[use][parameter];
  if (bounds === undefined) return undefined;
  if (isWithin(value, bounds.good)) return 1;
  return isWithin(value, bounds.tolerated) ? 2 : 3;
}

function isWithin(value: number, [least, most]: readonly [number, number]): boolean {
  return value >= least && value <= most;
}
