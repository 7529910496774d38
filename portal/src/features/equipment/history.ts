import { ask } from '../../broker/ask.ts';
import { contextLink } from '../../broker/broker.ts';
import { isObject } from '../../entities/attribute.ts';
import type { Series } from '../../kit/chart/series.ts';

const DAY_MS = 86_400_000;
/** More would be more than a chart is wide. */
const MOST_VALUES = 1_000;

export interface Range {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Means of periods this long (ISO 8601) are drawn for a range; undefined: each measurement. */
export function meanPeriod({ from, to }: Range): string | undefined {
  const days = (to - from) / DAY_MS;
  if (days <= 1.01) return undefined;
  if (days <= 8) return 'PT1H';
  if (days <= 62) return 'PT6H';
  return 'P1D';
}

/**
 * The history of one attribute (5.7.3), as `[when, value]`; of long ranges the mean of each period with its lowest and
 * highest, for numbers.
 */
export async function numbersOf(
  id: string,
  attribute: string,
  range: Range,
  signal: AbortSignal,
): Promise<Pick<Series, 'points' | 'band'>> {
  const period = meanPeriod(range);
  if (period === undefined) {
    const values = await valuesOf(id, attribute, range, signal);
    return { points: values.flatMap(([at, value]) => (typeof value === 'number' ? [[at, value] as const] : [])) };
  }
  const entity = await temporal(id, attribute, range, signal, {
    format: 'aggregatedValues',
    aggrMethods: 'avg,min,max',
    aggrPeriodDuration: period,
  });
  const { avg, min, max } = isObject(entity[attribute]) ? entity[attribute] : {};
  const lows = new Map(pairs(min));
  const highs = new Map(pairs(max));
  const points = pairs(avg).filter((pair): pair is [number, number] => typeof pair[1] === 'number');
  const band = points.map(
    ([at, value]) => [at, Number(lows.get(at) ?? value), Number(highs.get(at) ?? value)] as const,
  );
  return { points, band };
}

/** The means of the periods of a range, in order. */
export async function meansOf(
  id: string,
  attribute: string,
  range: Range,
  period: string,
  signal: AbortSignal,
): Promise<[at: number, value: number][]> {
  const entity = await temporal(id, attribute, range, signal, {
    format: 'aggregatedValues',
    aggrMethods: 'avg',
    aggrPeriodDuration: period,
  });
  const { avg } = isObject(entity[attribute]) ? entity[attribute] : {};
  return pairs(avg).filter((pair): pair is [number, number] => typeof pair[1] === 'number');
}

/** The last values of one attribute in a range, in order. */
export async function valuesOf(
  id: string,
  attribute: string,
  range: Range,
  signal: AbortSignal,
): Promise<[at: number, value: unknown][]> {
  const entity = await temporal(id, attribute, range, signal, { format: 'temporalValues', lastN: String(MOST_VALUES) });
  const found = entity[attribute];
  const values = isObject(found) ? pairs(found.values ?? found.objects ?? found.vocabs) : [];
  return values.sort(([a], [b]) => a - b);
}

/** An entity without a history in this range has none: no fault. */
async function temporal(
  id: string,
  attrs: string,
  { from, to }: Range,
  signal: AbortSignal,
  parameters: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const query = new URLSearchParams({
    timerel: 'between',
    timeAt: new Date(from).toISOString(),
    endTimeAt: new Date(to).toISOString(),
    attrs,
    ...parameters,
  });
  const path = `/ngsi-ld/v1/temporal/entities/${encodeURIComponent(id)}?${query}`;
  return (await ask<Record<string, unknown>>('GET', path, undefined, signal, contextLink())) ?? {};
}

/** `[[value, "2026-…"], …]` as `[[when, value], …]`; of aggregates the beginning of the period counts. */
function pairs(value: unknown): [at: number, value: unknown][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair): [number, unknown][] => {
    const at = Array.isArray(pair) ? Date.parse(String(pair[1])) : Number.NaN;
    return Number.isNaN(at) ? [] : [[at, pair[0]]];
  });
}
