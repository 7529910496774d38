import type { EntityType, EntityView } from '../../../entities/entity-view.ts';

export interface Totals {
  readonly byType: Readonly<Record<EntityType, number>>;
  readonly lampsOn: number;
  readonly lampsOff: number;
  readonly lampsDefective: number;
  readonly containersFull: number;
  /** Newest observation of all, in milliseconds since the epoch. */
  readonly lastObservation?: number;
}

/** Counts for the header, in one pass. Dimmed and starting lamps count as on. */
export function totalsOf(entities: Iterable<EntityView>): Totals {
  const byType = { Streetlight: 0, StreetlightControlCabinet: 0, WasteContainer: 0 };
  let lampsOn = 0;
  let lampsOff = 0;
  let lampsDefective = 0;
  let containersFull = 0;
  let lastObservation: number | undefined;
  for (const { type, state, observedAt } of entities) {
    byType[type] += 1;
    if (observedAt !== undefined && (lastObservation === undefined || observedAt > lastObservation)) {
      lastObservation = observedAt;
    }
    if (state === 'full') containersFull += 1;
    if (type !== 'Streetlight') continue;
    if (state === 'off') lampsOff += 1;
    else if (state === 'defective') lampsDefective += 1;
    else if (state !== 'unknown') lampsOn += 1;
  }
  return { byType, lampsOn, lampsOff, lampsDefective, containersFull, lastObservation };
}
