/** A line, steps or bars over time. */
export interface Series {
  readonly name: string;
  /** A symbol such as `kWh`, shown after values. */
  readonly unit?: string;
  /** Milliseconds since the epoch and a value, in order; null without a measurement. */
  readonly points: readonly (readonly [at: number, value: number | null])[];
  /** Minimum and maximum at the same times, drawn as a band behind the line. */
  readonly band?: readonly (readonly [at: number, lowest: number, highest: number])[];
  /** `step`: a value is valid until the next one. */
  readonly kind?: 'line' | 'step' | 'bar';
  /** Whether the last point is of a period that goes on, so that its value is not final. */
  readonly goesOn?: boolean;
}

/** Months differ in length; where a point is missing, the distance to the next is longer. */
const LIKE = 1.5;

/** Whether the last point is the start of a period that goes on; periods are as long as the points are apart. */
export function lastGoesOn(points: Series['points'], now: number): boolean {
  const last = points.at(-1);
  const lengths = points.slice(1).map(([at], before) => at - (points[before]?.[0] ?? at));
  const [shortest, latest] = [Math.min(...lengths), lengths.at(-1)];
  if (last === undefined || latest === undefined) return false;
  const length = latest > shortest * LIKE ? shortest : latest;
  return last[0] <= now && last[0] + length > now;
}

interface SeriesSummary {
  readonly count: number;
  readonly lowest: number;
  readonly highest: number;
  readonly last: number;
}

/** The figures for a sentence about a series; undefined without values. */
export function summaryOf({ points, band }: Series): SeriesSummary | undefined {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  const last = values.at(-1);
  if (last === undefined) return undefined;
  let lowest = last;
  let highest = last;
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  for (const [, low, high] of band ?? []) {
    lowest = Math.min(lowest, low);
    highest = Math.max(highest, high);
  }
  return { count: values.length, lowest, highest, last };
}

/** Series as rows of a table: a row per time, a value per series. */
export function seriesRows(series: readonly Series[]): { at: number; values: (number | undefined)[] }[] {
  const rows = new Map<number, (number | undefined)[]>();
  series.forEach(({ points }, index) => {
    for (const [at, value] of points) {
      const values = rows.get(at) ?? series.map(() => undefined);
      values[index] = value ?? undefined;
      rows.set(at, values);
    }
  });
  return [...rows].sort(([a], [b]) => a - b).map(([at, values]) => ({ at, values }));
}
