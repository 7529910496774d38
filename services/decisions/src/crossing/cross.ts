import type { Crossing, Difference } from '../contract/crossing.ts';
import type { Indicator } from '../contract/indicator.ts';
import type { KpiSeries } from '../statistics/kpi-entities.ts';

type Point = KpiSeries['values'][number];

/** Fewer events than this, and chance moves a rate more than anything that was done. */
const SMALL_COUNT = 20;
const LEAST_POINTS = 5;
const Z95 = 1.959964;
/** For 95 % confidence and 80 % power. */
const Z_POWER = Z95 + 0.841621;

export function correlationOf(points: readonly { readonly a: number; readonly b: number }[]): number | undefined {
  const mean = (of: 'a' | 'b') => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [meanA, meanB] = [mean('a'), mean('b')];
  let [ab, aa, bb] = [0, 0, 0];
  for (const { a, b } of points) {
    ab += (a - meanA) * (b - meanB);
    aa += (a - meanA) ** 2;
    bb += (b - meanB) ** 2;
  }
  return aa === 0 || bb === 0 ? undefined : ab / Math.sqrt(aa * bb);
}

/** What the correlation of so many points must exceed to pass 5 %; undefined: too few. */
export function neededCorrelation(count: number): number | undefined {
  if (count < LEAST_POINTS) return undefined;
  const freedom = count - 2;
  const z = Z95;
  // The t value by its expansion around the normal one (Abramowitz and Stegun 26.7.5).
  const t =
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3);
  return t / Math.sqrt(freedom + t * t);
}

export interface Sided {
  readonly id: string;
  readonly indicator: Indicator;
  /** By the slug of a commune. */
  readonly values: ReadonlyMap<string, readonly Point[]>;
}

export function crossed(
  a: Sided,
  b: Sided,
  communes: readonly { readonly slug: string; readonly name: string }[],
): Crossing {
  const points = communes.flatMap(({ slug, name }) => {
    const [one, two] = [lastOf(a.values.get(slug)), lastOf(b.values.get(slug))];
    if (one?.value === undefined || two?.value === undefined) return [];
    const isSmall = isFew(a.indicator, one) || isFew(b.indicator, two);
    return [{ slug, name, a: one.value, b: two.value, isSmall }];
  });
  const [correlation, needed] = [correlationOf(points), neededCorrelation(points.length)];
  return {
    a: sideOf(a),
    b: sideOf(b),
    points,
    missing: communes.flatMap(({ slug, name }) => (points.some((point) => point.slug === slug) ? [] : [name])),
    ...(correlation !== undefined && { correlation }),
    ...(needed !== undefined && { needed }),
    isClear: correlation !== undefined && needed !== undefined && Math.abs(correlation) > needed,
  };
}

/** @returns why there is none */
export function differenceOf(
  side: Sided,
  { changed, from }: { readonly changed: readonly string[]; readonly from: string },
): Difference | string {
  const periods = [...new Set([...side.values.values()].flatMap((own) => own.map(({ period }) => period)))].sort();
  const [before, after] = [periods.findLast((period) => period < from), periods.at(-1)];
  if (before === undefined || after === undefined || after < from)
    return `values of ${periods.join(', ') || 'no period'}, expected some before ${from} and some from then on`;
  const group = (period: string, isIn: boolean) => groupOf(side, period, isIn ? changed : othersOf(side, changed));
  const groups = [group(before, true), group(after, true), group(before, false), group(after, false)] as const;
  const [changedBefore, changedAfter, othersBefore, othersAfter] = groups;
  if (!changedBefore || !changedAfter || !othersBefore || !othersAfter)
    return `unknown or withheld values of ${before} or ${after}, expected those of both groups`;
  const ratio = changedAfter.value / changedBefore.value / (othersAfter.value / othersBefore.value);
  if (!Number.isFinite(ratio)) return 'a group that began with 0, expected one that can change by a share';
  const counts = groups.map((each) => each?.numerator ?? 0);
  const error = Math.sqrt(counts.reduce((sum, count) => sum + 1 / count, 0));
  const isCounted = side.indicator.isCount && Number.isFinite(error);
  return {
    indicator: sideOf(side),
    before,
    after,
    changed: { before: changedBefore, after: changedAfter },
    others: { before: othersBefore, after: othersAfter },
    ratio,
    ...(isCounted && {
      low: ratio * Math.exp(-Z95 * error),
      high: ratio * Math.exp(Z95 * error),
      smallest: { rise: Math.exp(Z_POWER * error) - 1, fall: 1 - Math.exp(-Z_POWER * error) },
    }),
    isSmall: side.indicator.isCount && Math.min(...counts) < SMALL_COUNT,
    trend: periods.map((period) => {
      const [own, other] = [group(period, true), group(period, false)];
      return { period, ...(own && { changed: own.value }), ...(other && { others: other.value }) };
    }),
  };
}

function othersOf({ values }: Sided, changed: readonly string[]): string[] {
  return [...values.keys()].filter((slug) => !changed.includes(slug));
}

/** Numerators and denominators of communes together; undefined: one is unknown, or there are none. */
function groupOf(
  { values, indicator: { per = 1, denominator: rate } }: Sided,
  period: string,
  slugs: readonly string[],
) {
  const points = slugs.map((slug) => values.get(slug)?.find((each) => each.period === period));
  if (points.length === 0 || points.some((point) => point?.numerator === undefined)) return undefined;
  const sum = (of: (point: Point | undefined) => number | undefined) =>
    points.reduce((total, point) => total + (of(point) ?? 0), 0);
  const numerator = sum((point) => point?.numerator);
  if (rate === undefined) return { numerator, value: numerator * per };
  const denominator = sum((point) => point?.denominator);
  return { numerator, denominator, value: (numerator / denominator) * per };
}

function lastOf(values: readonly Point[] | undefined): Point | undefined {
  return values?.toSorted((x, y) => x.period.localeCompare(y.period)).findLast(({ value }) => value !== undefined);
}

function isFew({ isCount }: Indicator, { numerator }: Point): boolean {
  return isCount && numerator !== undefined && numerator < SMALL_COUNT;
}

function sideOf({ id, indicator: { title, unit } }: Sided) {
  return { id, title, unit };
}
