import { distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';

/** Streets as GeoJSON lines. */
export interface Streets {
  readonly features: readonly {
    readonly geometry: { readonly type: 'LineString'; readonly coordinates: readonly LonLat[] };
  }[];
}

/** Streets as nodes and edges in both directions, in arrays that threads can share. */
export interface StreetGraph {
  readonly longitudes: Float64Array;
  readonly latitudes: Float64Array;
  /** The edges of node n are those from `first[n]` to `first[n + 1]`. */
  readonly first: Int32Array;
  readonly to: Int32Array;
  readonly metres: Float64Array;
}

/** Street points closer than this (about 1 m) are one node. */
const DECIMALS = 5;
const EARTH_M_PER_DEGREE = 111_195;

export function streetGraph({ features }: Streets): StreetGraph {
  const nodes = new Map<string, number>();
  const places: LonLat[] = [];
  const edges: (readonly [from: number, to: number, metres: number])[] = [];
  const nodeAt = (place: LonLat) => {
    const key = place.map((degrees) => degrees.toFixed(DECIMALS)).join();
    const found = nodes.get(key) ?? places.length;
    if (found === places.length) {
      nodes.set(key, found);
      places.push(place);
    }
    return found;
  };
  for (const { geometry } of features) {
    geometry.coordinates.forEach((place, at) => {
      const node = nodeAt(place);
      const before = geometry.coordinates[at - 1];
      if (before === undefined) return;
      const metres = distanceM(before, place);
      edges.push([nodeAt(before), node, metres], [node, nodeAt(before), metres]);
    });
  }
  const graph = emptyGraph(places.length, edges.length);
  places.forEach(([longitude, latitude], node) => {
    graph.longitudes[node] = longitude;
    graph.latitudes[node] = latitude;
  });
  for (const [from] of edges) graph.first[from + 1] = (graph.first[from + 1] as number) + 1;
  for (let node = 0; node < places.length; node += 1)
    graph.first[node + 1] = (graph.first[node + 1] as number) + (graph.first[node] as number);
  const next = graph.first.slice();
  for (const [from, to, metres] of edges) {
    const at = next[from] as number;
    next[from] = at + 1;
    graph.to[at] = to;
    graph.metres[at] = metres;
  }
  return graph;
}

/** Threads read shared memory without a copy. */
function emptyGraph(nodes: number, edges: number): StreetGraph {
  const doubles = (count: number) => new Float64Array(new SharedArrayBuffer(count * 8));
  const integers = (count: number) => new Int32Array(new SharedArrayBuffer(count * 4));
  return {
    longitudes: doubles(nodes),
    latitudes: doubles(nodes),
    first: integers(nodes + 1),
    to: integers(edges),
    metres: doubles(edges),
  };
}

export interface Entry {
  readonly node: number;
  /** Metres from the place to the node. */
  readonly away: number;
}

const CELL_DEGREES = 0.003;

/** Finds the node nearest to a place; undefined: there are no streets. */
export function nearestNodes({ longitudes, latitudes }: StreetGraph): (place: LonLat) => Entry | undefined {
  const cells = new Map<string, number[]>();
  const cellOf = (degrees: number) => Math.floor(degrees / CELL_DEGREES);
  longitudes.forEach((longitude, node) => {
    const key = `${cellOf(longitude)} ${cellOf(latitudes[node] as number)}`;
    const own = cells.get(key);
    if (own === undefined) cells.set(key, [node]);
    else own.push(node);
  });
  const widest = Math.ceil(360 / CELL_DEGREES);
  return (place) => {
    const shrunk = Math.cos((place[1] * Math.PI) / 180);
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    const [x, y] = [cellOf(place[0]), cellOf(place[1])];
    if (longitudes.length === 0) return undefined;
    for (let ring = 0; ring <= widest; ring += 1) {
      for (let dx = -ring; dx <= ring; dx += 1) {
        const step = Math.abs(dx) === ring || ring === 0 ? 1 : 2 * ring;
        for (let dy = -ring; dy <= ring; dy += step) {
          for (const node of cells.get(`${x + dx} ${y + dy}`) ?? []) {
            const squared =
              (((longitudes[node] as number) - place[0]) * shrunk) ** 2 + ((latitudes[node] as number) - place[1]) ** 2;
            if (squared < least) [best, least] = [node, squared];
          }
        }
      }
      // Whatever is not looked at yet is farther than the rings so far are wide.
      if (best >= 0 && Math.sqrt(least) <= ring * CELL_DEGREES * shrunk) break;
      // Far from all streets a look at each node is shorter.
      if (ring > 20) return nearestOfAll(longitudes, latitudes, place);
    }
    return { node: best, away: distanceM([longitudes[best] as number, latitudes[best] as number], place) };
  };
}

function nearestOfAll(longitudes: Float64Array, latitudes: Float64Array, place: LonLat): Entry {
  let [node, away] = [0, Number.POSITIVE_INFINITY];
  longitudes.forEach((longitude, at) => {
    // Degrees are enough to leave out what is farther than the best so far.
    if (Math.abs((latitudes[at] as number) - place[1]) * EARTH_M_PER_DEGREE > away) return;
    const metres = distanceM([longitude, latitudes[at] as number], place);
    if (metres < away) [node, away] = [at, metres];
  });
  return { node, away };
}

/** Shortest ways from some nodes. Its arrays are used again by the next search. */
export interface Search {
  /**
   * Finds the nodes within a length, the nearest first.
   *
   * @param starts nodes with the length to begin with
   *
   * @returns their number: they are the first of `settled`, with their `lengths`
   */
  from(starts: readonly Entry[], limit: number): number;
  readonly settled: Int32Array;
  /** By node, infinite if it was not reached. */
  readonly lengths: Float64Array;
}

/** Dijkstra with a binary heap in arrays. */
export function searchOf({ first, to, metres }: StreetGraph): Search {
  const nodes = first.length - 1;
  const lengths = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const settled = new Int32Array(nodes);
  const heap = newHeap(to.length + nodes + 1);
  let count = 0;
  let touched: number[] = [];
  const offer = (node: number, length: number) => {
    const known = lengths[node] as number;
    if (length >= known) return;
    if (known === Number.POSITIVE_INFINITY) touched.push(node);
    lengths[node] = length;
    heap.push(length, node);
  };
  return {
    settled,
    lengths,
    from(starts, limit) {
      for (const node of touched) lengths[node] = Number.POSITIVE_INFINITY;
      touched = [];
      count = 0;
      heap.clear();
      // In this order no node is offered twice.
      for (const { node, away } of [...starts].sort((a, b) => a.away - b.away)) if (away <= limit) offer(node, away);
      while (heap.size() > 0) {
        const length = heap.least();
        const node = heap.pop();
        if (length > (lengths[node] as number)) continue;
        settled[count] = node;
        count += 1;
        for (let edge = first[node] as number; edge < (first[node + 1] as number); edge += 1) {
          const through = length + (metres[edge] as number);
          if (through <= limit) offer(to[edge] as number, through);
        }
      }
      return count;
    },
  };
}

function newHeap(capacity: number) {
  const keys = new Float64Array(capacity);
  const values = new Int32Array(capacity);
  let size = 0;
  return {
    size: () => size,
    least: () => keys[0] as number,
    clear() {
      size = 0;
    },
    push(key: number, value: number): void {
      let at = size;
      size += 1;
      while (at > 0) {
        const above = (at - 1) >> 1;
        if ((keys[above] as number) <= key) break;
        keys[at] = keys[above] as number;
        values[at] = values[above] as number;
        at = above;
      }
      keys[at] = key;
      values[at] = value;
    },
    pop(): number {
      const top = values[0] as number;
      size -= 1;
      const [key, value] = [keys[size] as number, values[size] as number];
      let at = 0;
      for (;;) {
        let below = 2 * at + 1;
        if (below >= size) break;
        if (below + 1 < size && (keys[below + 1] as number) < (keys[below] as number)) below += 1;
        if ((keys[below] as number) >= key) break;
        keys[at] = keys[below] as number;
        values[at] = values[below] as number;
        at = below;
      }
      keys[at] = key;
      values[at] = value;
      return top;
    },
  };
}
