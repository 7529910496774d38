import { computeTask } from '@alzette/kit/compute-task';
import { type Leg, legsTo, type Router, routerOf, type Trace, type Trip } from '@alzette/kit/raptor';
import { distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';

export interface JourneyInput {
  readonly from: LonLat;
  readonly to: LonLat;
  /** The second at which people leave. */
  readonly at: number;
  readonly stops: readonly LonLat[];
  /** The calls of trips, one after the other in order: their trip, their stop, and seconds; −1: nobody gets on. */
  readonly calls: { readonly [column in 'trip' | 'stop' | 'arrives' | 'departs']: Int32Array };
}

/** A place of a journey: the number of a stop, or one of its ends. */
export type At = number | 'from' | 'to';
export interface FoundLeg {
  readonly from: At;
  readonly to: At;
  readonly departs: number;
  readonly arrives: number;
  /** Absent: on foot. */
  readonly trip?: number;
  /** On foot. */
  readonly metres?: number;
}
export interface FoundJourney {
  readonly departs: number;
  readonly arrives: number;
  readonly rides: number;
  readonly legs: readonly FoundLeg[];
}

export const JOURNEYS = computeTask<typeof journeys>('mobility.journeys', import.meta.url);

/** People walk so fast, on ways that are so much longer than the straight line. */
export const WALK_KMH = 4.5;
export const DETOUR = 1.3;
const ACCESS_M = 1500;
const CHANGE_M = 500;
const WALK_ALL_M = 2500;
const CHANGE_SECONDS = 120;
const MOST_RIDES = 4;
const SHOWN = 5;
const LATER_S = 60;

interface Near {
  readonly stop: number;
  readonly metres: number;
  readonly seconds: number;
}

/** The next journeys that no other one beats by leaving later, arriving earlier and changing less. */
export default function journeys({ from, to, at, stops, calls }: JourneyInput): FoundJourney[] {
  const numbers = new Map<Trip, number>();
  const router = routerOf({
    stops: stops.length,
    trips: tripsOf(calls, numbers),
    footpaths: footpathsOf(stops),
    changeSeconds: CHANGE_SECONDS,
  });
  const ends = { access: near(stops, from, ACCESS_M), egress: near(stops, to, ACCESS_M) };
  const found: FoundJourney[] = [];
  for (let leaves = at; found.length < 3 * SHOWN; ) {
    const next = nextJourneys(router, leaves, ends, numbers);
    if (next.length === 0) break;
    found.push(...next);
    leaves = Math.min(...next.map(({ departs }) => departs)) + LATER_S;
  }
  const onFoot = walked(distanceM(from, to));
  if (onFoot.metres <= WALK_ALL_M) {
    const leg: FoundLeg = { from: 'from', to: 'to', departs: at, arrives: at + onFoot.seconds, metres: onFoot.metres };
    found.push({ departs: leg.departs, arrives: leg.arrives, rides: 0, legs: [leg] });
  }
  return found
    .filter((journey) => !found.some((other) => beats(other, journey)))
    .sort((a, b) => a.departs - b.departs || a.arrives - b.arrives)
    .slice(0, SHOWN);
}

/** Of each number of rides, the earliest arrival, if it is earlier than that with fewer. */
function nextJourneys(
  router: Router,
  leaves: number,
  { access, egress }: { readonly access: readonly Near[]; readonly egress: readonly Near[] },
  numbers: ReadonlyMap<Trip, number>,
): FoundJourney[] {
  const traces: Trace[] = [];
  const rounds = router.arrivals(
    access.map(({ stop, seconds }) => ({ stop, at: leaves + seconds })),
    MOST_RIDES,
    traces,
  );
  let earliest = Number.POSITIVE_INFINITY;
  return rounds.flatMap((arrivals, rides) => {
    const arrivalOf = ({ stop, seconds }: Near) => (arrivals[stop] as number) + seconds;
    const last = egress.reduce<Near | undefined>(
      (least, each) => (least === undefined || arrivalOf(each) < arrivalOf(least) ? each : least),
      undefined,
    );
    if (last === undefined || arrivalOf(last) >= earliest) return [];
    earliest = arrivalOf(last);
    // On foot past a stop: the way from end to end is shorter.
    if (rides === 0) return [];
    return [journeyOf(legsTo(last.stop, rides, traces), access, last, numbers)];
  });
}

function journeyOf(
  legs: readonly Leg[],
  access: readonly Near[],
  last: Near,
  numbers: ReadonlyMap<Trip, number>,
): FoundJourney {
  const shown: FoundLeg[] = [];
  let time = 0;
  for (const leg of legs) {
    if ('trip' in leg) {
      const [on, off] = [leg.trip.calls[leg.board], leg.trip.calls[leg.alight]];
      if (on === undefined || off === undefined) continue;
      const departs = on.departs ?? on.arrives;
      const first = shown.length === 0 ? access.find(({ stop }) => stop === on.stop) : undefined;
      if (first && first.metres > 0)
        shown.push({
          from: 'from',
          to: on.stop,
          departs: departs - first.seconds,
          arrives: departs,
          metres: first.metres,
        });
      shown.push({ from: on.stop, to: off.stop, departs, arrives: off.arrives, trip: numbers.get(leg.trip) ?? -1 });
      time = off.arrives;
    } else {
      const { from, to, seconds } = leg;
      shown.push({ from, to, departs: time, arrives: time + seconds, metres: metresOf(seconds) });
      time += seconds;
    }
  }
  if (last.metres > 0)
    shown.push({ from: last.stop, to: 'to', departs: time, arrives: time + last.seconds, metres: last.metres });
  return {
    departs: shown[0]?.departs ?? 0,
    arrives: time + last.seconds,
    rides: shown.filter(({ trip }) => trip !== undefined).length,
    legs: shown,
  };
}

function beats(a: FoundJourney, b: FoundJourney): boolean {
  if (a.departs < b.departs || a.arrives > b.arrives || a.rides > b.rides) return false;
  return a.departs > b.departs || a.arrives < b.arrives || a.rides < b.rides;
}

function tripsOf({ trip, stop, arrives, departs }: JourneyInput['calls'], numbers: Map<Trip, number>): Trip[] {
  const trips: Trip['calls'][number][][] = [];
  trip.forEach((number, at) => {
    const own = trips[number] ?? [];
    trips[number] = own;
    const leaves = departs[at] as number;
    own.push({
      stop: stop[at] as number,
      arrives: arrives[at] as number,
      ...(leaves >= 0 && { departs: leaves }),
    });
  });
  return trips.map((calls, number) => {
    const own = { calls };
    numbers.set(own, number);
    return own;
  });
}

function footpathsOf(stops: readonly LonLat[]) {
  return stops.map((place, from) =>
    near(stops, place, CHANGE_M)
      .filter(({ stop }) => stop !== from)
      .map(({ stop, seconds }) => ({ to: stop, seconds })),
  );
}

/** The stops that are not farther on foot. */
function near(stops: readonly LonLat[], place: LonLat, limit: number): Near[] {
  // One degree of latitude has 111 km everywhere: most stops are too far by that alone.
  const degrees = limit / 110_000;
  return stops.flatMap((at, stop) => {
    if (Math.abs(at[1] - place[1]) > degrees) return [];
    const way = walked(distanceM(at, place));
    return way.metres > limit ? [] : [{ stop, ...way }];
  });
}

function walked(straightM: number): { readonly metres: number; readonly seconds: number } {
  const metres = Math.round(straightM * DETOUR);
  return { metres, seconds: Math.round((metres * 3.6) / WALK_KMH) };
}

function metresOf(seconds: number): number {
  return Math.round((seconds * WALK_KMH) / 3.6);
}
