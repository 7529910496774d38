import type { Entity } from '@alzette/ngsi-ld-schemas';

interface Timed {
  readonly entities: readonly Entity[];
  /** Its only time is that of its reception, so whatever the clock says, it is newer than what came before. */
  readonly isOfReception?: boolean;
}

/** Items that go to the broker in one call, by their places among all. */
interface Run {
  readonly places: readonly number[];
  readonly isOfReception: boolean;
}

/** Whether entities tell no time but that of their reception. */
export function tellOnlyReception(entities: readonly Entity[], receivedAt: string): boolean {
  for (const entity of entities) {
    for (const name in entity) {
      const attribute = entity[name];
      if (typeof attribute !== 'object' || attribute === null || !('observedAt' in attribute)) continue;
      if (attribute.observedAt !== undefined && attribute.observedAt !== receivedAt) return false;
    }
  }
  return true;
}

/**
 * Parts what has a time of its own, and may be late, from what has not. Items of one entity stay in their order: where an
 * entity has both kinds, the runs follow each other as the items do.
 */
export function runsByTime(items: readonly Timed[]): Run[] {
  const runs: { places: number[]; isOfReception: boolean }[] = [];
  const isMixed = hasMixedEntity(items);
  for (const [place, { isOfReception = false }] of items.entries()) {
    const open = isMixed ? runs.at(-1) : runs.find((run) => run.isOfReception === isOfReception);
    if (open?.isOfReception === isOfReception) open.places.push(place);
    else runs.push({ places: [place], isOfReception });
  }
  return runs;
}

function hasMixedEntity(items: readonly Timed[]): boolean {
  const first = items[0]?.isOfReception ?? false;
  if (items.every(({ isOfReception = false }) => isOfReception === first)) return false;
  const kinds = new Map<string, boolean>();
  for (const { entities, isOfReception = false } of items) {
    for (const { id } of entities) {
      if ((kinds.get(id) ?? isOfReception) !== isOfReception) return true;
      kinds.set(id, isOfReception);
    }
  }
  return false;
}
