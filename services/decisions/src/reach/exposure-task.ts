import { computeTask } from '@alzette/kit/compute-task';
import { contains, type LonLat } from '@alzette/ngsi-ld-schemas/geo';

/** An area where something threatens or disturbs: floods, noise, heat. */
export interface Zone {
  readonly category: string;
  readonly severity: string;
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
}

export interface ExposureInput {
  readonly zones: readonly Zone[];
  readonly cells: readonly { readonly at: LonLat; readonly people: number }[];
  /** Each with its homes, spread evenly over it. */
  readonly districts: readonly { readonly area: readonly LonLat[]; readonly homes: number }[];
}

export interface Exposed {
  readonly category: string;
  readonly severity: string;
  /** Of the cells whose middle is inside. */
  readonly people: number;
  /** New homes inside. */
  readonly homes: number;
}

/** Points on each side of the box around a district. */
const SAMPLES = 40;

export const EXPOSURE = computeTask<typeof exposed>('decisions.exposure', import.meta.url);

/** Who is inside the zones of each category and severity; zones of one kind that overlap count once. */
export default function exposed({ zones, cells, districts }: ExposureInput): Exposed[] {
  const kinds = Map.groupBy(zones, ({ category, severity }) => `${category}\n${severity}`);
  return [...kinds.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const isInside = insideOf(own);
    return [
      {
        category: first.category,
        severity: first.severity,
        people: cells.reduce((sum, { at, people }) => sum + (isInside(at) ? people : 0), 0),
        homes: districts.reduce((sum, { area, homes }) => sum + homes * shareOf(area, isInside), 0),
      },
    ];
  });
}

/** Most points are outside most boxes, which is quickly known. */
function insideOf(zones: readonly Zone[]): (at: LonLat) => boolean {
  const boxed = zones.map(({ geometry }) => ({ geometry, box: boxOf(positionsIn(geometry.coordinates)) }));
  return (at) =>
    boxed.some(
      ({ geometry, box: [west, south, east, north] }) =>
        at[0] >= west && at[0] <= east && at[1] >= south && at[1] <= north && contains(geometry, at),
    );
}

/** The share of an area that is inside, by a grid of points. */
function shareOf(area: readonly LonLat[], isInside: (at: LonLat) => boolean): number {
  const [west, south, east, north] = boxOf(area);
  const outline = { type: 'Polygon', coordinates: [area] };
  let [all, inside] = [0, 0];
  for (let x = 0; x < SAMPLES; x += 1) {
    for (let y = 0; y < SAMPLES; y += 1) {
      const at: LonLat = [
        west + ((x + 0.5) / SAMPLES) * (east - west),
        south + ((y + 0.5) / SAMPLES) * (north - south),
      ];
      if (!contains(outline, at)) continue;
      all += 1;
      if (isInside(at)) inside += 1;
    }
  }
  return all === 0 ? 0 : inside / all;
}

function boxOf(positions: readonly LonLat[]): readonly [number, number, number, number] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of positions) {
    west = Math.min(west, x);
    south = Math.min(south, y);
    east = Math.max(east, x);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}

function positionsIn(coordinates: unknown): LonLat[] {
  if (!Array.isArray(coordinates)) return [];
  const [first] = coordinates;
  return typeof first === 'number' ? [coordinates as unknown as LonLat] : coordinates.flatMap(positionsIn);
}
