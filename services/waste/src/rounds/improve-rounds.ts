import { improveOrder } from './improve-order.ts';
import { isFeasible, isTimed, lengthOf, loadOf, type Problem, type Stop } from './problem.ts';

const NEIGHBOURS = 12;
/** The number of stops to remove at once and reinsert at the lowest cost. */
const TAKEN = { least: 3, fewest: 12, most: 28, share: 0.18 };
/** The initial tolerance by which a new solution may be longer than the best; it decreases. */
const WARMTH = 0.02;

/**
 * Removes neighbouring stops and reinserts each at the lowest cost, until the deadline: large neighbourhood search
 * (Shaw 1998) with a decreasing threshold. The result is never longer than the input.
 */
export function improveRounds(
  problem: Problem,
  given: readonly (readonly number[])[],
  { deadline, seed }: { readonly deadline: number; readonly seed: number },
): number[][] {
  const stops = given.flat();
  let best = given.map((round) => [...round]);
  if (stops.length < 3) return best;
  const near = neighboursOf(problem, stops);
  const random = numbersFrom(seed);
  const begun = performance.now();
  let bestLength = total(problem, best);
  let [now, nowLength] = [best, bestLength];
  for (let at = begun; at < deadline; at = performance.now()) {
    const tried = repaired(problem, now, takenOut(near, stops, random), random);
    if (tried === undefined) continue;
    const length = total(problem, tried);
    const warmth = WARMTH * (1 - (at - begun) / Math.max(1, deadline - begun));
    if (length < nowLength || length < bestLength * (1 + warmth)) [now, nowLength] = [tried, length];
    if (length < bestLength - 1e-9) [best, bestLength] = [tried, length];
  }
  return best.map((round) => improveOrder(problem, round));
}

function takenOut(near: ReadonlyMap<number, readonly number[]>, stops: readonly number[], random: () => number) {
  const most = Math.min(TAKEN.most, Math.max(TAKEN.fewest, Math.floor(stops.length * TAKEN.share)));
  const count = TAKEN.least + Math.floor(random() * (most - TAKEN.least + 1));
  const taken = new Set<number>([stops[Math.floor(random() * stops.length)] as number]);
  const found = [...taken];
  while (taken.size < Math.min(count, stops.length)) {
    const from = found[Math.floor(random() * found.length)] as number;
    const next = near.get(from)?.find((stop) => !taken.has(stop) && random() < 0.6);
    const stop = next ?? (stops[Math.floor(random() * stops.length)] as number);
    if (taken.has(stop)) continue;
    taken.add(stop);
    found.push(stop);
  }
  return taken;
}

/** Undefined: a stop has no feasible position. */
function repaired(
  problem: Problem,
  rounds: readonly (readonly number[])[],
  taken: ReadonlySet<number>,
  random: () => number,
): number[][] | undefined {
  const made = rounds.map((round) => round.filter((stop) => !taken.has(stop)));
  const loads = made.map((round) => loadOf(problem, round));
  const timed = isTimed(problem);
  const order = [...taken].sort(() => random() - 0.5);
  const changed = new Set<number>();
  rounds.forEach((round, i) => {
    if (round.length !== made[i]?.length) changed.add(i);
  });
  for (const stop of order) {
    const place = cheapest(problem, { made, loads, timed, random }, stop);
    if (place === undefined) {
      if (!isFeasible(problem, [stop])) return undefined;
      changed.add(made.push([stop]) - 1);
      loads.push((problem.stops[stop] as Stop).demand);
      continue;
    }
    made[place.round]?.splice(place.at, 0, stop);
    loads[place.round] = (loads[place.round] ?? 0) + (problem.stops[stop] as Stop).demand;
    changed.add(place.round);
  }
  const whole = made.map((round, i) => (changed.has(i) && random() < 0.3 ? improveOrder(problem, round) : round));
  return whole.filter((round) => round.length > 0);
}

/** The cheapest position of a stop. Some positions are skipped at random, so that the results vary. */
function cheapest(
  problem: Problem,
  {
    made,
    loads,
    timed,
    random,
  }: {
    readonly made: readonly (readonly number[])[];
    readonly loads: readonly number[];
    readonly timed: boolean;
    readonly random: () => number;
  },
  stop: number,
): { round: number; at: number } | undefined {
  const { distance, capacity, stops } = problem;
  const { demand } = stops[stop] as Stop;
  const alone = distance(0, stop + 1) + distance(stop + 1, 0);
  let best: { round: number; at: number } | undefined;
  let least = alone;
  made.forEach((round, r) => {
    if ((loads[r] ?? 0) + demand > capacity) return;
    for (let at = 0; at <= round.length; at += 1) {
      const [before, after] = [
        at === 0 ? 0 : (round[at - 1] as number) + 1,
        at === round.length ? 0 : (round[at] as number) + 1,
      ];
      const more = distance(before, stop + 1) + distance(stop + 1, after) - distance(before, after);
      if (more >= least || random() < 0.02) continue;
      if (timed && !isFeasible(problem, round.toSpliced(at, 0, stop))) continue;
      [least, best] = [more, { round: r, at }];
    }
  });
  return best;
}

function neighboursOf({ distance }: Problem, stops: readonly number[]): Map<number, number[]> {
  return new Map(
    stops.map((stop) => [
      stop,
      stops
        .filter((other) => other !== stop)
        .sort((a, b) => distance(stop + 1, a + 1) - distance(stop + 1, b + 1))
        .slice(0, NEIGHBOURS),
    ]),
  );
}

function total(problem: Problem, rounds: readonly (readonly number[])[]): number {
  return rounds.reduce((sum, round) => sum + lengthOf(problem, round), 0);
}

/** Random numbers from 0 up to 1, reproducible by the seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
