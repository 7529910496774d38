import type { BuildingFigures } from '@alzette/energy/contract';
import type { Figures } from '@alzette/reports/contract';

/** Whether a figure became better or worse since the period before; undefined: there is nothing to compare it with. */
export type Trend = 'better' | 'worse' | 'same' | undefined;

/** Smaller differences are no trend. */
const LEAST = 0.005;

/** @param now and `before`: shares or counts, of which more is better */
export function trendOf(now: number | undefined, before: number | undefined): Trend {
  if (now === undefined || before === undefined) return undefined;
  if (Math.abs(now - before) < LEAST) return 'same';
  return now > before ? 'better' : 'worse';
}

/** The share of closed reports that were closed within the promised time. */
export function onTime({ onTime, closed }: Figures): number | undefined {
  return closed === 0 ? undefined : onTime / closed;
}

/** The expected bills of the year as a share of the budget, of the buildings where both are known. */
export function ofBudget(buildings: readonly BuildingFigures[]): { share?: number; buildings: number; leaks: number } {
  const known = buildings.filter(({ budget, expected }) => budget !== undefined && expected !== undefined);
  const sum = (of: 'budget' | 'expected') => known.reduce((total, building) => total + (building[of] ?? 0), 0);
  const budget = sum('budget');
  return {
    ...(budget > 0 && { share: sum('expected') / budget }),
    buildings: known.length,
    leaks: buildings.filter(({ leak }) => leak !== undefined).length,
  };
}
