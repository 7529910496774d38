import type { EntityView } from '../entities/entity-view.ts';

export type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

const AHEAD: Record<Direction, readonly [east: number, north: number]> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};
/** How much worse a metre aside is than a metre ahead. */
const SIDEWAYS = 2.2;

/** The nearest entity that lies more ahead than aside, seen from a place (longitude, latitude). */
export function nextInDirection(
  entities: readonly EntityView[],
  from: readonly [number, number],
  direction: Direction,
): EntityView | undefined {
  const [east, north] = AHEAD[direction];
  const shrink = Math.cos((from[1] * Math.PI) / 180); // a degree of longitude against one of latitude
  let nearest: EntityView | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const entity of entities) {
    if (!entity.position) continue;
    const x = (entity.position[0] - from[0]) * shrink;
    const y = entity.position[1] - from[1];
    const ahead = x * east + y * north;
    const aside = Math.abs(x * north) + Math.abs(y * east);
    if (ahead <= 0 || ahead < aside) continue;
    const cost = ahead + aside * SIDEWAYS;
    if (cost < least) {
      least = cost;
      nearest = entity;
    }
  }
  return nearest;
}
