/** One measurement. Latencies in milliseconds. */
export interface Measurement {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Unsuccessful answers and failed connections. */
  readonly errors: number;
  /** Only if it was measured. */
  readonly cost?: Cost;
}

/** A measurement with the number of answers, or of other counted items. */
export interface Counted extends Measurement {
  readonly answers: number;
  /** The part of the time in which it only waited for further items, in milliseconds. */
  readonly waitedMs?: number;
}

/** Converts latencies in milliseconds to percentiles. */
export function measurementOf(latencies: readonly number[], seconds: number, errors = 0): Counted {
  const sorted = [...latencies].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const answers = sorted.length;
  return { perSecond: answers / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99), errors, answers };
}

/** The run with the median rate, with the errors of all runs. */
export function median(runs: readonly Measurement[]): Measurement {
  const sorted = [...runs].sort((one, other) => one.perSecond - other.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)] as Measurement; // there is at least one run
  return { ...middle, errors: runs.reduce((sum, { errors }) => sum + errors, 0) };
}

/** The resources per item. */
export interface Cost {
  /** CPU microseconds of the answering program. */
  readonly program: number;
  /** CPU microseconds of its database. */
  readonly database: number;
  /** The share of idle time of all cores. */
  readonly idle: number;
}
