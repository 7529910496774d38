/** Longitude and latitude, degrees. */
export type LonLat = readonly [number, number];

/** Whether a polygon or multipolygon (GeoJSON) contains a position; on the edge the result is undefined. */
export function contains(geometry: { readonly type: string; readonly coordinates: unknown }, place: LonLat): boolean {
  if (geometry.type === 'Polygon') return inPolygon(geometry.coordinates as LonLat[][], place);
  if (geometry.type !== 'MultiPolygon') return false;
  return (geometry.coordinates as LonLat[][][]).some((polygon) => inPolygon(polygon, place));
}

/** The first ring is the outline, the others are holes. */
function inPolygon([outline, ...holes]: readonly (readonly LonLat[])[], place: LonLat): boolean {
  return outline !== undefined && inRing(outline, place) && !holes.some((hole) => inRing(hole, place));
}

function inRing(ring: readonly LonLat[], [x, y]: LonLat): boolean {
  let isInside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [[xi, yi], [xj, yj]] = [ring[i] as LonLat, ring[j] as LonLat];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) isInside = !isInside;
  }
  return isInside;
}
