import type { MapContents, MapHeap, MapItem } from '../entities/map-item.ts';

/** The drawn content of one place: a cluster, or the entities at this place, most often one. */
export interface MapSpot {
  readonly id: string;
  readonly position: readonly [number, number];
  readonly heap?: MapHeap;
  readonly items: readonly MapItem[];
}

/** Degrees, about a decimetre: closer entities are at the same place. */
const SAME_PLACE = 1e-6;

export function spotsOf({ items, heaps }: Pick<MapContents, 'items' | 'heaps'>): MapSpot[] {
  const spots = new Map<string, MapItem[]>();
  for (const item of items) {
    if (!item.position) continue;
    const key = item.position.map((degrees) => Math.round(degrees / SAME_PLACE)).join();
    const itemsAtSpot = spots.get(key);
    if (itemsAtSpot) itemsAtSpot.push(item);
    else spots.set(key, [item]);
  }
  return [
    ...heaps.map((heap) => ({
      id: `heap ${heap.scope} ${heap.position.join()}`,
      position: heap.position,
      heap,
      items: [],
    })),
    ...[...spots].flatMap(([key, itemsAtSpot]) => {
      const position = itemsAtSpot[0]?.position;
      return position
        ? [{ id: itemsAtSpot.length === 1 ? (itemsAtSpot[0] as MapItem).id : key, position, items: itemsAtSpot }]
        : [];
    }),
  ];
}

/** The number of entities at a spot. */
export function countOf({ heap, items }: MapSpot): number {
  return heap ? heap.shares.reduce((sum, { count }) => sum + count, 0) : items.length;
}
