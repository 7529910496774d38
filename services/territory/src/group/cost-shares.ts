import { compileExpression } from '@alzette/kit/expressions';
import { refused } from '@alzette/kit/problems';
import type { CostShares, GroupFigures } from '../contract/group.ts';

const PERCENTS = 10_000;
const CENTS = 100;

/** A collectivity with its figures. */
export interface Weighed extends GroupFigures {
  readonly tenant: string;
  readonly name: string;
}

/**
 * What each bears of an amount.
 *
 * @throws Problem 400: the formula is not valid, or its value is no weight
 */
export function sharesOf(formula: string, amount: number, all: readonly Weighed[]): CostShares['shares'] {
  const weigh = weigher(formula);
  const weights = all.map(weigh);
  const percents = parted(PERCENTS, weights);
  const cents = parted(Math.round(amount * CENTS), weights);
  return all.map(({ tenant, name }, at) => ({
    tenant,
    name,
    weight: weights[at] ?? 0,
    percent: (percents[at] ?? 0) / (PERCENTS / 100),
    amount: (cents[at] ?? 0) / CENTS,
  }));
}

function weigher(formula: string): (figures: Weighed) => number {
  const wrong = (what: string) => refused('formula', formula, `a formula of the figures of a collectivity: ${what}`);
  let expression: ReturnType<typeof compileExpression>;
  try {
    expression = compileExpression(formula);
  } catch (cause) {
    throw wrong((cause as Error).message);
  }
  return ({ name, tenant: _, usage, inhabitants = 0, energy = 0, daysToClose: __, ...sums }) => {
    let weight: unknown;
    try {
      weight = expression({ ...sums, ...usage, inhabitants, energy });
    } catch (cause) {
      throw wrong((cause as Error).message);
    }
    if (typeof weight === 'number' && Number.isFinite(weight) && weight >= 0) return weight;
    throw wrong(`for ${name} it gives ${String(weight)}, expected a number of at least 0`);
  };
}

/** Whole numbers whose sum is `total`, as near to the weights as can be: the largest remainders are rounded up. */
function parted(total: number, weights: readonly number[]): number[] {
  const most = Math.max(...weights, 0);
  // By the largest, so that no sum is infinite. Where nobody weighs anything, all bear the same.
  const relative = weights.map((weight) => (most === 0 ? 1 : weight / most));
  const sum = relative.reduce((all, each) => all + each, 0);
  const exact = relative.map((each) => (total * each) / sum);
  const parts = exact.map(Math.floor);
  let rest = total - parts.reduce((all, each) => all + each, 0);
  const byRemainder = exact
    .map((each, at) => ({ at, remainder: each - Math.floor(each) }))
    .sort((a, b) => b.remainder - a.remainder || a.at - b.at);
  for (const { at } of byRemainder) {
    if (rest <= 0) break;
    parts[at] = (parts[at] ?? 0) + 1;
    rest -= 1;
  }
  return parts;
}
