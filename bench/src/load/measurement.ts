/** One measurement. Latencies in milliseconds. */
export interface Measurement {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Answers that were no success, and connections that failed. */
  readonly errors: number;
  /** Where it was looked at. */
  readonly cost?: Cost;
}

/** One whose answers, or whatever it measures the rate of, were counted. */
export interface Counted extends Measurement {
  readonly answers: number;
  /** How long of it was spent on nothing but to see whether anything more would come, milliseconds. */
  readonly waitedMs?: number;
}

/** Latencies in milliseconds as their percentiles. */
export function measurementOf(latencies: readonly number[], seconds: number, errors = 0): Counted {
  const sorted = [...latencies].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const answers = sorted.length;
  return { perSecond: answers / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99), errors, answers };
}

/** The run whose rate is in the middle, with the errors of all. */
export function median(runs: readonly Measurement[]): Measurement {
  const sorted = [...runs].sort((one, other) => one.perSecond - other.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)] as Measurement; // there is at least one run
  return { ...middle, errors: runs.reduce((sum, { errors }) => sum + errors, 0) };
}

/** What one of the things measured took. */
export interface Cost {
  /** Of the processor, by the program that answered; µs. */
  readonly program: number;
  /** By its database; µs. */
  readonly database: number;
  /** The share of all cores that lay idle meanwhile. */
  readonly idle: number;
}
