import type { EntityType } from './entity-view.ts';

/** The reliability of the newest measurement, by its age; `never`: no measurement so far. */
export type Freshness = 'fresh' | 'late' | 'silent' | 'never';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Ages in milliseconds, by type: after the first a measurement is late, after the second its device is silent. */
const FRESHNESS_LIMITS: Record<EntityType, { late: number; silent: number }> = {
  Streetlight: { late: 45 * MINUTE, silent: 6 * HOUR },
  StreetlightControlCabinet: { late: 45 * MINUTE, silent: 3 * HOUR },
  WasteContainer: { late: 6 * HOUR, silent: 24 * HOUR },
};

/** Classifies a measurement by its age. A time in the future counts as fresh, and so does any type without limits. */
export function freshness(type: string, observedAt: number | undefined, now: number): Freshness {
  if (observedAt === undefined) return 'never';
  const age = now - observedAt;
  const limits = (FRESHNESS_LIMITS as Partial<Record<string, { late: number; silent: number }>>)[type];
  if (limits === undefined) return 'fresh';
  const { late, silent } = limits;
  if (age >= silent) return 'silent';
  return age >= late ? 'late' : 'fresh';
}
