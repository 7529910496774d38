import { arrivals, isTimed, lengthOf, type Problem } from './problem.ts';

const LEAST = 1e-7;
const LONGEST_PIECE = 3;

/** Improves one round by 2-opt and Or-opt until neither shortens it. The round stays feasible. */
export function improveOrder(problem: Problem, given: readonly number[]): number[] {
  const round = [...given];
  const timed = isTimed(problem);
  let isShorter = true;
  while (isShorter) isShorter = turnPieces(problem, round, timed) || movePieces(problem, round, timed);
  return round;
}

/** Reverses segments whose reversal shortens the round. @returns whether there was one */
function turnPieces(problem: Problem, round: number[], timed: boolean): boolean {
  const { distance } = problem;
  const place = (i: number) => (i < 0 || i >= round.length ? 0 : (round[i] as number) + 1);
  let isShorter = false;
  for (let i = 0; i < round.length - 1; i += 1) {
    for (let k = i + 1; k < round.length; k += 1) {
      const gain =
        distance(place(i - 1), place(i)) +
        distance(place(k), place(k + 1)) -
        distance(place(i - 1), place(k)) -
        distance(place(i), place(k + 1));
      if (gain <= LEAST) continue;
      const turned = [...round.slice(0, i), ...round.slice(i, k + 1).reverse(), ...round.slice(k + 1)];
      if (!isBetter(problem, round, turned, timed)) continue;
      round.splice(0, round.length, ...turned);
      isShorter = true;
    }
  }
  return isShorter;
}

/**
 * Moves segments of up to three stops to other positions, possibly reversed, where that shortens the round.
 *
 * @returns whether there was one
 */
function movePieces(problem: Problem, round: number[], timed: boolean): boolean {
  const { distance } = problem;
  const place = (i: number) => (i < 0 || i >= round.length ? 0 : (round[i] as number) + 1);
  let isShorter = false;
  for (let size = 1; size <= Math.min(LONGEST_PIECE, round.length - 1); size += 1) {
    for (let i = 0; i + size <= round.length; i += 1) {
      const [first, last] = [place(i), place(i + size - 1)];
      const [before, after] = [place(i - 1), place(i + size)];
      const saved = distance(before, first) + distance(last, after) - distance(before, after);
      if (saved <= LEAST) continue;
      for (let k = 0; k <= round.length; k += 1) {
        if (k >= i && k <= i + size) continue;
        const [left, right] = [place(k - 1), place(k)];
        const gap = distance(left, right);
        const straight = distance(left, first) + distance(last, right) - gap;
        const turned = distance(left, last) + distance(first, right) - gap;
        if (saved - Math.min(straight, turned) <= LEAST) continue;
        const piece = round.slice(i, i + size);
        if (turned < straight) piece.reverse();
        const rest = [...round.slice(0, i), ...round.slice(i + size)];
        const moved = rest.toSpliced(k > i ? k - size : k, 0, ...piece);
        if (!isBetter(problem, round, moved, timed)) continue;
        round.splice(0, round.length, ...moved);
        isShorter = true;
        break;
      }
    }
  }
  return isShorter;
}

function isBetter(problem: Problem, before: readonly number[], after: readonly number[], timed: boolean): boolean {
  if (lengthOf(problem, after) >= lengthOf(problem, before) - LEAST) return false;
  return !timed || arrivals(problem, after) !== undefined;
}
