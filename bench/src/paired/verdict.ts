import type { Measurement } from '../load/measurement.ts';
import type { PairedRow } from './rows.ts';

/** A row measured once on each product, one right after the other. */
export interface Turn {
  readonly before: Measurement;
  readonly after: Measurement;
}

/** The turns of one start of both products. */
export type Turns = readonly [Turn, ...Turn[]];

/** The lowest accepted speed as a share of the speed before. */
const MIN_SPEED = 0.95;

/** Student's t for an interval of 90 %, by the number of starts less one. */
const T_90 = [6.31, 2.92, 2.35, 2.13, 2.02, 1.94, 1.9, 1.86, 1.83, 1.81];
const T_90_OF_MORE = 1.7;

/** The result of all starts of a row: its line of the table, and the failure if it became slower. */
export interface Verdict {
  readonly line: string;
  /** The speed after ÷ before of each start. */
  readonly speeds: readonly number[];
  readonly missed?: string;
}

/**
 * Starts are compared, not turns: turns of the same two processes share the code that V8 has compiled. A row has become slower if
 * even the upper end of its interval is below the lowest accepted speed; with one start there is no interval.
 */
export function verdictOf({ name, compared }: Pick<PairedRow, 'name' | 'compared'>, starts: readonly Turns[]): Verdict {
  const turns = starts.flat();
  const value = (measurement: Measurement) => (compared === 'rate' ? measurement.perSecond : measurement.p95);
  const shown = (of: number) =>
    compared === 'rate' ? `${Math.round(of).toLocaleString('en')}/s` : `${of.toFixed(1)} ms`;
  const speedOf = (turn: Turn) => {
    const ratio = value(turn.after) / value(turn.before);
    return compared === 'rate' ? ratio : 1 / ratio;
  };
  const speeds = starts.map((each) => median(each.map(speedOf)));
  const { mean, low, high } = intervalOf(speeds);
  const cells = [
    name,
    shown(median(turns.map(({ before }) => value(before)))),
    shown(median(turns.map(({ after }) => value(after)))),
    mean.toFixed(2),
    speeds.length < 2 ? 'one start' : `${low.toFixed(2)} to ${high.toFixed(2)}`,
    geometricMean(
      starts.map((each) => median(each.map(({ before, after }) => costOf(after) / costOf(before)))),
    ).toFixed(2),
    turns.reduce((sum, { before, after }) => sum + before.errors + after.errors, 0),
  ];
  const line = `| ${cells.join(' | ')} |`;
  if (high >= MIN_SPEED) return { line, speeds };
  return { line, speeds, missed: `${name}: ${mean.toFixed(2)} of the speed before, at most ${high.toFixed(2)}` };
}

/** The speed of all rows together, of which each counts alike. */
export function overall(verdicts: readonly Verdict[]): Pick<Verdict, 'line' | 'missed'> {
  const starts = verdicts[0]?.speeds ?? [];
  const speeds = starts.map((_, start) => geometricMean(verdicts.map((verdict) => verdict.speeds[start] as number)));
  const { mean, low, high } = intervalOf(speeds);
  const line = `All rows: ${mean.toFixed(3)} of the speed before (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return mean >= MIN_SPEED ? { line } : { line, missed: line };
}

/** The geometric mean of ratios, and the interval that contains the true one in nine of ten experiments. */
function intervalOf(ratios: readonly number[]): { mean: number; low: number; high: number } {
  const mean = geometricMean(ratios);
  if (ratios.length < 2) return { mean, low: mean, high: mean };
  const logs = ratios.map(Math.log);
  const variance = logs.reduce((sum, log) => sum + (log - Math.log(mean)) ** 2, 0) / (logs.length - 1);
  const half = (T_90[logs.length - 2] ?? T_90_OF_MORE) * Math.sqrt(variance / logs.length);
  return { mean, low: mean * Math.exp(-half), high: mean * Math.exp(half) };
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** CPU microseconds per item of the product and its database. */
function costOf({ cost }: Measurement): number {
  return cost === undefined ? Number.NaN : cost.program + cost.database;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2; // not empty
}
