import type { FaultCounts, FaultTrial } from './try-faults.ts';

/** How well faults of a group of series are told. */
export interface FaultFigures {
  readonly series: number;
  readonly faults: number;
  readonly own: FaultRates;
  /** Of the better of the two plain methods. */
  readonly plain: FaultRates;
  /** The score told more of the faults for what it told in all. */
  readonly isBetter: boolean;
}

export interface FaultRates {
  /** Share of the faults that were told. */
  readonly recall: number;
  /** What was told without a fault, of a series in a year. */
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

/** The harmonic mean of the share of faults told and the share of what was told that were faults. */
function f1({ faults, found, falseAlarms }: FaultCounts): number {
  const told = found + falseAlarms;
  return found === 0 ? 0 : (2 * found) / (faults + told);
}
