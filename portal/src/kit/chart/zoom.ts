import type { Series } from './series.ts';

/** A part of a time axis, in milliseconds since the epoch. */
export type Span = readonly [from: number, to: number];

/** The whole of a chart: its period, or from the first to the last point. Undefined: without both. */
export function wholeOf(series: readonly Series[], { from, to }: { from?: number; to?: number }): Span | undefined {
  const times = series.flatMap(({ points }) => [points[0]?.[0], points.at(-1)?.[0]]).filter((at) => at !== undefined);
  const [first, last] = [from ?? Math.min(...times), to ?? Math.max(...times)];
  return Number.isFinite(first) && Number.isFinite(last) && first < last ? [first, last] : undefined;
}

/** Moves by a quarter and zooms by half; a span is never longer than the whole, nor shorter than a thousandth of it. */
const SHARE = 0.25;
const SMALLEST = 1 / 1_000;

/** The span after a key: plus and minus zoom, the arrows move, Escape shows the whole (undefined). */
export function afterKey(key: string, span: Span, whole: Span): Span | undefined {
  const [from, to] = span;
  const step = (to - from) * SHARE;
  if (key === '+') return within([from + step, to - step], whole);
  if (key === '-') return within([from - 2 * step, to + 2 * step], whole);
  if (key === 'ArrowLeft') return within([from - step, to - step], whole);
  if (key === 'ArrowRight') return within([from + step, to + step], whole);
  return undefined;
}

/** The span, moved and cut so that it lies in the whole; undefined: it is the whole. */
export function within([from, to]: Span, [first, last]: Span): Span | undefined {
  const length = Math.min(last - first, Math.max(to - from, (last - first) * SMALLEST));
  const start = Math.min(Math.max(from, first), last - length);
  return length >= last - first ? undefined : [start, start + length];
}

/** The series between two moments, with the points next to them, so that lines leave the chart on both sides. */
export function cut(series: readonly Series[], [from, to]: Span): Series[] {
  return series.map((each) => {
    const first = each.points.findLastIndex(([at]) => at < from);
    const after = each.points.findIndex(([at]) => at > to);
    const points = each.points.slice(Math.max(0, first), after === -1 ? undefined : after + 1);
    const times = new Set(points.map(([at]) => at));
    return {
      ...each,
      points,
      ...(each.band && { band: each.band.filter(([at]) => times.has(at)) }),
      // What is not shown is not pale either.
      goesOn: each.goesOn === true && points.at(-1) === each.points.at(-1),
    };
  });
}
