import { CABINET_MEASURED, type CabinetReading } from './cabinet-readings.ts';
import type { Reading } from './reading-rows.ts';

type Told = Readonly<Record<string, unknown>>;

/** The attributes of lamps that are stored as readings; meters have two names. */
export const MEASURED = {
  powerConsumption: 'power',
  energyConsumed: 'meter',
  lifetimePowerConsumption: 'meter',
  illuminanceLevel: 'level',
} as const;

/** The readings of lamps in the entities of a notification (normalized), one for each instant. */
export function readingsOf(entities: readonly Told[], notifiedAt: string): Reading[] {
  return entities
    .filter(({ type }) => type === 'Streetlight')
    .flatMap((entity) =>
      momentsOf(entity, MEASURED, notifiedAt).map(
        ({ at, values }): Reading => ({ lamp: String(entity.id), at, ...values }),
      ),
    );
}

/** The same for cabinets. */
export function cabinetReadingsOf(entities: readonly Told[], notifiedAt: string): CabinetReading[] {
  return entities
    .filter(({ type }) => type === 'StreetlightControlCabinet')
    .flatMap((entity) =>
      momentsOf(entity, CABINET_MEASURED, notifiedAt).map(
        ({ at, values }): CabinetReading => ({ cabinet: String(entity.id), at, ...values }),
      ),
    );
}

function momentsOf(
  entity: Told,
  measured: Readonly<Record<string, string>>,
  notifiedAt: string,
): { readonly at: string; readonly values: Readonly<Record<string, number>> }[] {
  const moments = new Map<string, Record<string, number>>();
  for (const [name, part] of Object.entries(measured)) {
    const { value, observedAt } = (entity[name] ?? {}) as { readonly value?: unknown; readonly observedAt?: unknown };
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    const at = typeof observedAt === 'string' ? observedAt : notifiedAt;
    moments.set(at, { ...moments.get(at), [part]: value });
  }
  return [...moments].map(([at, values]) => ({ at, values }));
}
