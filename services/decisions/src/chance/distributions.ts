import type { Factor } from '../contract/model.ts';

/** The value below which a share of all values lies. */
export type Quantile = (share: number) => number;

/** The distance of the 95th percentile from the middle, in standard deviations. */
const Z95 = 1.6448536269514722;
const PERT_STEPS = 4000;

/** What a factor may be. Without uncertainty it has its value alone. */
export function quantileOf({ value, low = value, high = value, distribution }: Factor): Quantile {
  switch (distribution) {
    case 'fixed':
      return () => value;
    case 'uniform':
      return (share) => low + share * (high - low);
    case 'triangular':
      return triangular(low, value, high);
    case 'pert':
      return pert(low, value, high);
    case 'normal': {
      const deviation = (high - low) / (2 * Z95);
      return (share) => value + deviation * normal(share);
    }
    case 'lognormal': {
      const deviation = Math.log(high / low) / (2 * Z95);
      return (share) => value * Math.exp(deviation * normal(share));
    }
  }
}

function triangular(low: number, mode: number, high: number): Quantile {
  const split = (mode - low) / (high - low);
  return (share) =>
    share < split
      ? low + Math.sqrt(share * (high - low) * (mode - low))
      : high - Math.sqrt((1 - share) * (high - low) * (high - mode));
}

/** A beta distribution between the ends, from its density in small steps. */
function pert(low: number, mode: number, high: number): Quantile {
  const a = (4 * (mode - low)) / (high - low);
  const b = (4 * (high - mode)) / (high - low);
  const sums = new Float64Array(PERT_STEPS + 1);
  for (let step = 1; step <= PERT_STEPS; step += 1) {
    const x = (step - 0.5) / PERT_STEPS;
    sums[step] = (sums[step - 1] as number) + x ** a * (1 - x) ** b;
  }
  const total = sums[PERT_STEPS] as number;
  return (share) => {
    const sought = share * total;
    let [from, to] = [0, PERT_STEPS];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if ((sums[middle] as number) <= sought) from = middle;
      else to = middle;
    }
    const [below, above] = [sums[from] as number, sums[to] as number];
    return low + ((from + (sought - below) / (above - below)) / PERT_STEPS) * (high - low);
  };
}

/** The quantile of the standard normal distribution (Acklam's approximation, relative error below 1.2e-9). */
export function normal(share: number): number {
  const A = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const C = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const of = (factors: readonly number[], x: number) => factors.reduce((sum, factor) => sum * x + factor, 0);
  const tail = (p: number) => {
    const q = Math.sqrt(-2 * Math.log(p));
    return of(C, q) / of(D, q);
  };
  if (share < 0.02425) return tail(share);
  if (share > 1 - 0.02425) return -tail(1 - share);
  const q = share - 0.5;
  return (q * of(A, q * q)) / of(B, q * q);
}

/** Of ascending values. */
export function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}
