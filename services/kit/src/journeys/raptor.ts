/** A trip of a line: its stops in order, with seconds. A stop without a departure is one where nobody gets on. */
export interface Trip {
  readonly calls: readonly { readonly stop: number; readonly arrives: number; readonly departs?: number | undefined }[];
}

export interface Timetable {
  readonly stops: number;
  readonly trips: readonly Trip[];
  /** Ways on foot between stops, by stop. */
  readonly footpaths: readonly (readonly { readonly to: number; readonly seconds: number }[])[];
  /** Between arriving and leaving at one stop. */
  readonly changeSeconds: number;
}

/** Trips with the same stops, none of which overtakes another: the earliest first. */
interface Pattern {
  readonly stops: readonly number[];
  readonly trips: Trip[];
}

export interface Router {
  /**
   * The earliest arrival at each stop after each number of rides: round 0 is on foot. Infinite: not reached.
   *
   * @param starts stops with the second at which one is there
   * @param traces gets how each stop was reached first in each round, for `legsTo`
   */
  arrivals(
    starts: readonly { readonly stop: number; readonly at: number }[],
    mostRides: number,
    traces?: Trace[],
  ): Float64Array[];
}

/** A part of a journey: on a trip from one of its calls to another, or on foot. */
export type Leg =
  | { readonly trip: Trip; readonly board: number; readonly alight: number }
  | { readonly from: number; readonly to: number; readonly seconds: number };
/** The last leg to each stop that became reachable earlier in a round. */
export type Trace = Map<number, Leg>;

/** The legs of the journey that reaches a stop first with so many rides, in order. */
export function legsTo(stop: number, rides: number, traces: readonly Trace[]): Leg[] {
  const legs: Leg[] = [];
  let [at, round] = [stop, rides];
  while (round > 0) {
    const leg = traces[round]?.get(at);
    if (leg === undefined) {
      round -= 1;
    } else if ('trip' in leg) {
      legs.unshift(leg);
      at = leg.trip.calls[leg.board]?.stop ?? at;
      round -= 1;
    } else {
      legs.unshift(leg);
      at = leg.from;
    }
  }
  return legs;
}

/** RAPTOR: round by round of rides (Delling, Pajor, Werneck 2012). */
export function routerOf(timetable: Timetable): Router {
  const patterns = patternsOf(timetable.trips);
  const serving: { pattern: number; at: number }[][] = Array.from({ length: timetable.stops }, () => []);
  patterns.forEach(({ stops }, pattern) => {
    stops.forEach((stop, at) => {
      serving[stop]?.push({ pattern, at });
    });
  });
  return {
    arrivals(starts, mostRides, traces) {
      const never = () => new Float64Array(timetable.stops).fill(Number.POSITIVE_INFINITY);
      const best = never();
      const first = never();
      let marked = new Set<number>();
      for (const { stop, at } of starts) {
        if (at >= (first[stop] ?? 0)) continue;
        first[stop] = at;
        best[stop] = at;
        marked.add(stop);
      }
      const rounds = [first];
      traces?.push(new Map());
      for (let ride = 1; ride <= mostRides && marked.size > 0; ride += 1) {
        const before = rounds[ride - 1] as Float64Array;
        const now = before.slice();
        const queue = new Map<number, number>();
        for (const stop of marked) {
          for (const { pattern, at } of serving[stop] ?? [])
            queue.set(pattern, Math.min(at, queue.get(pattern) ?? Number.POSITIVE_INFINITY));
        }
        marked = new Set();
        const trace = traces && new Map<number, Leg>();
        const changes = ride === 1 ? 0 : timetable.changeSeconds;
        for (const [pattern, from] of queue)
          drive(patterns[pattern] as Pattern, from, { before, now, best, marked, changes, trace });
        walk(timetable, { now, best, marked, trace });
        rounds.push(now);
        if (trace) traces?.push(trace);
      }
      return rounds;
    },
  };
}

interface Round {
  readonly before: Float64Array;
  readonly now: Float64Array;
  readonly best: Float64Array;
  readonly marked: Set<number>;
  readonly changes: number;
  readonly trace: Trace | undefined;
}

function drive({ stops, trips }: Pattern, from: number, round: Round): void {
  const { before, now, best, marked, changes, trace } = round;
  let trip = -1;
  let board = from;
  for (let at = from; at < stops.length; at += 1) {
    const stop = stops[at] as number;
    const arrives = trips[trip]?.calls[at]?.arrives;
    if (arrives !== undefined && arrives < (best[stop] as number)) {
      now[stop] = arrives;
      best[stop] = arrives;
      marked.add(stop);
      trace?.set(stop, { trip: trips[trip] as Trip, board, alight: at });
    }
    const ready = (before[stop] as number) + changes;
    if (ready === Number.POSITIVE_INFINITY) continue;
    // An earlier trip may be caught here than the one on board.
    const last = trip === -1 ? trips.length : trip;
    const earlier = trips.findIndex(({ calls }) => (calls[at]?.departs ?? -1) >= ready);
    if (earlier === -1 || earlier >= last) continue;
    trip = earlier;
    board = at;
  }
}

function walk(
  { footpaths }: Timetable,
  { now, best, marked, trace }: Pick<Round, 'now' | 'best' | 'marked' | 'trace'>,
): void {
  for (const stop of [...marked]) {
    for (const { to, seconds } of footpaths[stop] ?? []) {
      const arrives = (now[stop] as number) + seconds;
      if (arrives >= (best[to] as number)) continue;
      now[to] = arrives;
      best[to] = arrives;
      marked.add(to);
      trace?.set(to, { from: stop, to, seconds });
    }
  }
}

/** One pattern for each sequence of stops, and more where trips overtake. */
function patternsOf(trips: readonly Trip[]): Pattern[] {
  const groups = Map.groupBy(trips, ({ calls }) => calls.map(({ stop }) => stop).join());
  return [...groups.values()].flatMap((own) => {
    const sorted = own.toSorted((a, b) => timeOf(a) - timeOf(b));
    const patterns: Pattern[] = [];
    for (const trip of sorted) {
      const fits = patterns.find(({ trips: others }) => follows(others.at(-1), trip));
      if (fits) fits.trips.push(trip);
      else patterns.push({ stops: trip.calls.map(({ stop }) => stop), trips: [trip] });
    }
    return patterns;
  });
}

function timeOf({ calls }: Trip): number {
  return calls[0]?.departs ?? calls[0]?.arrives ?? 0;
}

function follows(before: Trip | undefined, trip: Trip): boolean {
  return (
    before?.calls.every(({ arrives, departs = arrives }, at) => {
      const next = trip.calls[at];
      return next !== undefined && next.arrives >= arrives && (next.departs ?? next.arrives) >= departs;
    }) ?? true
  );
}
