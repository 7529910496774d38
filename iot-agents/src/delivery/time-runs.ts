import type { Entity } from '@alzette/ngsi-ld-schemas';

interface Timed {
  readonly entities: readonly Entity[];
  /** Its only time is that of reception, so it always counts as newer than earlier ones. */
  readonly isOfReception?: boolean;
  /** The number of notifications that led to it. */
  readonly hops?: number | undefined;
}

/** Items that are sent to the broker in one call, by their indexes. */
interface Run {
  readonly places: readonly number[];
  readonly isOfReception: boolean;
  readonly hops: number | undefined;
}

/** Whether the entities contain no time but that of reception. */
export function haveOnlyReceptionTime(entities: readonly Entity[], receivedAt: string): boolean {
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
 * Splits items with a time of their own, which may be late, from those without, and by the number of notifications that
 * led to them. The order of items of one entity is kept: if an entity has several kinds, the runs follow the order of
 * the items.
 */
export function runsByTime(items: readonly Timed[]): Run[] {
  const runs: (Run & { readonly places: number[] })[] = [];
  const isMixed = hasMixedEntity(items);
  for (const [place, { isOfReception = false, hops }] of items.entries()) {
    const isOfKind = (run: Run | undefined) => run?.isOfReception === isOfReception && run.hops === hops;
    const open = isMixed ? runs.at(-1) : runs.find(isOfKind);
    if (open !== undefined && isOfKind(open)) open.places.push(place);
    else runs.push({ places: [place], isOfReception, hops });
  }
  return runs;
}

function hasMixedEntity(items: readonly Timed[]): boolean {
  const kindOf = ({ isOfReception = false, hops = 0 }: Timed): number => (isOfReception ? -1 - hops : hops);
  const [first] = items;
  if (first === undefined || items.every((item) => kindOf(item) === kindOf(first))) return false;
  const kinds = new Map<string, number>();
  for (const item of items) {
    const kind = kindOf(item);
    for (const { id } of item.entities) {
      if ((kinds.get(id) ?? kind) !== kind) return true;
      kinds.set(id, kind);
    }
  }
  return false;
}
