import { isFeasible, type Problem } from './problem.ts';

/**
 * Rounds by the savings algorithm of Clarke and Wright: starts with one round per stop and joins those with the largest
 * saving.
 */
export function savingsRounds(problem: Problem, stops: readonly number[]): number[][] {
  const { distance } = problem;
  const roundOf = new Map<number, number[]>(stops.map((stop) => [stop, [stop]]));
  const savings: { from: number; to: number; saved: number }[] = [];
  for (const from of stops) {
    for (const to of stops) {
      if (from === to) continue;
      const saved = distance(from + 1, 0) + distance(0, to + 1) - distance(from + 1, to + 1);
      if (saved > 0) savings.push({ from, to, saved });
    }
  }
  savings.sort((a, b) => b.saved - a.saved);
  for (const { from, to } of savings) {
    const [first, second] = [roundOf.get(from), roundOf.get(to)];
    if (first === undefined || second === undefined || first === second) continue;
    if (first.at(-1) !== from || second[0] !== to) continue;
    const joined = [...first, ...second];
    if (!isFeasible(problem, joined)) continue;
    for (const stop of joined) roundOf.set(stop, joined);
  }
  return [...new Set(roundOf.values())];
}
