import { standard } from '../../broker/operations.ts';
import { isObject } from '../../entities/attribute.ts';
import type { Series } from '../../kit/chart/series.ts';

const DAY_MS = 86_400_000;
/** More values than the width of a chart can show. */
const MAX_VALUES = 1_000;

export interface Range {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** For longer ranges: the period of the means to draw (ISO 8601); undefined: each measurement. */
export function meanPeriod({ from, to }: Range): string | undefined {
  const days = (to - from) / DAY_MS;
  if (days <= 1.01) return undefined;
  if (days <= 8) return 'PT1H';
  if (days <= 62) return 'PT6H';
  return 'P1D';
}

/**
 * The history of one attribute (5.7.3), as `[time, value]`; for numbers over a long range, the mean of each period with
 * its minimum and maximum.
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
  const entity = await temporal(id, attribute, range, signal, { format: 'temporalValues', lastN: MAX_VALUES });
  const found = entity[attribute];
  const values = isObject(found) ? pairs(found.values ?? found.objects ?? found.vocabs) : [];
  return values.sort(([a], [b]) => a - b);
}

/** In which form values come: all of them, or sums. */
interface TemporalForm {
  readonly format?: string;
  readonly lastN?: number;
  readonly aggrMethods?: string;
  readonly aggrPeriodDuration?: string;
}

/** An entity without a history in this range is not an error. */
async function temporal(
  id: string,
  attrs: string,
  { from, to }: Range,
  signal: AbortSignal,
  parameters: TemporalForm,
): Promise<Record<string, unknown>> {
  const query = { timerel: 'between', timeAt: new Date(from), endTimeAt: new Date(to), attrs, ...parameters };
  return (await standard.history({ params: { id }, query, signal })) ?? {};
}

/** Converts `[[value, "2026-…"], …]` to `[[time, value], …]`; for aggregates, the time is the start of the period. */
function pairs(value: unknown): [at: number, value: unknown][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair): [number, unknown][] => {
    const at = Array.isArray(pair) ? Date.parse(String(pair[1])) : Number.NaN;
    return Number.isNaN(at) ? [] : [[at, pair[0]]];
  });
}
