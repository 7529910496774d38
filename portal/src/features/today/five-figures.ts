import type { BuildingFigures } from '@alzette/energy/contract';
import type { ZoneNight } from '@alzette/lighting/contract';
import type { Figures } from '@alzette/reports/contract';

/** Whether a figure became better or worse since the period before; undefined: there is nothing to compare it with. */
export type Trend = 'better' | 'worse' | 'same' | undefined;

/** Nights of a period. */
const NIGHTS = 30;
/** Smaller differences are no trend. */
const LEAST = 0.005;

/** @param now and `before`: shares or counts, of which more is better */
export function trendOf(now: number | undefined, before: number | undefined): Trend {
  if (now === undefined || before === undefined) return undefined;
  if (Math.abs(now - before) < LEAST) return 'same';
  return now > before ? 'better' : 'worse';
}

interface LightingSavings {
  readonly now?: number;
  readonly before?: number;
  /** Of the park, in the last nights. */
  readonly measuredShare?: number;
}

/** What lighting saved against the reference, in the last nights and in as many before; undefined: too few are known. */
export function savings(nights: readonly ZoneNight[]): LightingSavings {
  const last = nights.toSorted((a, b) => a.night.localeCompare(b.night));
  const [recent, earlier] = [last.slice(-NIGHTS), last.slice(-2 * NIGHTS, -NIGHTS)];
  return { now: saving(recent), before: saving(earlier), measuredShare: shareOf(recent) };
}

function shareOf(nights: readonly ZoneNight[]): number | undefined {
  const total = nights.reduce((sum, { measuredShare }) => sum + (measuredShare ?? 0), 0);
  return nights.length === 0 ? undefined : total / nights.length;
}

function saving(nights: readonly ZoneNight[]): number | undefined {
  const known = nights.filter(({ measured, reference }) => measured !== null && reference !== null);
  const sum = (of: 'measured' | 'reference') => known.reduce((total, night) => total + (night[of] ?? 0), 0);
  const reference = sum('reference');
  return reference === 0 ? undefined : 1 - sum('measured') / reference;
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
