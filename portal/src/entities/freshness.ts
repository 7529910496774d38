import type { EntityType } from './entity-view.ts';

/** How well the newest measurement can be trusted; `never` when nothing was measured yet. */
export type Freshness = 'fresh' | 'late' | 'silent' | 'never';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Ages in milliseconds after which a measurement is late, then its device silent, by type. */
const FRESHNESS_LIMITS: Record<EntityType, { late: number; silent: number }> = {
  Streetlight: { late: 45 * MINUTE, silent: 6 * HOUR },
  StreetlightControlCabinet: { late: 45 * MINUTE, silent: 3 * HOUR },
  WasteContainer: { late: 6 * HOUR, silent: 24 * HOUR },
};

/** Classes a measurement by its age. Clocks that run ahead of ours count as fresh, and types without limits always. */
export function freshness(type: string, observedAt: number | undefined, now: number): Freshness {
  if (observedAt === undefined) return 'never';
  const age = now - observedAt;
  const limits = (FRESHNESS_LIMITS as Partial<Record<string, { late: number; silent: number }>>)[type];
  if (limits === undefined) return 'fresh';
  const { late, silent } = limits;
  if (age >= silent) return 'silent';
  return age >= late ? 'late' : 'fresh';
}
