import { refused } from '@alzette/kit/problems';
import type { CommuneInfo, TerritoryInfo } from '@alzette/kit/service';

export type Position = readonly [longitude: number, latitude: number];

/** The commune that a place lies in. @throws Problem 400: in none of the territory */
export function communeAt({ name, communes }: TerritoryInfo, position: Position): CommuneInfo {
  const commune = communes.find(({ boundary }) => isWithin(position, ringsOf(boundary)));
  if (commune === undefined) throw refused('location', position, `a place in ${name}`);
  return commune;
}

/** All rings: a hole, and a part within a hole, change sides once more. */
function ringsOf(boundary: CommuneInfo['boundary']): readonly (readonly (readonly number[])[])[] {
  return boundary.type === 'Polygon' ? boundary.coordinates : boundary.coordinates.flat();
}

/** Whether a place lies in a polygon: a line from it to the east crosses the rings an odd number of times. */
function isWithin([x, y]: Position, rings: readonly (readonly (readonly number[])[])[]): boolean {
  let inside = false;
  for (const ring of rings) {
    ring.forEach(([x1 = 0, y1 = 0], i) => {
      const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? [];
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
    });
  }
  return inside;
}

const METRES_PER_DEGREE = 111_195;

/** Half the sides, in degrees, of a box that reaches so many metres from a place. */
export function boxAround([, latitude]: Position, metres: number): { readonly dx: number; readonly dy: number } {
  const dy = metres / METRES_PER_DEGREE;
  return { dy, dx: dy / Math.cos((latitude * Math.PI) / 180) };
}

/** In metres, between places that are near each other. */
export function distance(a: Position, b: Position): number {
  const dx = (a[0] - b[0]) * Math.cos((a[1] * Math.PI) / 180);
  return Math.hypot(dx, a[1] - b[1]) * METRES_PER_DEGREE;
}
