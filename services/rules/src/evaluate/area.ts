import type { Area } from '../document/rule.ts';
import type { Value } from './series.ts';

const EARTH_RADIUS_METRES = 6_371_008.8;

/** Whether an area contains a position; for circles including the edge. Undefined: the value is not a geometry. */
export function liesIn(value: Value, area: Area): boolean | undefined {
  const position = positionOf(value);
  if (position === undefined) return undefined;
  if ('center' in area) return metresBetween(position, area.center) <= area.radius;
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates;
  return polygons.some(([outer, ...holes]) => {
    return outer !== undefined && isInRing(position, outer) && !holes.some((hole) => isInRing(position, hole));
  });
}

/** The position of a point; for other geometries, their first position. */
function positionOf(value: Value): readonly number[] | undefined {
  if (typeof value !== 'object' || value === null || !('coordinates' in value)) return undefined;
  let at: unknown = value.coordinates;
  while (Array.isArray(at) && Array.isArray(at[0])) at = at[0];
  return Array.isArray(at) && typeof at[0] === 'number' && typeof at[1] === 'number' ? at : undefined;
}

/** Counts how often a ray to the east crosses the ring. */
function isInRing([x, y]: readonly number[], ring: readonly (readonly number[])[]): boolean {
  let isInside = false;
  const [east, north] = [x as number, y as number];
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i] as readonly [number, number];
    const [xj, yj] = ring[j] as readonly [number, number];
    if (yi > north !== yj > north && east < ((xj - xi) * (north - yi)) / (yj - yi) + xi) isInside = !isInside;
  }
  return isInside;
}

function metresBetween([lon1, lat1]: readonly number[], [lon2, lat2]: readonly number[]): number {
  const radians = (degrees: number | undefined) => ((degrees ?? 0) * Math.PI) / 180;
  const [a, b] = [radians(lat1), radians(lat2)];
  const half =
    Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(radians((lon2 ?? 0) - (lon1 ?? 0)) / 2) ** 2;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(half));
}
