/** A line, steps or bars over time. */
export interface Series {
  readonly name: string;
  /** A symbol such as `kWh`, shown behind values. */
  readonly unit?: string;
  /** Milliseconds since the epoch with a value, in order; null where nothing was measured. */
  readonly points: readonly (readonly [at: number, value: number | null])[];
  /** Lowest and highest of the same times, drawn as a band behind the line. */
  readonly band?: readonly (readonly [at: number, lowest: number, highest: number])[];
  /** `step`: a value holds until the next. */
  readonly kind?: 'line' | 'step' | 'bar';
}

interface SeriesSummary {
  readonly count: number;
  readonly lowest: number;
  readonly highest: number;
  readonly last: number;
}

/** What a series says in a sentence; undefined when it has no value. */
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

/** Series as the rows of a table: a row a time, a value a series. */
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
