export type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

const AHEAD: Record<Direction, readonly [east: number, north: number]> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};
/** The cost of a metre sideways, compared with a metre ahead. */
const SIDEWAYS = 2.2;

/** The nearest place in a direction from a position (longitude, latitude), more ahead than sideways. */
export function nextInDirection<Place extends { readonly position?: readonly [number, number] }>(
  places: readonly Place[],
  from: readonly [number, number],
  direction: Direction,
): Place | undefined {
  const [east, north] = AHEAD[direction];
  const shrink = Math.cos((from[1] * Math.PI) / 180); // the length of a degree of longitude relative to one of latitude
  let nearest: Place | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const place of places) {
    if (!place.position) continue;
    const x = (place.position[0] - from[0]) * shrink;
    const y = place.position[1] - from[1];
    const ahead = x * east + y * north;
    const aside = Math.abs(x * north) + Math.abs(y * east);
    if (ahead <= 0 || ahead < aside) continue;
    const cost = ahead + aside * SIDEWAYS;
    if (cost < least) {
      least = cost;
      nearest = place;
    }
  }
  return nearest;
}
