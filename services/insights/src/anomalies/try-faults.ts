import {
  before,
  LAST_STEPS,
  learnUsual,
  mean,
  ODD_FROM,
  oddityOf,
  quantile,
  type Series,
  type SlotOf,
} from '@alzette/kit/forecasting';
import type { Target } from '../assets/target.ts';

/** The results in the held-back weeks. */
export interface FaultCounts {
  /** Artificial faults, and those of them that were detected. */
  readonly faults: number;
  readonly found: number;
  /** Detections without a fault. */
  readonly falseAlarms: number;
  readonly days: number;
}

/** The results for one series: by the score, and by two simple methods. */
export interface FaultTrial {
  readonly own: FaultCounts;
  /** Simple method: more than three standard deviations from the mean of all hours. */
  readonly fromMean: FaultCounts;
  /**
   * Simple method: the difference from the same hour a week before is more than three standard deviations of such
   * differences.
   */
  readonly fromWeekBefore: FaultCounts;
}

export const LEARN_DAYS = 35;
/** The last part of the series is held back. */
const HELD_BACK = 1 / 3;
const MAX_HELD_BACK_DAYS = 28;
const MIN_DAYS = 27;
/** Usual values are learned once a week here to save time; in the product once a day. */
const LEARN_EVERY_DAYS = 7;
const WEEK = 7 * 24;
const SIGMAS = 3;

const FAULT_EVERY = 5 * 24;
const FAULT_HOURS = 10;
/** The duration of a stuck sensor. */
const STUCK_HOURS = 24;
/** A fault that changes values by less than this share of their usual range can't be distinguished from chance. */
const MIN_CHANGE = 0.25;
const MIN_KNOWN = 6;

/**
 * Learns from the first part of a series, and searches for artificial faults in the rest. Undefined: too little is
 * known.
 */
export function tryFaults(
  series: Series,
  slotOf: SlotOf,
  { kind, max, turn = 0 }: { readonly kind: Target['kind']; readonly max?: number | undefined; readonly turn?: number },
): FaultTrial | undefined {
  const days = Math.floor(series.values.length / 24);
  if (days < MIN_DAYS) return undefined;
  const heldBack = Math.min(MAX_HELD_BACK_DAYS, Math.floor(days * HELD_BACK));
  const start = series.values.length - heldBack * 24;
  const values = Float64Array.from(series.values);
  const faults = putFaults(values, start, { kind, max, turn });
  const faulty: Series = { ...series, values };
  const counted = (detected: (each: Series) => ReadonlySet<number>): FaultCounts => {
    const [usual, odd] = [detected(series), detected(faulty)];
    const found = faults.filter((fault) => [...odd].some((hour) => isWithin(fault, hour) && !usual.has(hour)));
    // Includes the effects after a fault, such as a week later.
    const outside = new Set([...odd].filter((hour) => !faults.some((fault) => isWithin(fault, hour))));
    return { faults: faults.length, found: found.length, falseAlarms: beginnings(outside), days: heldBack };
  };
  return {
    own: counted((each) => toldByScore(each, start, slotOf)),
    fromMean: counted((each) => toldFromMean(each, start)),
    fromWeekBefore: counted((each) => toldFromWeekBefore(each, start)),
  };
}

/** The hours after which a score would be written. */
function toldByScore(series: Series, start: number, slotOf: SlotOf): Set<number> {
  const detected = new Set<number>();
  for (let from = start; from < series.values.length; from += LEARN_EVERY_DAYS * 24) {
    const known = Math.max(0, from - LEARN_DAYS * 24);
    const past: Series = { ...series, first: series.first + known, values: series.values.subarray(known) };
    const usual = learnUsual(before(past, series.first + from), slotOf);
    if (usual === undefined) continue;
    for (const hour of hours(from, Math.min(series.values.length, from + LEARN_EVERY_DAYS * 24))) {
      const oddity = oddityOf(series, usual, slotOf, hour + 1);
      if (oddity && Math.abs(oddity.score) >= ODD_FROM) detected.add(hour);
    }
  }
  return detected;
}

function toldFromMean({ values }: Series, start: number): Set<number> {
  const known = [...values.subarray(0, start)].filter((value) => !Number.isNaN(value));
  const middle = mean(known);
  return beyond(values, start, known, (hour) => (values[hour] ?? Number.NaN) - middle);
}

function toldFromWeekBefore({ values }: Series, start: number): Set<number> {
  const difference = (hour: number) => (values[hour] ?? Number.NaN) - (values[hour - WEEK] ?? Number.NaN);
  const known = hours(WEEK, start)
    .map(difference)
    .filter((value) => !Number.isNaN(value));
  return beyond(values, start, known, difference);
}

/** Hours that end three consecutive deviating hours. @param known the usual deviations or values */
function beyond(values: Float64Array, start: number, known: readonly number[], off: (hour: number) => number) {
  const middle = mean(known);
  const sigma = Math.sqrt(mean(known.map((value) => (value - middle) ** 2)));
  return new Set(
    hours(start, values.length).filter((hour) =>
      hours(hour - LAST_STEPS + 1, hour + 1).every((each) => Math.abs(off(each)) > SIGMAS * sigma),
    ),
  );
}

interface Fault {
  readonly from: number;
  readonly to: number;
}

/** A detection some hours after the end of a fault still counts. */
function isWithin({ from, to }: Fault, hour: number): boolean {
  return hour >= from && hour < to + LAST_STEPS;
}

type Put = (value: number, first: number) => number;

/** Adds one fault every five days, of each kind in turn, at changing hours of the day. */
function putFaults(
  values: Float64Array,
  start: number,
  { kind, max, turn }: { readonly kind: Target['kind']; readonly max: number | undefined; readonly turn: number },
): Fault[] {
  const known = [...values.subarray(0, start)].filter((value) => !Number.isNaN(value));
  const range = quantile(known, 0.95) - quantile(known, 0.05);
  const typical = mean(known.filter((value) => value > 0));
  const kinds: readonly { readonly lasts: number; readonly put: Put }[] = [
    // A failure: nearly nothing is reported.
    { lasts: FAULT_HOURS, put: (value) => value * 0.1 },
    // A device is left on; or, for a value with a limit, the limit is reported.
    { lasts: FAULT_HOURS, put: (value) => (max === undefined ? value * 1.5 + typical : max) },
    // A stuck counter shows no consumption, as above.
    ...(kind === 'counter' ? [] : [{ lasts: STUCK_HOURS, put: (_value: number, first: number) => first }]),
  ];
  const faults: Fault[] = [];
  for (let at = start, n = turn; at + FAULT_EVERY <= values.length; at += FAULT_EVERY, n += 1) {
    const { lasts, put } = kinds[n % kinds.length] as (typeof kinds)[number];
    const begin = at + ((n * 7) % 48);
    const from = hours(begin, begin + 24).find((hour) => changeOf(values, hour, lasts, put) >= MIN_CHANGE * range);
    if (from === undefined) continue;
    const first = values[from] as number;
    for (const hour of hours(from, from + lasts)) values[hour] = put(values[hour] as number, first);
    faults.push({ from, to: from + lasts });
  }
  return faults;
}

/** The mean change that a fault would cause; 0 if too little is known. */
function changeOf(values: Float64Array, from: number, lasts: number, put: Put): number {
  const first = values[from] as number;
  const changes = hours(from, from + lasts)
    .map((hour) => Math.abs(put(values[hour] as number, first) - (values[hour] as number)))
    .filter((change) => !Number.isNaN(change));
  return changes.length < MIN_KNOWN ? 0 : mean(changes);
}

function hours(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** Consecutive hours, with small gaps, count as one detection. */
function beginnings(detected: ReadonlySet<number>): number {
  return [...detected].filter((hour) => ![1, 2, 3].some((back) => detected.has(hour - back))).length;
}
