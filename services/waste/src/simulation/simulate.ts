import { type IsHoliday, weekdayOf } from '@alzette/kit/calendar';
import { type DayDeposit, expectedRise, fitWeek } from '@alzette/kit/forecasting';
import type { Outcome, Policy } from '../contract/contract.ts';
import { improveOrder } from '../rounds/improve-order.ts';
import { arrivals, lengthOf, type Problem } from '../rounds/problem.ts';
import { type Saving, savingsOf, savingsRounds } from '../rounds/savings.ts';

export interface SimulatedContainer {
  /** The deposits by local day since 1970, from its history. */
  readonly deposits: readonly DayDeposit[];
}

export interface Simulation {
  readonly containers: readonly SimulatedContainer[];
  /** Metres: 0 is the depot, n + 1 is container n. */
  readonly distances: readonly (readonly number[])[];
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
  /** km/h. */
  readonly speed: number;
  readonly minutesPerStop: number;
  readonly co2PerKm: number;
  readonly isHoliday: IsHoliday;
}

const MONDAY = 0;
const SUNDAY = 6;
const EMPTIED_TO = 0.03;
const Z80 = 1.2816;
/** Days between two refits of the forecast; unknown days count as expected. */
const REFIT_DAYS = 7;

/**
 * Simulates a policy over the past days of the containers with their real deposits. The forecast of a day uses only
 * earlier data.
 */
export function simulatePolicy(simulation: Simulation, policy: Policy): Outcome {
  const { containers, from, to, isHoliday } = simulation;
  const came = containers.map(({ deposits }) => depositsOf(deposits, isHoliday));
  const levels = containers.map(() => EMPTIED_TO);
  const savings = lazy(() => savingsBetween(simulation));
  const figures = { rounds: 0, collections: 0, metres: 0, seconds: 0, overflowDays: 0, levels: 0 };
  let models: ReturnType<typeof fitWeek>[] = [];
  for (let day = from; day < to; day += 1) {
    if (policy.by === 'forecast' && (day - from) % REFIT_DAYS === 0) {
      models = containers.map(({ deposits }) =>
        fitWeek(
          deposits.filter((each) => each.day < day),
          isHoliday,
        ),
      );
    }
    const taken = takenOn(day, { policy, from, levels, models, isHoliday });
    if (taken.length > 0) {
      const drive = driveOf(simulation, { taken, levels, savings });
      figures.rounds += drive.rounds;
      figures.metres += drive.metres;
      figures.seconds += drive.seconds;
      figures.collections += taken.length;
      for (const i of taken) {
        figures.levels += levels[i] ?? 0;
        levels[i] = EMPTIED_TO;
      }
    }
    containers.forEach((_, i) => {
      levels[i] = Math.min(1, (levels[i] ?? 0) + (came[i]?.(day) ?? 0));
      if ((levels[i] ?? 0) >= 1) figures.overflowDays += 1;
    });
  }
  const km = figures.metres / 1000;
  return {
    policy,
    days: to - from,
    rounds: figures.rounds,
    collections: figures.collections,
    km: Math.round(km * 10) / 10,
    hours: Math.round(figures.seconds / 360) / 10,
    co2: Math.round(km * simulation.co2PerKm * 10) / 10,
    overflowDays: figures.overflowDays,
    meanLevel: figures.collections === 0 ? 0 : Math.round((figures.levels / figures.collections) * 100) / 100,
  };
}

function takenOn(
  day: number,
  {
    policy,
    from,
    levels,
    models,
    isHoliday,
  }: {
    readonly policy: Policy;
    readonly from: number;
    readonly levels: readonly number[];
    readonly models: readonly ReturnType<typeof fitWeek>[];
    readonly isHoliday: IsHoliday;
  },
): number[] {
  if (weekdayOf(day) === SUNDAY) return [];
  const all = levels.map((_, i) => i);
  if (policy.by === 'fixed') return isTurn(day - from, weekdayOf(day), policy.days) ? all : [];
  if (policy.by === 'threshold') {
    const due = all.filter((i) => (levels[i] ?? 0) >= policy.level);
    const isUrgent = due.some((i) => (levels[i] ?? 0) >= 0.95);
    return due.length >= policy.least || isUrgent ? due : [];
  }
  if (!isTurn(day - from, weekdayOf(day), policy.every)) return [];
  return all.filter((i) => {
    const model = models[i];
    if (model === undefined) return (levels[i] ?? 0) >= 0.6;
    const { mean, variance } = expectedRise(model, day, day + policy.every + 1, isHoliday);
    return (levels[i] ?? 0) + mean + Z80 * Math.sqrt(variance) >= 0.95;
  });
}

/** Every `every` days; a turn on a Sunday moves to Monday. */
function isTurn(elapsed: number, weekday: number, every: number): boolean {
  return elapsed % every === 0 || (weekday === MONDAY && elapsed > 0 && (elapsed - 1) % every === 0);
}

/** For an unknown day: the expected deposit, learned from all days. */
function depositsOf(days: readonly DayDeposit[], isHoliday: IsHoliday): (day: number) => number {
  const known = new Map(days.map(({ day, amount }) => [day, amount]));
  const model = fitWeek(days, isHoliday);
  const mean = days.reduce((sum, { amount }) => sum + amount, 0) / Math.max(1, days.length);
  return (day) => known.get(day) ?? (model ? expectedRise(model, day, day + 1, isHoliday).mean : mean);
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The share of containers in a round from which on choosing from the savings of all is faster than new ones. */
const MANY = 0.5;

function savingsBetween({ containers, distances }: Simulation): Saving[] {
  return savingsOf(
    { stops: [], capacity: 0, distance: (a, b) => distances[a]?.[b] ?? 0 },
    containers.map((_, i) => i),
  );
}

function driveOf(
  { distances, capacity, speed, minutesPerStop }: Simulation,
  {
    taken,
    levels,
    savings,
  }: {
    readonly taken: readonly number[];
    readonly levels: readonly number[];
    readonly savings: () => readonly Saving[];
  },
) {
  const problem: Problem = {
    stops: levels.map((level) => ({ demand: Math.max(0.05, level), service: minutesPerStop * 60 })),
    capacity,
    distance: (a, b) => distances[a]?.[b] ?? 0,
    timeOf: (metres) => metres / (speed / 3.6),
  };
  const own = taken.length > levels.length * MANY ? savings() : savingsOf(problem, taken);
  const rounds = savingsRounds(problem, taken, own).map((round) => improveOrder(problem, round));
  return {
    rounds: rounds.length,
    metres: rounds.reduce((sum, round) => sum + lengthOf(problem, round), 0),
    seconds: rounds.reduce((sum, round) => sum + (arrivals(problem, round)?.at(-1) ?? 0), 0),
  };
}
