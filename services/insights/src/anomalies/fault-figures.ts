import type { FaultCounts, FaultTrial } from './try-faults.ts';

/** How well faults in a group of series are detected. */
export interface FaultFigures {
  readonly series: number;
  readonly faults: number;
  readonly own: FaultRates;
  /** The better of the two simple methods. */
  readonly plain: FaultRates;
  /** Whether the score has the better F1 value. */
  readonly isBetter: boolean;
}

export interface FaultRates {
  /** The share of the faults that were detected. */
  readonly recall: number;
  /** False alarms per series and year. */
  readonly falsePerYear: number;
}

const YEAR_DAYS = 365;

/** Sums up the trials of a group. */
export function faultFigures(trials: readonly FaultTrial[]): FaultFigures {
  const own = sum(trials.map((trial) => trial.own));
  const [plain, other] = [sum(trials.map(({ fromMean }) => fromMean)), sum(trials.map((each) => each.fromWeekBefore))];
  const better = f1(other) > f1(plain) ? other : plain;
  return {
    series: trials.length,
    faults: own.faults,
    own: ratesOf(own),
    plain: ratesOf(better),
    isBetter: f1(own) > f1(better),
  };
}

function sum(counts: readonly FaultCounts[]): FaultCounts {
  const total = (name: keyof FaultCounts) => counts.reduce((all, each) => all + each[name], 0);
  return { faults: total('faults'), found: total('found'), falseAlarms: total('falseAlarms'), days: total('days') };
}

function ratesOf({ faults, found, falseAlarms, days }: FaultCounts): FaultRates {
  return {
    recall: faults === 0 ? 0 : found / faults,
    falsePerYear: days === 0 ? 0 : (falseAlarms / days) * YEAR_DAYS,
  };
}

/** F1: the harmonic mean of recall and precision. */
function f1({ faults, found, falseAlarms }: FaultCounts): number {
  const detections = found + falseAlarms;
  return found === 0 ? 0 : (2 * found) / (faults + detections);
}
