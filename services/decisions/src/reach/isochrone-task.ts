import { computeTask } from '@alzette/kit/compute-task';
import { nearestNodes } from '@alzette/kit/streets';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import { SNAP_M } from './profiles.ts';
import { isochrone, type ReachInput } from './reach.ts';

export interface IsochroneInput extends ReachInput {
  readonly from: LonLat;
}

export const ISOCHRONE = computeTask<typeof drawn>('decisions.isochrone', import.meta.url);

/** Bands of so many minutes. */
const BAND_MINUTES = 5;

/** Pieces of streets that are reached, by bands of minutes, and which of the origins and places are. */
export default function drawn(input: IsochroneInput) {
  const { graph, minutes, origins, places, from } = input;
  const seconds = isochrone(input, from);
  const near = nearestNodes(graph);
  const isReached = (place: LonLat) => {
    const entry = near(place);
    return entry !== undefined && entry.away <= SNAP_M && (seconds[entry.node] as number) <= minutes * 60;
  };
  const pieces = new Map<number, LonLat[][]>();
  const placeOf = (node: number): LonLat => [graph.longitudes[node] as number, graph.latitudes[node] as number];
  for (let node = 0; node < seconds.length; node += 1) {
    for (let edge = graph.first[node] as number; edge < (graph.first[node + 1] as number); edge += 1) {
      const to = graph.to[edge] as number;
      const later = Math.max(seconds[node] as number, seconds[to] as number);
      if (to < node || later > minutes * 60) continue;
      const band = Math.min(minutes, Math.max(1, Math.ceil(later / 60 / BAND_MINUTES)) * BAND_MINUTES);
      const own = pieces.get(band) ?? [];
      pieces.set(band, own);
      own.push([placeOf(node), placeOf(to)]);
    }
  }
  const entry = near(from);
  return {
    isApart: entry === undefined || entry.away > SNAP_M,
    bands: [...pieces].sort(([a], [b]) => a - b).map(([band, streets]) => ({ minutes: band, streets })),
    origins: origins.map(isReached),
    places: places.map((own) => own.filter(isReached).length),
  };
}
