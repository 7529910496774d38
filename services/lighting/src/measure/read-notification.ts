import type { EntitySamples } from '@alzette/ngsi-ld-schemas';
import { CABINET_MEASURED, type CabinetReading } from './cabinet-readings.ts';
import type { Reading } from './reading-rows.ts';

/** An entity as a notification or a query delivers it, normalized. */
export type DeliveredEntity = Readonly<Record<string, unknown>>;

/** The attributes of lamps that are stored as readings; meters have two names. */
export const MEASURED = {
  powerConsumption: 'power',
  energyConsumed: 'meter',
  lifetimePowerConsumption: 'meter',
  illuminanceLevel: 'level',
} as const;

/** The readings of lamps in the entities of a notification (normalized), one for each instant. */
export function readingsOf(entities: readonly DeliveredEntity[], notifiedAt: string): Reading[] {
  return entities
    .filter(({ type }) => type === 'Streetlight')
    .flatMap((entity) =>
      momentsOf(entity, MEASURED, notifiedAt).map(
        ({ at, values }): Reading => ({ lamp: String(entity.id), at, ...values }),
      ),
    );
}

/** The same for cabinets. */
export function cabinetReadingsOf(entities: readonly DeliveredEntity[], notifiedAt: string): CabinetReading[] {
  return entities
    .filter(({ type }) => type === 'StreetlightControlCabinet')
    .flatMap((entity) =>
      momentsOf(entity, CABINET_MEASURED, notifiedAt).map(
        ({ at, values }): CabinetReading => ({ cabinet: String(entity.id), at, ...values }),
      ),
    );
}

/** The readings in the history of a lamp, one for each instant. */
export function pastReadings({ id, attributes }: EntitySamples): Reading[] {
  return pastMoments(attributes, MEASURED).map(({ at, values }): Reading => ({ lamp: id, at, ...values }));
}

/** The same for a cabinet. */
export function pastCabinetReadings({ id, attributes }: EntitySamples): CabinetReading[] {
  return pastMoments(attributes, CABINET_MEASURED).map(
    ({ at, values }): CabinetReading => ({ cabinet: id, at, ...values }),
  );
}

interface Moment {
  /** ISO 8601. */
  readonly at: string;
  readonly values: Readonly<Record<string, number>>;
}

/** The measured values of an entity, at the time of their observation or, if that is unknown, of their change. */
function momentsOf(entity: DeliveredEntity, measured: Readonly<Record<string, string>>, notifiedAt: string): Moment[] {
  return byInstant(
    Object.entries(measured).map(([name, part]) => {
      const { value, observedAt, modifiedAt } = (entity[name] ?? {}) as { readonly [member: string]: unknown };
      const at = [observedAt, modifiedAt].find((time) => typeof time === 'string') ?? notifiedAt;
      return { part, value, at: String(at) };
    }),
  );
}

function pastMoments(attributes: EntitySamples['attributes'], measured: Readonly<Record<string, string>>): Moment[] {
  return byInstant(
    Object.entries(measured).flatMap(([name, part]) =>
      (attributes[name] ?? []).map(([value, at]) => ({ part, value, at: new Date(at).toISOString() })),
    ),
  );
}

function byInstant(
  values: readonly { readonly part: string; readonly value: unknown; readonly at: string }[],
): Moment[] {
  const moments = new Map<string, Record<string, number>>();
  for (const { part, value, at } of values) {
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    const known = moments.get(at);
    if (known === undefined) moments.set(at, { [part]: value });
    else known[part] = value;
  }
  return [...moments].map(([at, values]) => ({ at, values }));
}
