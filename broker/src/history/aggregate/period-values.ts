import {
  Accumulator,
  type AggregateMethod,
  deviation,
  type ValueClass,
} from '../../model/temporal/temporal-aggregate.ts';
import type { SeriesSums } from './temporal-aggregates.ts';

/** The non-empty periods of a series, in order. */
interface PeriodValues {
  readonly slots: readonly number[];
  readonly classes: ReadonlySet<ValueClass | undefined>;
  /** The results of a method for each period; undefined: none. */
  resultsOf(method: AggregateMethod): readonly unknown[];
}

/** For values that were added one by one. */
export function accumulatedPeriods(bySlot: ReadonlyMap<number, Accumulator>): PeriodValues {
  const inOrder = [...bySlot].sort(([a], [b]) => a - b);
  return {
    slots: inOrder.map(([slot]) => slot),
    classes: new Set(inOrder.map(([, { valueClass }]) => valueClass)),
    resultsOf: (method) => inOrder.map(([, accumulator]) => accumulator.result(method)),
  };
}

const NUMBERS: ReadonlySet<ValueClass> = new Set(['number']);

/** For pre-computed sums of numbers: avoids an object for each of thousands of periods. */
export function summedPeriods(sums: SeriesSums): PeriodValues {
  const places = placesInOrder(sums.slots);
  return {
    slots: places.map((place) => sums.slots[place] as number), // an index of it
    classes: NUMBERS,
    resultsOf(method) {
      const result = resultAt(sums, method);
      return places.map(result);
    },
  };
}

/**
 * The groups arrive unordered (by hash). Period numbers are small enough to be used as array indexes, which is faster
 * than sorting.
 */
function placesInOrder(slots: readonly number[]): number[] {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const slot of slots) {
    if (slot < first) first = slot;
    if (slot > last) last = slot;
  }
  const bySlot = new Int32Array(last - first + 1).fill(-1);
  for (let place = 0; place < slots.length; place++) bySlot[(slots[place] as number) - first] = place;
  const places: number[] = [];
  for (const place of bySlot) if (place >= 0) places.push(place);
  return places;
}

// All columns have the same length. Those that the requested methods need are present.
type Column = readonly number[];

function resultAt(columns: SeriesSums, method: AggregateMethod): (place: number) => number {
  const [counts, sums, sumsqs] = [columns.counts, columns.sums as Column, columns.sumsqs as Column];
  switch (method) {
    case 'totalCount':
      return (place) => counts[place] as number;
    case 'distinctCount':
      return (place) => columns.distinct_numbers?.[place] ?? 0;
    case 'sum':
      return (place) => sums[place] as number;
    case 'sumsq':
      return (place) => sumsqs[place] as number;
    case 'avg':
      return (place) => (sums[place] as number) / (counts[place] as number);
    case 'min':
      return (place) => columns.mins?.[place] as number;
    case 'max':
      return (place) => columns.maxs?.[place] as number;
    case 'stddev':
      return (place) => deviation(counts[place] as number, sums[place] as number, sumsqs[place] as number);
  }
}

/**
 * Converts sums of numbers to accumulators, to which other values can be added. Columns that no method needs count as
 * 0.
 */
export function accumulators(columns: SeriesSums): Map<number, Accumulator> {
  const bySlot = new Map<number, Accumulator>();
  for (const [place, slot] of columns.slots.entries()) {
    const at = (column: Column | undefined) => column?.[place] ?? 0;
    const sums = {
      count: at(columns.counts),
      sum: at(columns.sums),
      sumsq: at(columns.sumsqs),
      min: at(columns.mins),
      max: at(columns.maxs),
    };
    accumulatorAt(bySlot, slot).addNumbers(sums, at(columns.distinct_numbers));
  }
  return bySlot;
}

export function accumulatorAt(bySlot: Map<number, Accumulator>, slot: number): Accumulator {
  let accumulator = bySlot.get(slot);
  if (accumulator === undefined) {
    accumulator = new Accumulator();
    bySlot.set(slot, accumulator);
  }
  return accumulator;
}
