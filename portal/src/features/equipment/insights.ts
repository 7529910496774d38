import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { isObject, readAttribute } from '../../entities/attribute.ts';
import { meansOf, type Range, valuesOf } from './history.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The minimum score to show: the service writes lower scores only at the end of an anomaly. */
const ODD_FROM = 6;

/** A forecast of one attribute, as its entity describes it. */
export interface Forecast {
  readonly attribute: string;
  readonly kind: 'level' | 'counter' | 'gauge';
  readonly unitCode?: string;
  readonly points: readonly (readonly [at: number, value: number, low: number, high: number])[];
  readonly method: {
    readonly method: string;
    readonly isBaseline: boolean;
    readonly days: number;
    readonly promised: number;
    readonly coverage: number;
    readonly error: number;
    readonly baselineError: number;
  };
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly output: string;
}

/** An anomaly, and the compared values. */
export interface Anomaly {
  readonly score: number;
  readonly at: number;
  readonly attribute: string;
  readonly observed: number;
  readonly usual: number;
  readonly low: number;
  readonly high: number;
  readonly cases: number;
  readonly output: string;
}

export async function forecastsOf(broker: NgsiLdClient, id: string, signal: AbortSignal): Promise<Forecast[]> {
  const q = `forecastOf==${JSON.stringify(id)}`;
  const { entities } = await broker.queryEntities<Entity>({
    type: 'Forecast',
    q,
    format: 'concise',
    limit: 10,
    signal,
  });
  return entities.flatMap((entity) => {
    const read = (name: string) => readAttribute(entity[name]);
    const { value: series, unitCode } = read('forecastSeries');
    const method = read('forecastMethod').value;
    if (!Array.isArray(series) || !isObject(method)) return [];
    return {
      attribute: String(read('forecastAttribute').value),
      kind: read('forecastKind').value as Forecast['kind'], // the service writes only these values
      ...(unitCode !== undefined && { unitCode }),
      points: series.map(([at, ...values]) => [Date.parse(at), ...values] as unknown as Forecast['points'][number]),
      method: method as unknown as Forecast['method'],
      issuedAt: Date.parse(String(read('dateIssued').value)),
      output: String(read('aiOutput').value),
    };
  });
}

/** The measurements before a forecast, in its steps; for counters, the use in each hour. */
export async function pastOf(
  id: string,
  { attribute, kind }: Forecast,
  signal: AbortSignal,
): Promise<{ readonly points: readonly (readonly [number, number])[]; readonly range: Range }> {
  const to = Date.now();
  const range = { from: to - (kind === 'level' ? 7 : 2) * DAY, to };
  if (kind !== 'counter') return { points: await meansOf(id, attribute, range, 'PT1H', signal), range };
  const values = await valuesOf(id, attribute, range, signal);
  return {
    points: hourlyUse(values.flatMap(([at, value]) => (typeof value === 'number' ? [[at, value] as const] : []))),
    range,
  };
}

/** The use per full hour, from the last reading of each. */
export function hourlyUse(readings: readonly (readonly [at: number, total: number])[]): [number, number][] {
  const last = new Map<number, number>();
  for (const [at, total] of readings) last.set(Math.ceil(at / HOUR), total);
  return [...last].flatMap(([hour, total]): [number, number][] => {
    const before = last.get(hour - 1);
    return before === undefined || total < before || hour * HOUR > Date.now()
      ? []
      : [[(hour - 1) * HOUR, total - before]];
  });
}

/** Undefined: no anomaly. */
export function anomalyOf(entity: Entity): Anomaly | undefined {
  const attribute = entity.anomalyScore;
  const { value: score, observedAt = 0 } = readAttribute(attribute);
  if (!isObject(attribute) || typeof score !== 'number' || score < ODD_FROM) return undefined;
  const number = (name: string) => Number(readAttribute(attribute[name]).value);
  const text = (name: string) => String(readAttribute(attribute[name]).value);
  return {
    score,
    at: observedAt,
    attribute: text('ofAttribute'),
    observed: number('observedValue'),
    usual: number('usualValue'),
    low: number('usualLow'),
    high: number('usualHigh'),
    cases: number('usualCases'),
    output: text('aiOutput'),
  };
}
