import type { MapContents, MapFrame } from '../../../entities/map-item.ts';

type Position = readonly [longitude: number, latitude: number];

const METRES_PER_DEGREE = 111_195;

/** Whether something on the map is within its visible extent. */
export function isShown({ items, heaps }: MapContents, { box }: MapFrame): boolean {
  const [west, south, east, north] = box;
  return [...items, ...heaps].some(({ position }) => {
    if (position === undefined) return false;
    const [longitude, latitude] = position;
    return longitude >= west && longitude <= east && latitude >= south && latitude <= north;
  });
}

/** What is nearest to the middle of the map, and how far it is. */
export function nearestTo(
  { items, heaps }: MapContents,
  { box }: MapFrame,
): { readonly position: Position; readonly metres: number } | undefined {
  const [west, south, east, north] = box;
  const [longitude, latitude] = [(west + east) / 2, (south + north) / 2];
  const shrink = Math.cos((latitude * Math.PI) / 180);
  let nearest: { position: Position; metres: number } | undefined;
  for (const { position } of [...items, ...heaps]) {
    if (position === undefined) continue;
    const metres = Math.hypot((position[0] - longitude) * shrink, position[1] - latitude) * METRES_PER_DEGREE;
    if (nearest === undefined || metres < nearest.metres) nearest = { position, metres };
  }
  return nearest;
}
