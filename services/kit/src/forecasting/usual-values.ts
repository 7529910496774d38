import { median, type Series, type SlotOf } from './series.ts';

/** The usual value of a series at each step of the week (the median), and the usual deviation from it. */
export interface UsualValues {
  readonly perDay: number;
  /** By the step of the week; null: too little is known. */
  readonly middle: readonly (number | null)[];
  readonly spread: readonly (number | null)[];
  /** The number of values used for each. */
  readonly cases: readonly number[];
}

/** How far recent values are from the usual. */
export interface Oddity {
  /** The median of the last steps in spreads, with its sign. */
  readonly score: number;
  /** The last step, with its compared values. */
  readonly step: number;
  readonly observed: number;
  readonly usual: number;
  /** The usual range. */
  readonly low: number;
  readonly high: number;
  /** The number of values used for it. */
  readonly cases: number;
}

/** Standard deviation divided by median absolute deviation, for a normal distribution. */
const MAD = 1.4826;
const MIN_CASES = 6;
/** A spread is never less than this share of the typical one, or of the typical size of the values. */
const OF_TYPICAL = 0.5;
const OF_SIZE = 0.03;
/** The number of last steps that are compared. A single unusual value is noise. */
export const LAST_STEPS = 3;
/** From this score on a series is reported. */
export const ODD_FROM = 6;

/** Computes the usual values. Medians are used, so that earlier unusual values have little influence. */
export function learnUsual({ perDay, first, values }: Series, slotOf: SlotOf): UsualValues | undefined {
  const bySlot: number[][] = Array.from({ length: 7 * perDay }, () => []);
  let [sum, count] = [0, 0];
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    bySlot[slotOf(first + i)]?.push(value);
    sum += Math.abs(value);
    count += 1;
  });
  const size = count === 0 ? 0 : sum / count;
  const around = bySlot.map((_, slot) => alike(bySlot, slot, perDay));
  const middle = around.map((own) => (own.length < MIN_CASES ? null : median(own)));
  const deviations = around.map((own, slot) => {
    const usual = middle[slot] ?? null;
    return usual === null ? null : MAD * median(own.map((value) => Math.abs(value - usual)));
  });
  const known = deviations.filter((each) => each !== null);
  if (known.length < deviations.length / 2) return undefined;
  const least = Math.max(OF_TYPICAL * median(known), OF_SIZE * size, Number.MIN_VALUE);
  return {
    perDay,
    middle: middle.map(rounded),
    spread: deviations.map((each) => (each === null ? null : rounded(Math.max(each, least)))),
    cases: around.map(({ length }) => length),
  };
}

/** The values of a step of the week; if there are too few, those of the same hour on working days or on weekends. */
function alike(bySlot: readonly (readonly number[])[], slot: number, perDay: number): readonly number[] {
  const own = bySlot[slot] ?? [];
  if (own.length >= MIN_CASES) return own;
  const isWeekend = slot >= 5 * perDay;
  return bySlot.flatMap((values, other) =>
    other % perDay === slot % perDay && other >= 5 * perDay === isWeekend ? values : [],
  );
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(5));
}

/** How unusual the last steps of a series are. Undefined: too few values or usual values are known. */
export function oddityOf(
  { perDay, first, values }: Series,
  usual: UsualValues,
  slotOf: SlotOf,
  end = values.length,
): Oddity | undefined {
  if (perDay !== usual.perDay) return undefined;
  const compared: Oddity[] = [];
  for (let i = Math.max(0, end - LAST_STEPS); i < end; i += 1) {
    const observed = values[i] ?? Number.NaN;
    const slot = slotOf(first + i);
    const [middle, spread] = [usual.middle[slot] ?? null, usual.spread[slot] ?? null];
    if (Number.isNaN(observed) || middle === null || spread === null) continue;
    compared.push({
      score: (observed - middle) / spread,
      step: first + i,
      observed,
      usual: middle,
      low: middle - 2 * spread,
      high: middle + 2 * spread,
      cases: usual.cases[slot] ?? 0,
    });
  }
  const last = compared.at(-1);
  if (last === undefined || compared.length < LAST_STEPS) return undefined;
  return { ...last, score: median(compared.map(({ score }) => score)) };
}
