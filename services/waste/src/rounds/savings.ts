import { isFeasible, type Problem } from './problem.ts';

/** How much shorter it is to drive from a stop to another than to return to the depot in between. */
export interface Saving {
  readonly from: number;
  readonly to: number;
  readonly saved: number;
}

/** The savings of all pairs of stops, the largest first. */
export function savingsOf({ distance }: Problem, stops: readonly number[]): Saving[] {
  const savings: Saving[] = [];
  for (const from of stops) {
    for (const to of stops) {
      if (from === to) continue;
      const saved = distance(from + 1, 0) + distance(0, to + 1) - distance(from + 1, to + 1);
      if (saved > 0) savings.push({ from, to, saved });
    }
  }
  return savings.sort((a, b) => b.saved - a.saved);
}

/**
 * Rounds by the savings algorithm of Clarke and Wright: starts with one round per stop and joins those with the largest
 * saving.
 *
 * @param savings of these stops; it may also contain those of others
 */
export function savingsRounds(
  problem: Problem,
  stops: readonly number[],
  savings: readonly Saving[] = savingsOf(problem, stops),
): number[][] {
  const roundOf: (number[] | undefined)[] = problem.stops.map(() => undefined);
  for (const stop of stops) roundOf[stop] = [stop];
  for (const { from, to } of savings) {
    const first = roundOf[from];
    const second = roundOf[to];
    if (first === undefined || second === undefined || first === second) continue;
    if (first.at(-1) !== from || second[0] !== to) continue;
    const joined = [...first, ...second];
    if (!isFeasible(problem, joined)) continue;
    for (const stop of joined) roundOf[stop] = joined;
  }
  return [...new Set(stops.flatMap((stop) => [roundOf[stop] ?? []]))];
}
