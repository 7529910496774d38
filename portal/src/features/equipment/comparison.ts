import { standard } from '../../broker/operations.ts';
import { meanPeriod, meansOf, type Range } from './history.ts';

export const COMPARISONS = ['none', 'neighbours', 'year'] as const;
export type Comparison = (typeof COMPARISONS)[number];

type Points = readonly (readonly [at: number, value: number])[];

const NEIGHBOURS = 5;
const NEAR_M = 400;
const SHORTEST_PERIOD = 'PT1H';

/** Ids of the nearest entities of the same type, except itself. */
export async function neighboursOf(
  id: string,
  type: string,
  [longitude, latitude]: readonly [number, number],
  signal: AbortSignal,
): Promise<string[]> {
  const query = {
    type,
    geometry: 'Point',
    coordinates: JSON.stringify([longitude, latitude]),
    georel: `near;maxDistance==${NEAR_M}`,
    pick: 'id,type',
    limit: NEIGHBOURS + 1,
    orderBy: 'location;dist-asc',
    orderFrom: JSON.stringify([longitude, latitude]),
    orderGeometry: 'Point',
  };
  const found = await standard.entities({ query, signal });
  return found.flatMap((each) => (each.id === id ? [] : each.id)).slice(0, NEIGHBOURS);
}

/** The mean of the neighbours' measurements, one value per period. */
export async function meanOfNeighbours(
  ids: readonly string[],
  attribute: string,
  range: Range,
  signal: AbortSignal,
): Promise<Points> {
  const period = meanPeriod(range) ?? SHORTEST_PERIOD;
  return meanOf(await Promise.all(ids.map((id) => meansOf(id, attribute, range, period, signal))));
}

/** The mean of several series, at each time that occurs in one of them. */
export function meanOf(series: readonly Points[]): Points {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const [at, value] of series.flat()) {
    const known = sums.get(at) ?? { sum: 0, count: 0 };
    sums.set(at, { sum: known.sum + value, count: known.count + 1 });
  }
  return [...sums].sort(([a], [b]) => a - b).map(([at, { sum, count }]) => [at, sum / count] as const);
}

/** 52 weeks, so that weekdays coincide with those of the year before. */
const YEAR_MS = 364 * 86_400_000;

export const yearBefore = ({ from, to }: Range): Range => ({ from: from - YEAR_MS, to: to - YEAR_MS });

/** Shifted onto the current measurements. */
export function aYearLater<Value>(points: readonly (readonly [at: number, value: Value])[]) {
  return points.map(([at, value]) => [at + YEAR_MS, value] as const);
}
