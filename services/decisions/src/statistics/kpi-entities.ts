import { type Entity, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import type { Observed } from '../contract/statistics.ts';

export interface Asked {
  readonly client: NgsiLdClient;
  readonly tenant: string;
  readonly context: string;
}

/** A number of a place, with its history: an entity of type KeyPerformanceIndicator. */
export interface KpiSeries {
  /** `statistic` or `indicator`. */
  readonly process: string;
  /** The flow and its variable, or the indicator. */
  readonly product: string;
  /** The code of the place, or the slug of a commune. */
  readonly area: string;
  readonly values: readonly (Observed & { readonly numerator?: number; readonly denominator?: number })[];
  readonly vintage?: number;
}

export interface KpiWritten extends KpiSeries {
  readonly name: string;
  readonly provider: string;
  readonly scope?: string;
}

export const KPI = 'KeyPerformanceIndicator';
const ATTRIBUTES = ['kpiValue', 'observationStatus', 'kpiNumerator', 'kpiDenominator'];
const HAS_NUMBER: ReadonlySet<string> = new Set(['observed', 'imputed']);
const MOST_AT_ONCE = 500;
const FROM = new Date('1800-01-01T00:00:00Z');
const TO = new Date('2300-01-01T00:00:00Z');

/** Why writing failed, in the words of the broker. */
export class WriteRefused extends Error {}

/** Writes series period by period, the oldest first: a value of an earlier period only goes to the history. */
export async function writeSeries(
  { client, tenant, context }: Asked,
  all: readonly KpiWritten[],
  signal?: AbortSignal,
): Promise<void> {
  const periods = [...new Set(all.flatMap(({ values }) => values.map(({ period }) => period)))].sort();
  for (const period of periods) {
    const entities = all.flatMap((series) => {
      const value = series.values.find((each) => each.period === period);
      return value === undefined ? [] : [entityOf(series, value)];
    });
    for (let at = 0; at < entities.length; at += MOST_AT_ONCE) {
      signal?.throwIfAborted();
      const part = entities.slice(at, at + MOST_AT_ONCE);
      const { errors } = await client.batchUpsert(part, { update: true, lateToHistory: true, tenant, context });
      const [fault] = errors;
      if (fault !== undefined) throw new WriteRefused(`${fault.entityId}: ${fault.error.detail ?? fault.error.title}`);
    }
  }
}

function entityOf(series: KpiWritten, { period, value, status, numerator, denominator }: KpiSeries['values'][number]) {
  const { process, product, area, name, provider, scope, vintage } = series;
  const observedAt = endOf(period);
  const timed = (of: unknown) => ({ type: 'Property', value: of, observedAt });
  const entity: Entity = {
    id: `urn:ngsi-ld:${KPI}:${process}:${product.replace('/', ':')}:${area}`,
    type: KPI,
    ...(scope !== undefined && { scope }),
    name: property(name),
    process: property(process),
    product: property(product),
    provider: property(provider),
    area: property(area),
    calculationMethod: property('automatic'),
    ...(vintage !== undefined && { geographyVintage: property(vintage) }),
    observationStatus: timed(status),
    ...(value !== undefined && { kpiValue: timed(value) }),
    ...(numerator !== undefined && { kpiNumerator: timed(numerator) }),
    ...(denominator !== undefined && { kpiDenominator: timed(denominator) }),
  };
  return entity;
}

/** The end of a year or a day. */
function endOf(period: string): string {
  return period.length === 4 ? `${period}-12-31T12:00:00Z` : `${period}T12:00:00Z`;
}

function property(value: unknown) {
  return { type: 'Property', value };
}

interface Head {
  readonly id: string;
  readonly product?: string;
  readonly area?: string;
  readonly geographyVintage?: number;
}

/** Reads the series of statistics or indicators that the client may read. @param products absent, or undefined: all */
export async function readSeries(
  { client, tenant, context }: Asked,
  process: 'statistic' | 'indicator',
  ...products: readonly (string | undefined)[]
): Promise<KpiSeries[]> {
  const only = products.flatMap((product) => (product === undefined ? [] : `"${product}"`)).join(',');
  const q = `process=="${process}"${only && `;product==${only}`}`;
  const pick = ['id', 'type', 'product', 'area', 'geographyVintage'];
  const query = { type: KPI, q, pick, format: 'simplified' as const, limit: 1000, tenant, context };
  const heads = new Map<string, Head>();
  for await (const head of queryAll<Head>(client, query)) heads.set(head.id, head);
  const ids = [...heads.keys()];
  const series: KpiSeries[] = [];
  for (let at = 0; at < ids.length; at += MOST_AT_ONCE) {
    const samples = await client.queryTemporal({
      type: KPI,
      id: ids.slice(at, at + MOST_AT_ONCE),
      attrs: ATTRIBUTES,
      from: FROM,
      to: TO,
      limit: MOST_AT_ONCE,
      tenant,
      context,
    });
    for (const { id, attributes } of samples) {
      const { product: of = '', area = '', geographyVintage: vintage } = heads.get(id) ?? {};
      series.push({
        process,
        product: of,
        area,
        values: valuesOf(attributes),
        ...(vintage !== undefined && { vintage }),
      });
    }
  }
  return series;
}

interface Latest {
  readonly product?: { readonly value: string };
  readonly kpiValue?: { readonly value: number; readonly observedAt: string };
  readonly observationStatus?: { readonly value: string; readonly observedAt: string };
}

/** The present values of an area by product, without those that are not known. */
export async function latestValues(
  { client, tenant, context }: Asked,
  process: 'statistic' | 'indicator',
  area: string,
): Promise<ReadonlyMap<string, { readonly period: string; readonly value: number }>> {
  const q = `process=="${process}";area=="${area}"`;
  const pick = ['id', 'type', 'product', 'kpiValue', 'observationStatus'];
  const query = { type: KPI, q, pick, limit: 1000, tenant, context };
  const values = new Map<string, { period: string; value: number }>();
  for await (const { product, kpiValue, observationStatus } of queryAll<Latest>(client, query)) {
    // The last number may be older than the word that none is known.
    if (product === undefined || kpiValue?.observedAt !== observationStatus?.observedAt) continue;
    if (kpiValue === undefined || !HAS_NUMBER.has(observationStatus?.value ?? '')) continue;
    values.set(product.value, { period: periodOf(Date.parse(kpiValue.observedAt)), value: kpiValue.value });
  }
  return values;
}

type Samples = { readonly [name: string]: readonly (readonly [unknown, number])[] };

/** A value without a number is none, whatever an earlier file said of the period. */
function valuesOf(attributes: Samples): KpiSeries['values'] {
  const at = (name: string, time: number) => {
    const value = attributes[name]?.findLast(([, observed]) => observed === time)?.[0];
    return typeof value === 'number' ? value : undefined;
  };
  const statuses = new Map((attributes.observationStatus ?? []).map(([status, time]) => [time, String(status)]));
  return [...statuses].map(([time, status]) => {
    const [value, numerator, denominator] = [
      at('kpiValue', time),
      at('kpiNumerator', time),
      at('kpiDenominator', time),
    ];
    const hasNumber = HAS_NUMBER.has(status);
    return {
      period: periodOf(time),
      status: status as Observed['status'],
      ...(hasNumber && value !== undefined && { value }),
      ...(hasNumber && numerator !== undefined && { numerator }),
      ...(hasNumber && denominator !== undefined && { denominator }),
    };
  });
}

function periodOf(time: number): string {
  const day = new Date(time).toISOString().slice(0, 10);
  return day.endsWith('-12-31') ? day.slice(0, 4) : day;
}
