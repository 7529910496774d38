import { improveOrder } from './improve-order.ts';
import { improveRounds } from './improve-rounds.ts';
import { arrivals, type Problem, type Stop } from './problem.ts';
import { savingsRounds } from './savings.ts';

export interface RoundPlan {
  /** Stops of each round in their order, as places in `problem.stops`. */
  readonly rounds: readonly (readonly number[])[];
  /** Stops that no round can take, and why. */
  readonly left: readonly { readonly stop: number; readonly reason: LeftReason }[];
}

export type LeftReason = 'inaccessible' | 'tooMuch' | 'closed' | 'tooFar';

/**
 * Rounds from the depot past all stops that can be reached, near the shortest: savings (Clarke and Wright), then 2-opt
 * and Or-opt within rounds and moves between them, shaken and repaired anew until the time is over. What is
 * inaccessible, or too much for a lorry, or can't be reached while it is open, is left out and told.
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
