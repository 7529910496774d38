import type { LEFT_REASONS } from '../contract/contract.ts';
import { improveOrder } from './improve-order.ts';
import { improveRounds } from './improve-rounds.ts';
import { arrivals, type Problem, type Stop } from './problem.ts';
import { savingsRounds } from './savings.ts';

export interface RoundPlan {
  /** The stops of each round in order, as indices of `problem.stops`. */
  readonly rounds: readonly (readonly number[])[];
  /** Stops that are in no round, with the reason. */
  readonly left: readonly { readonly stop: number; readonly reason: LeftReason }[];
}

export type LeftReason = (typeof LEFT_REASONS)[number];

/**
 * Short rounds from the depot past all reachable stops: savings (Clarke and Wright), then 2-opt and Or-opt within
 * rounds and moves between them, then large neighbourhood search until the time is over. Stops that are inaccessible,
 * too large for a lorry, or not reachable while open, are left out with a reason.
 *
 * @param withinMs time for the search
 */
export function planRounds(problem: Problem, { withinMs = 1_200, seed = 1 } = {}): RoundPlan {
  const left: { stop: number; reason: LeftReason }[] = [];
  const able: number[] = [];
  problem.stops.forEach((stop, i) => {
    const reason = reasonToLeave(problem, stop, i);
    if (reason === undefined) able.push(i);
    else left.push({ stop: i, reason });
  });
  const deadline = performance.now() + withinMs;
  const first = savingsRounds(problem, able).map((round) => improveOrder(problem, round));
  const rounds = improveRounds(problem, first, { deadline, seed });
  return { rounds, left };
}

function reasonToLeave(problem: Problem, stop: Stop, at: number): LeftReason | undefined {
  if (stop.isInaccessible) return 'inaccessible';
  if (stop.demand > problem.capacity) return 'tooMuch';
  const alone = arrivals(problem, [at]);
  if (alone === undefined) return stop.open === undefined ? 'tooFar' : 'closed';
  return undefined;
}
