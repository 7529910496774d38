import { contains, distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { Area } from '../contract/rule.ts';
import type { Value } from './series.ts';

/** Whether an area contains a position; for circles including the edge. Undefined: the value is not a geometry. */
export function liesIn(value: Value, area: Area): boolean | undefined {
  const position = positionOf(value);
  if (position === undefined) return undefined;
  return 'center' in area ? distanceM(position, area.center as LonLat) <= area.radius : contains(area, position);
}

/** The position of a point; for other geometries, their first position. */
function positionOf(value: Value): LonLat | undefined {
  if (typeof value !== 'object' || value === null || !('coordinates' in value)) return undefined;
  let at: unknown = value.coordinates;
  while (Array.isArray(at) && Array.isArray(at[0])) at = at[0];
  return Array.isArray(at) && typeof at[0] === 'number' && typeof at[1] === 'number' ? [at[0], at[1]] : undefined;
}
