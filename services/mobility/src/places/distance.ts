/** Longitude and latitude, degrees. */
export type LonLat = readonly [number, number];

const RADIUS_M = 6_371_000;

/** Metres along the earth's surface, by the haversine formula. */
export function distanceM([lon1, lat1]: LonLat, [lon2, lat2]: LonLat): number {
  const rad = Math.PI / 180;
  const a =
    Math.sin(((lat2 - lat1) * rad) / 2) ** 2 +
    Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.sqrt(a));
}
