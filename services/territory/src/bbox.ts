import type { Boundary } from './territory-shape.ts';

/** All positions of a geometry, however deep they are. */
export function* positionsOf(coordinates: unknown): Generator<readonly [number, number]> {
  const list = coordinates as readonly unknown[];
  if (typeof list[0] === 'number') yield list as unknown as readonly [number, number];
  else for (const each of list) yield* positionsOf(each);
}

/** West, south, east, north. */
export function bboxOf(boundaries: readonly Pick<Boundary, 'coordinates'>[]): [number, number, number, number] {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (const { coordinates } of boundaries) {
    for (const [x, y] of positionsOf(coordinates)) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box;
}
