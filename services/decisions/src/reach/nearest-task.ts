import { computeTask } from '@alzette/kit/compute-task';
import { nearestNodes, type StreetGraph, searchOf } from '@alzette/kit/streets';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import { SNAP_M } from './profiles.ts';

export interface NearestInput {
  readonly graph: StreetGraph;
  readonly origins: readonly LonLat[];
  /** Each list is looked at alone: the places before a change, and after it. */
  readonly lists: readonly (readonly LonLat[])[];
}

export const NEAREST = computeTask<typeof nearestMetres>('decisions.nearest', import.meta.url);

/** Metres along the streets from each origin to the nearest place of each list; infinite: there is no way. */
export default function nearestMetres({ graph, origins, lists }: NearestInput): number[][] {
  const near = nearestNodes(graph);
  const search = searchOf(graph);
  const entries = origins.map(near);
  return lists.map((places) => {
    const starts = places.flatMap((place) => {
      const entry = near(place);
      return entry !== undefined && entry.away <= SNAP_M ? [entry] : [];
    });
    // One search that begins at all places finds the nearest one of every node.
    search.from(starts, Number.POSITIVE_INFINITY);
    return entries.map((entry) =>
      entry === undefined || entry.away > SNAP_M
        ? Number.POSITIVE_INFINITY
        : (search.lengths[entry.node] as number) + entry.away,
    );
  });
}
