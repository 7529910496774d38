import { type Router, routerOf, type Trip } from '@alzette/kit/raptor';
import { type Entry, nearestNodes, type Search, type StreetGraph, searchOf } from '@alzette/kit/streets';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import {
  CHANGE_SECONDS,
  MOST_RIDES,
  type Mode,
  metresIn,
  SNAP_M,
  SPEEDS,
  secondsOf,
  WALK_TO_STOP_M,
} from './profiles.ts';

/** Buses: where they stop, and their trips with seconds of the day. */
export interface Buses {
  readonly stops: readonly LonLat[];
  readonly trips: readonly Trip[];
  /** Seconds of the day at which people leave: the middle of their arrivals counts. */
  readonly leaving: readonly number[];
}

export interface ReachInput {
  readonly graph: StreetGraph;
  readonly mode: Mode;
  readonly minutes: number;
  readonly origins: readonly LonLat[];
  /** Places by kind. */
  readonly places: readonly (readonly LonLat[])[];
  readonly buses?: Buses;
  /** Ways are the same in both directions, so fewer searches may begin at the places. Not by bus. */
  readonly isFromPlaces?: boolean;
}

export interface Reached {
  /** Of each origin: for each kind, how many places are within the minutes. */
  readonly counts: Uint16Array;
  /** Seconds to the nearest of each kind; infinite: none within the minutes. */
  readonly nearest: Float32Array;
  /** 1: too far from the streets. */
  readonly isApart: Uint8Array;
}

/** Which places each origin reaches, with the number of kinds as the width of the rows of the answer. */
export function reachOf(input: ReachInput): Reached {
  const { graph, mode, minutes, origins, places, buses } = input;
  if (input.isFromPlaces) return reachedFromPlaces(input);
  const kinds = places.length;
  const near = nearestNodes(graph);
  const search = searchOf(graph);
  const limit = metresIn(minutes, mode);
  const atNode = placesAt(places, near, graph);
  const counts = new Uint16Array(origins.length * kinds);
  const nearest = new Float32Array(origins.length * kinds).fill(Number.POSITIVE_INFINITY);
  const isApart = new Uint8Array(origins.length);
  const ride = mode === 'bus' && buses !== undefined ? riding(graph, near, buses) : undefined;
  origins.forEach((origin, row) => {
    const entry = near(origin);
    if (entry === undefined || entry.away > SNAP_M) {
      isApart[row] = 1;
      return;
    }
    const visit = (node: number, metres: number) => {
      for (const { kind, away } of atNode[node] ?? []) {
        const way = metres + away;
        if (way > limit) continue;
        const at = row * kinds + kind;
        counts[at] = (counts[at] as number) + 1;
        nearest[at] = Math.min(nearest[at] as number, secondsOf(way, mode));
      }
    };
    if (ride === undefined) {
      const count = search.from([entry], limit);
      for (let i = 0; i < count; i += 1) {
        const node = search.settled[i] as number;
        visit(node, search.lengths[node] as number);
      }
      return;
    }
    const lengths = ride(search, entry, minutes);
    lengths.forEach((metres, node) => {
      if (metres <= limit) visit(node, metres);
    });
  });
  return { counts, nearest, isApart };
}

/** The same answer by searches that begin at the places. */
function reachedFromPlaces({ graph, mode, minutes, origins, places }: ReachInput): Reached {
  const kinds = places.length;
  const near = nearestNodes(graph);
  const search = searchOf(graph);
  const limit = metresIn(minutes, mode);
  const rowsAt = placesAt([origins], near, graph, true);
  const counts = new Uint16Array(origins.length * kinds);
  const nearest = new Float32Array(origins.length * kinds).fill(Number.POSITIVE_INFINITY);
  const isApart = new Uint8Array(origins.length).fill(1);
  for (const own of rowsAt) for (const { kind: row } of own ?? []) isApart[row] = 0;
  places.forEach((own, kind) => {
    for (const place of own) {
      const entry = near(place);
      if (entry === undefined || entry.away > SNAP_M) continue;
      const count = search.from([entry], limit);
      for (let i = 0; i < count; i += 1) {
        const node = search.settled[i] as number;
        for (const { kind: row, away } of rowsAt[node] ?? []) {
          const way = (search.lengths[node] as number) + away;
          if (way > limit) continue;
          const at = row * kinds + kind;
          counts[at] = (counts[at] as number) + 1;
          nearest[at] = Math.min(nearest[at] as number, secondsOf(way, mode));
        }
      }
    }
  });
  return { counts, nearest, isApart };
}

/** The nodes within the minutes of one place, in seconds; infinite: farther. */
export function isochrone({ graph, mode, minutes, buses }: ReachInput, from: LonLat): Float32Array {
  const near = nearestNodes(graph);
  const search = searchOf(graph);
  const entry = near(from);
  const seconds = new Float32Array(graph.longitudes.length).fill(Number.POSITIVE_INFINITY);
  if (entry === undefined || entry.away > SNAP_M) return seconds;
  const limit = metresIn(minutes, mode);
  if (mode === 'bus' && buses !== undefined) {
    riding(graph, near, buses)(search, entry, minutes).forEach((metres, node) => {
      if (metres <= limit) seconds[node] = secondsOf(metres, mode);
    });
    return seconds;
  }
  const count = search.from([entry], limit);
  for (let i = 0; i < count; i += 1) {
    const node = search.settled[i] as number;
    seconds[node] = secondsOf(search.lengths[node] as number, mode);
  }
  return seconds;
}

/** By node: each search asks for every node that it reaches. @param isNumbered `kind` is the number of the place */
function placesAt(
  places: ReachInput['places'],
  near: (place: LonLat) => Entry | undefined,
  { longitudes }: StreetGraph,
  isNumbered = false,
) {
  const atNode = new Array<{ readonly kind: number; readonly away: number }[] | undefined>(longitudes.length);
  places.forEach((own, kind) => {
    own.forEach((place, number) => {
      const entry = near(place);
      if (entry === undefined || entry.away > SNAP_M) return;
      const known = atNode[entry.node] ?? [];
      atNode[entry.node] = known;
      known.push({ kind: isNumbered ? number : kind, away: entry.away });
    });
  });
  return atNode;
}

type Ride = (search: Search, entry: Entry, minutes: number) => Float64Array;

/** By bus and on foot: for each node the middle of the travel times of all departures, as metres on foot. */
function riding(graph: StreetGraph, near: (place: LonLat) => Entry | undefined, buses: Buses): Ride {
  const entries = buses.stops.map(near);
  const search = searchOf(graph);
  const router = busRouter(buses, entries, search);
  const speed = SPEEDS.bus / 3.6;
  return (on, entry, minutes) => {
    const most = minutes * 60;
    const starts = stopsNear(on, entries, entry, Math.min(WALK_TO_STOP_M, most * speed));
    const all = buses.leaving.map((leaving) => {
      const rounds = router.arrivals(
        starts.map(({ stop, metres }) => ({ stop, at: leaving + metres / speed })),
        MOST_RIDES,
      );
      const last = rounds.at(-1) as Float64Array;
      const ends: Entry[] = [entry];
      entries.forEach((stop, at) => {
        const seconds = (last[at] as number) - leaving;
        if (stop !== undefined && stop.away <= SNAP_M && seconds <= most)
          ends.push({ node: stop.node, away: seconds * speed + stop.away });
      });
      on.from(ends, most * speed);
      return on.lengths.slice();
    });
    return middleOf(all, graph.longitudes.length);
  };
}

function busRouter({ stops, trips }: Buses, entries: readonly (Entry | undefined)[], search: Search): Router {
  const footpaths = entries.map((entry, from) =>
    entry === undefined
      ? []
      : stopsNear(search, entries, entry, WALK_TO_STOP_M / 2)
          .filter(({ stop }) => stop !== from)
          .map(({ stop, metres }) => ({ to: stop, seconds: secondsOf(metres, 'bus') })),
  );
  return routerOf({ stops: stops.length, trips, footpaths, changeSeconds: CHANGE_SECONDS });
}

function stopsNear(search: Search, entries: readonly (Entry | undefined)[], from: Entry, limit: number) {
  search.from([from], limit);
  return entries.flatMap((entry, stop) => {
    const metres = entry === undefined ? Number.POSITIVE_INFINITY : (search.lengths[entry.node] as number) + entry.away;
    return metres <= limit ? [{ stop, metres }] : [];
  });
}

/** One departure is luck: the middle one of several counts. */
function middleOf(all: readonly Float64Array[], nodes: number): Float64Array {
  const middle = new Float64Array(nodes);
  const own = new Float64Array(all.length);
  for (let node = 0; node < nodes; node += 1) {
    all.forEach((lengths, at) => {
      own[at] = lengths[node] as number;
    });
    middle[node] = own.sort()[Math.floor((all.length - 1) / 2)] as number;
  }
  return middle;
}
