import type { Entity } from '@alzette/ngsi-ld-schemas';

interface Timed {
  readonly entities: readonly Entity[];
  /** Its only time is that of its reception, so whatever the clock says, it is newer than what came before. */
  readonly isOfReception?: boolean;
  /** How many notifications led to it. */
  readonly hops?: number | undefined;
}

/** Items that go to the broker in one call, by their places among all. */
interface Run {
  readonly places: readonly number[];
  readonly isOfReception: boolean;
  readonly hops: number | undefined;
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
 * Parts what has a time of its own, and may be late, from what has not, and by how many notifications led to it. Items of one
 * entity stay in their order: where an entity has several kinds, the runs follow each other as the items do.
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
