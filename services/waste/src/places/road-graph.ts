import { nearestNodes, type StreetGraph, type Streets, searchOf, streetGraph } from '@alzette/kit/streets';
import { distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';

export type { Streets };

/** A position farther than this from every street is connected by a straight line. */
const FARTHEST_M = 600;

/**
 * Metres between positions, symmetric: along the streets if they connect them, else the straight distance multiplied by
 * `detour`.
 */
export function distancesBetween(
  places: readonly LonLat[],
  { streets, detour }: { readonly streets?: Streets | undefined; readonly detour: number },
): number[][] {
  const straight = places.map((from) => places.map((to) => distanceM(from, to) * detour));
  if (streets === undefined || streets.features.length === 0) return straight;
  const graph = graphOf(streets);
  const entries = places.map(nearestNodes(graph));
  const search = searchOf(graph);
  return straight.map((row, i) => {
    const entry = entries[i];
    if (entry === undefined || entry.away > FARTHEST_M) return row;
    search.from([{ node: entry.node, away: 0 }], Number.POSITIVE_INFINITY);
    return row.map((asTheCrow, j) => {
      const exit = entries[j];
      if (i === j || exit === undefined || exit.away > FARTHEST_M) return asTheCrow;
      const road = (search.lengths[exit.node] ?? Number.POSITIVE_INFINITY) + entry.away + exit.away;
      // A missing connection or a very long detour is probably an error in the street data.
      return Number.isFinite(road) && road < asTheCrow * 6 + 2_000 ? road : asTheCrow;
    });
  });
}

const graphs = new WeakMap<Streets, StreetGraph>();

function graphOf(streets: Streets): StreetGraph {
  const known = graphs.get(streets);
  if (known !== undefined) return known;
  const graph = streetGraph(streets);
  graphs.set(streets, graph);
  return graph;
}
