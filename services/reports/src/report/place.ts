import { refused } from '@alzette/kit/problems';
import type { CommuneInfo, Territories } from '@alzette/kit/service';
import { boxAround, contains, type LonLat } from '@alzette/ngsi-ld-schemas/geo';

export type { LonLat as Position } from '@alzette/ngsi-ld-schemas/geo';

/** The commune that contains a position. @throws Problem 400: outside the territory */
export async function communeAt(territories: Territories, tenant: string, position: LonLat): Promise<CommuneInfo> {
  const { name, communes } = territories.of(tenant);
  const { boundaries } = await territories.shapes(tenant);
  const commune = communes.find(({ slug }) => {
    const boundary = boundaries.get(slug);
    return boundary !== undefined && contains(boundary, position);
  });
  if (commune === undefined) throw refused('location', position, `a place in ${name}`);
  return commune;
}

const GRID_METRES = 200;
/** From the centre of a cell to its corner. */
export const GRID_RADIUS_METRES = (GRID_METRES / 2) * Math.SQRT2;

/** The centre of the cell of about 200 m that contains a position. */
export function onGrid([longitude, latitude]: LonLat): LonLat {
  const centre = (value: number, cell: number) => (Math.floor(value / cell) + 0.5) * cell;
  const { dy } = boxAround([longitude, latitude], GRID_METRES);
  const y = centre(latitude, dy);
  return [centre(longitude, boxAround([longitude, y], GRID_METRES).dx), y];
}
