import { distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';

/** Streets as GeoJSON lines. */
export interface Streets {
  readonly features: readonly {
    readonly geometry: { readonly type: 'LineString'; readonly coordinates: readonly LonLat[] };
  }[];
}

/** Street points closer than this (about 1 m) are one node. */
const DECIMALS = 5;
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
  const entries = places.map((place) => nearest(graph, place));
  return straight.map((row, i) => {
    const entry = entries[i];
    if (entry === undefined || entry.away > FARTHEST_M) return row;
    const along = shortestFrom(graph, entry.node);
    return row.map((asTheCrow, j) => {
      const exit = entries[j];
      if (i === j || exit === undefined || exit.away > FARTHEST_M) return asTheCrow;
      const road = (along[exit.node] ?? Number.POSITIVE_INFINITY) + entry.away + exit.away;
      // A missing connection or a very long detour is probably an error in the street data.
      return Number.isFinite(road) && road < asTheCrow * 6 + 2_000 ? road : asTheCrow;
    });
  });
}

interface Graph {
  readonly places: readonly LonLat[];
  readonly edges: readonly (readonly [to: number, metres: number][])[];
}

const graphs = new WeakMap<Streets, Graph>();

function graphOf(streets: Streets): Graph {
  const known = graphs.get(streets);
  if (known !== undefined) return known;
  const nodes = new Map<string, number>();
  const places: LonLat[] = [];
  const edges: [number, number][][] = [];
  const nodeAt = (place: LonLat) => {
    const key = place.map((degrees) => degrees.toFixed(DECIMALS)).join();
    const found = nodes.get(key) ?? places.length;
    if (found === places.length) {
      nodes.set(key, found);
      places.push(place);
      edges.push([]);
    }
    return found;
  };
  for (const { geometry } of streets.features) {
    geometry.coordinates.forEach((place, i) => {
      const before = geometry.coordinates[i - 1];
      if (before === undefined) return;
      const [from, to, metres] = [nodeAt(before), nodeAt(place), distanceM(before, place)];
      edges[from]?.push([to, metres]);
      edges[to]?.push([from, metres]);
    });
  }
  const graph = { places, edges };
  graphs.set(streets, graph);
  return graph;
}

function nearest({ places }: Graph, place: LonLat): { node: number; away: number } | undefined {
  let best: { node: number; away: number } | undefined;
  const shrunk = Math.cos((place[1] * Math.PI) / 180);
  let least = Number.POSITIVE_INFINITY;
  places.forEach(([longitude, latitude], node) => {
    const squared = ((longitude - place[0]) * shrunk) ** 2 + (latitude - place[1]) ** 2;
    if (squared >= least) return;
    least = squared;
    best = { node, away: 0 };
  });
  return best && { node: best.node, away: distanceM(places[best.node] as LonLat, place) };
}

/** Dijkstra with a binary heap. */
function shortestFrom({ edges }: Graph, start: number): Float64Array {
  const lengths = new Float64Array(edges.length).fill(Number.POSITIVE_INFINITY);
  lengths[start] = 0;
  const heap: [length: number, node: number][] = [[0, start]];
  while (heap.length > 0) {
    const [length, node] = pop(heap);
    if (length > (lengths[node] ?? 0)) continue;
    for (const [to, metres] of edges[node] ?? []) {
      const through = length + metres;
      if (through >= (lengths[to] ?? 0)) continue;
      lengths[to] = through;
      push(heap, [through, to]);
    }
  }
  return lengths;
}

function push(heap: [number, number][], entry: [number, number]): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if ((heap[above] as [number, number])[0] <= entry[0]) break;
    heap[at] = heap[above] as [number, number];
    at = above;
  }
  heap[at] = entry;
}

function pop(heap: [number, number][]): [number, number] {
  const top = heap[0] as [number, number];
  const last = heap.pop() as [number, number];
  if (heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    const right = heap[below + 1];
    if (right !== undefined && right[0] < (heap[below] as [number, number])[0]) below += 1;
    if ((heap[below] as [number, number])[0] >= last[0]) break;
    heap[at] = heap[below] as [number, number];
    at = below;
  }
  heap[at] = last;
  return top;
}
