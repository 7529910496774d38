/** WGS 84, in the order of GeoJSON: longitude, latitude. */
export type LonLat = readonly [longitude: number, latitude: number];

type Ring = readonly (readonly number[])[];

/** The mean radius of the earth, IUGG. */
const EARTH_RADIUS_M = 6_371_008.8;
const METRES_PER_DEGREE = 111_195;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Metres between two positions, along a great circle. */
export function distanceM([lon1, lat1]: LonLat, [lon2, lat2]: LonLat): number {
  const half =
    Math.sin(radians(lat2 - lat1) / 2) ** 2 +
    Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(radians(lon2 - lon1) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Half the width and height, in degrees, of a box of this many metres around a position. */
export function boxAround([, latitude]: LonLat, metres: number): { readonly dx: number; readonly dy: number } {
  const dy = metres / METRES_PER_DEGREE;
  return { dy, dx: dy / Math.cos(radians(latitude)) };
}

/** Whether a polygon or multipolygon contains a position; on the edge the result is undefined. Other geometries: false. */
export function contains(
  geometry: { readonly type: string; readonly coordinates?: unknown },
  position: readonly number[],
): boolean {
  if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') return false;
  const polygons = (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates) as Ring[][];
  return polygons.some(
    // The first ring is the outline, the others are holes.
    ([outline, ...holes]) =>
      outline !== undefined && isInRing(outline, position) && !holes.some((hole) => isInRing(hole, position)),
  );
}

/** A line to the east crosses the ring an odd number of times. */
function isInRing(ring: Ring, [x = 0, y = 0]: readonly number[]): boolean {
  let isInside = false;
  ring.forEach(([x1 = 0, y1 = 0], i) => {
    const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? [];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) isInside = !isInside;
  });
  return isInside;
}
