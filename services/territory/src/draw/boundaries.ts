import { between, distance, type Point } from '../plane.ts';
import { seededRandom } from '../random.ts';

/** A commune for the partition: its position, and the radius of its streets in metres. */
export interface Site {
  readonly center: Point;
  readonly radius: number;
}

const ROUGHNESS = 0.1;
const SHORTEST_EDGE = 60;

/**
 * Divides an outline among the sites: each gets the points nearest to it, weighted by its size (a power diagram). The
 * straight edges are made irregular. Neighbours share the points of their edge.
 */
export function boundariesOf(sites: readonly Site[], outline: readonly Point[]): Point[][] {
  return sites.map((site) => {
    let cell = [...outline];
    for (const other of sites) if (other !== site) cell = clipToNearer(cell, site, other);
    return cell.flatMap((corner, i) => wander(corner, cell[(i + 1) % cell.length] as Point));
  });
}

function clipToNearer(cell: readonly Point[], site: Site, other: Site): Point[] {
  const surplus = (p: Point) => power(p, other) - power(p, site);
  const kept: Point[] = [];
  cell.forEach((corner, i) => {
    const next = cell[(i + 1) % cell.length] as Point;
    const [here, there] = [surplus(corner), surplus(next)];
    if (here >= 0) kept.push(corner);
    if (here >= 0 !== there >= 0) kept.push(between(corner, next, here / (here - there)));
  });
  return kept;
}

function power(p: Point, { center, radius }: Site): number {
  return distance(p, center) ** 2 - radius ** 2;
}

/** The points from `a` to `b`, without `b`. Seeded by the edge itself, so that both sides get the same points. */
function wander(a: Point, b: Point): Point[] {
  const forwards = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
  const [from, to] = forwards ? [a, b] : [b, a];
  const random = seededRandom(
    `${Math.round(from[0])},${Math.round(from[1])},${Math.round(to[0])},${Math.round(to[1])}`,
  );
  const line = [from, ...displaceMiddle(from, to, random), to];
  return (forwards ? line : line.reverse()).slice(0, -1);
}

function displaceMiddle(a: Point, b: Point, random: () => number): Point[] {
  if (distance(a, b) < SHORTEST_EDGE * 2) return [];
  const shift = (random() - 0.5) * 2 * ROUGHNESS;
  const [x, y] = between(a, b, 0.5 + (random() - 0.5) * 0.2);
  const middle: Point = [x - (b[1] - a[1]) * shift, y + (b[0] - a[0]) * shift];
  return [...displaceMiddle(a, middle, random), middle, ...displaceMiddle(middle, b, random)];
}
