import type { Reading } from './reading-rows.ts';

/** What lamps tell that is measured here; meters are of either name. */
export const MEASURED = {
  powerConsumption: 'power',
  energyConsumed: 'meter',
  lifetimePowerConsumption: 'meter',
  illuminanceLevel: 'level',
} as const;

/** The readings in the entities of a notification (normalized), one for each moment that a lamp tells of. */
export function readingsOf(entities: readonly Readonly<Record<string, unknown>>[], notifiedAt: string): Reading[] {
  return entities.flatMap((entity) => {
    const moments = new Map<string, Record<string, number>>();
    for (const [name, part] of Object.entries(MEASURED)) {
      const { value, observedAt } = (entity[name] ?? {}) as { readonly value?: unknown; readonly observedAt?: unknown };
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const at = typeof observedAt === 'string' ? observedAt : notifiedAt;
      moments.set(at, { ...moments.get(at), [part]: value });
    }
    return [...moments].map(([at, values]): Reading => ({ lamp: String(entity.id), at, ...values }));
  });
}
