import type { AttributeKind } from '../entity.ts';
import { temporalKind } from '../time-kind.ts';

export const AGGREGATE_METHODS = [
  'totalCount',
  'distinctCount',
  'sum',
  'avg',
  'min',
  'max',
  'stddev',
  'sumsq',
] as const;

/** Aggregation methods (4.5.19). */
export type AggregateMethod = (typeof AGGREGATE_METHODS)[number];

export function isAggregateMethod(text: string): text is AggregateMethod {
  return (AGGREGATE_METHODS as readonly string[]).includes(text);
}

/** Classes of values, as distinguished in Table 4.5.19.1-1. */
export type ValueClass = 'number' | 'boolean' | 'string' | 'array' | 'dateTime' | 'date' | 'time' | 'object' | 'uri';

const COUNTS: readonly AggregateMethod[] = ['totalCount', 'distinctCount'];

const ELIGIBLE: { readonly [Class in ValueClass]: ReadonlySet<AggregateMethod> } = {
  number: new Set(AGGREGATE_METHODS),
  boolean: new Set(AGGREGATE_METHODS),
  string: new Set([...COUNTS, 'min', 'max']),
  array: new Set([...COUNTS, 'min', 'max', 'avg', 'sum']),
  dateTime: new Set([...COUNTS, 'min', 'max']),
  date: new Set([...COUNTS, 'min', 'max']),
  time: new Set([...COUNTS, 'min', 'max', 'avg']),
  object: new Set(COUNTS),
  uri: new Set(COUNTS),
};

/** Whether a method can aggregate values of a class. */
export function isEligible(method: AggregateMethod, valueClass: ValueClass): boolean {
  return ELIGIBLE[valueClass].has(method);
}

const TIME = /^(\d\d):(\d\d):(\d\d(?:[.,]\d{1,6})?)Z$/;

/** The class of an attribute's value. Attribute types other than Property and ListProperty are only counted. */
export function classOf(kind: AttributeKind, value: unknown): ValueClass {
  if (kind === 'Relationship' || kind === 'ListRelationship') return 'uri';
  if (kind !== 'Property' && kind !== 'ListProperty') return 'object';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      return temporalKind(value) ?? 'string';
    default:
      return 'object';
  }
}

/** Aggregated series of each attribute, by IRI. */
export type Aggregates = ReadonlyMap<string, readonly AggregatedSeries[]>;

/** The aggregates of one dataset. */
export interface AggregatedSeries {
  readonly type: AttributeKind;
  readonly datasetId?: string;
  /** Start and end of the non-empty periods, in order, as DateTimes. */
  readonly bounds: readonly (readonly [start: string, end: string])[];
  /** The results of each method for these periods, in the same order; undefined: none. */
  readonly values: { readonly [method: string]: readonly unknown[] };
}

/** Sums of numbers, which can be added over periods. */
interface NumberSums {
  readonly count: number;
  readonly sum: number;
  readonly sumsq: number;
  readonly min: number;
  readonly max: number;
}

/** Accumulates the values of one period. Values of another class than the first one are only counted. */
export class Accumulator {
  #class: ValueClass | undefined;
  #total = 0;
  /** As JSON texts. */
  #distinct: Set<string> | undefined;
  #distinctNumbers = 0;
  #count = 0;
  #sum = 0;
  #sumsq = 0;
  #min: number | string | undefined;
  #max: number | string | undefined;
  #minimum: unknown;
  #maximum: unknown;

  get valueClass(): ValueClass | undefined {
    return this.#class;
  }

  /** Adds a value, optionally several times. */
  add(kind: AttributeKind, value: unknown, times = 1): void {
    const valueClass = classOf(kind, value);
    this.#class ??= valueClass;
    this.#total += times;
    this.#addDistinct(value);
    if (valueClass !== this.#class) return;
    const measure = measureOf(valueClass, value);
    if (measure === undefined) return;
    this.#bound(
      measure,
      valueClass === 'number' || valueClass === 'boolean' || valueClass === 'array' ? measure : value,
    );
    if (typeof measure !== 'number') return;
    this.#count += times;
    this.#sum += measure * times;
    this.#sumsq += measure * measure * times;
  }

  /**
   * Adds pre-computed sums of numbers, with the number of distinct ones. These numbers must not be added in another
   * way.
   */
  addNumbers({ count, sum, sumsq, min, max }: NumberSums, distinct: number): void {
    this.#class ??= 'number';
    this.#total += count;
    this.#distinctNumbers += distinct;
    if (this.#class !== 'number') return;
    this.#count += count;
    this.#sum += sum;
    this.#sumsq += sumsq;
    this.#bound(min, min);
    this.#bound(max, max);
  }

  /** The result of a method; undefined if it can't aggregate any of the values. */
  result(method: AggregateMethod): unknown {
    if (this.#class === undefined || !isEligible(method, this.#class)) return undefined;
    switch (method) {
      case 'totalCount':
        return this.#total;
      case 'distinctCount':
        return this.#distinctNumbers + (this.#distinct?.size ?? 0);
      case 'min':
        return this.#minimum;
      case 'max':
        return this.#maximum;
      case 'sum':
        return this.#sum;
      case 'sumsq':
        return this.#sumsq;
      case 'avg':
        return this.#class === 'time' ? timeOfDay(this.#sum / this.#count) : this.#sum / this.#count;
      case 'stddev':
        return deviation(this.#count, this.#sum, this.#sumsq);
    }
  }

  #addDistinct(value: unknown): void {
    this.#distinct ??= new Set();
    this.#distinct.add(JSON.stringify(value));
  }

  #bound(measure: number | string, value: unknown): void {
    if (this.#min === undefined || measure < this.#min) {
      this.#min = measure;
      this.#minimum = value;
    }
    if (this.#max === undefined || measure > this.#max) {
      this.#max = measure;
      this.#maximum = value;
    }
  }
}

export function deviation(count: number, sum: number, sumsq: number): number {
  const mean = sum / count;
  return Math.sqrt(Math.max(0, sumsq / count - mean * mean));
}

/** The form of a value for comparing and summing; undefined: values of this class are only counted. */
function measureOf(valueClass: ValueClass, value: unknown): number | string | undefined {
  switch (valueClass) {
    case 'number':
      return value as number; // ensured by its class, here and below
    case 'boolean':
      return Number(value);
    case 'array':
      return (value as readonly unknown[]).length;
    case 'string':
    case 'date':
      return value as string;
    case 'dateTime':
      return Date.parse((value as string).replace(',', '.'));
    case 'time':
      return secondsOf(value as string);
    default:
      return undefined;
  }
}

function secondsOf(time: string): number {
  const [, hours, minutes, seconds] = TIME.exec(time) as RegExpExecArray;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds?.replace(',', '.'));
}

function timeOfDay(seconds: number): string {
  return `${new Date(Math.round(seconds * 1000))
    .toISOString()
    .slice(11, -1)
    .replace(/\.000$/, '')}Z`;
}
