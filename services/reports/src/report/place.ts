import { refused } from '@alzette/kit/problems';
import type { CommuneInfo, TerritoryInfo } from '@alzette/kit/service';

export type Position = readonly [longitude: number, latitude: number];

/** The commune that contains a position. @throws Problem 400: outside the territory */
export function communeAt({ name, communes }: TerritoryInfo, position: Position): CommuneInfo {
  const commune = communes.find(({ boundary }) => isWithin(position, ringsOf(boundary)));
  if (commune === undefined) throw refused('location', position, `a place in ${name}`);
  return commune;
}

/** All rings: each boundary of a hole, or of a part within a hole, changes inside and outside. */
function ringsOf(boundary: CommuneInfo['boundary']): readonly (readonly (readonly number[])[])[] {
  return boundary.type === 'Polygon' ? boundary.coordinates : boundary.coordinates.flat();
}

/** Whether a polygon contains a position: a line to the east crosses the rings an odd number of times. */
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

/** Half the width and height, in degrees, of a box of this many metres around a position. */
export function boxAround([, latitude]: Position, metres: number): { readonly dx: number; readonly dy: number } {
  const dy = metres / METRES_PER_DEGREE;
  return { dy, dx: dy / Math.cos((latitude * Math.PI) / 180) };
}

const GRID_METRES = 200;
/** From the centre of a cell to its corner. */
export const GRID_RADIUS_METRES = (GRID_METRES / 2) * Math.SQRT2;

/** The centre of the cell of about 200 m that contains a position. */
export function onGrid([longitude, latitude]: Position): Position {
  const centre = (value: number, cell: number) => (Math.floor(value / cell) + 0.5) * cell;
  const { dy } = boxAround([longitude, latitude], GRID_METRES);
  const y = centre(latitude, dy);
  return [centre(longitude, boxAround([longitude, y], GRID_METRES).dx), y];
}

/** Approximate metres between two nearby positions. */
export function distance(a: Position, b: Position): number {
  const dx = (a[0] - b[0]) * Math.cos((a[1] * Math.PI) / 180);
  return Math.hypot(dx, a[1] - b[1]) * METRES_PER_DEGREE;
}
