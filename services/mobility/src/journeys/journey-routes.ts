import { clientGone } from '@alzette/kit/compute';
import { refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';
import { DateTime } from 'luxon';
import { shownLine } from '../boards/departures.ts';
import type { Feeds } from '../boards/feeds.ts';
import { findStops } from '../boards/stops.ts';
import type { Journey, JourneyLeg, JourneyPlace, MobilityContract, Stop } from '../contract/contract.ts';
import type { MobilityParts } from '../parts.ts';
import type { TripCall } from '../ports.ts';
import { type At, DETOUR, type FoundJourney, JOURNEYS, WALK_KMH } from './journey-task.ts';

const FARTHEST_M = 60_000;
/** Stops so far beyond the two ends are changed at as well. */
const BEYOND_M = 8_000;
const HOUR_S = 3600;
/** At night the first journey of the morning is hours away. */
const WINDOWS_H = [5, 24] as const;

interface Calls {
  /** One call of each trip, for its line. */
  readonly trips: readonly TripCall[];
  readonly columns: { readonly [column in 'trip' | 'stop' | 'arrives' | 'departs']: Int32Array };
}

/** `/citizen/v1/journeys`: from place to place by the timetables of all operators, and on foot. */
export function journeyHandlers(
  parts: MobilityParts,
  feedsOf: (tenant: string) => Promise<Feeds>,
): Handlers<MobilityContract, 'journeys'> {
  return {
    async journeys({ tenant, query }, reply) {
      const from: LonLat = [query.fromLongitude, query.fromLatitude];
      const to: LonLat = [query.toLongitude, query.toLatitude];
      const metres = distanceM(from, to);
      if (metres > FARTHEST_M)
        throw refused('toLatitude', `a place ${Math.round(metres / 1000)} km away`, `at most ${FARTHEST_M / 1000} km`);
      const { timeZone: zone } = parts.territories.of(tenant);
      const at = DateTime.fromJSDate(query.at ?? new Date(), { zone }).startOf('minute');
      const midnight = at.startOf('day');
      const feeds = await feedsOf(tenant);
      const stops = await stopsBetween(parts, tenant, feeds, from, to);
      const seconds = (at.toMillis() - midnight.toMillis()) / 1000;
      for (const hours of WINDOWS_H) {
        const { trips, columns } = await callsAt(parts, stops, midnight, seconds, hours);
        const found = await parts.compute.run(
          JOURNEYS,
          { from, to, at: seconds, stops: stops.map(({ location }) => location), calls: columns },
          { tenant, signal: clientGone(reply) },
        );
        if (!found.some(({ rides }) => rides > 0) && hours !== WINDOWS_H.at(-1)) continue;
        const shown = shownJourneys({ feeds, stops, trips, from, to, midnight });
        return { journeys: found.map(shown), walking: { kmPerHour: WALK_KMH, detour: DETOUR } };
      }
      return { journeys: [], walking: { kmPerHour: WALK_KMH, detour: DETOUR } };
    },
  };
}

type PlacedStop = Stop & { readonly location: LonLat };

async function stopsBetween(parts: MobilityParts, tenant: string, feeds: Feeds, from: LonLat, to: LonLat) {
  const position: LonLat = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const radius = Math.round(distanceM(from, to) / 2 + BEYOND_M);
  const found = await findStops(parts, tenant, feeds, { position, radius });
  return found.flatMap((stop): PlacedStop[] => (stop.location ? [{ ...stop, location: stop.location }] : []));
}

/** The calls of the trips under way in the hours from a second on, also of those that began the day before. */
async function callsAt(
  { trips }: MobilityParts,
  stops: readonly PlacedStop[],
  midnight: DateTime,
  from: number,
  hours: number,
): Promise<Calls> {
  const numbers = new Map(stops.map(({ id }, number) => [id, number]));
  const to = from + hours * HOUR_S;
  const all: { readonly call: TripCall; readonly trip: number; readonly later: number }[] = [];
  const first: TripCall[] = [];
  for (const days of [-1, 0, 1]) {
    const day = midnight.plus({ days });
    const later = (day.toMillis() - midnight.toMillis()) / 1000;
    if (to < later) continue;
    const between = { from: from - later, to: to - later };
    let last = '';
    for (const call of await trips([...numbers.keys()], day.toISODate() ?? '', between)) {
      if (call.trip !== last) first.push(call);
      last = call.trip;
      all.push({ call, trip: first.length - 1, later });
    }
  }
  const column = (of: (each: (typeof all)[number]) => number) => Int32Array.from(all, of);
  return {
    trips: first,
    columns: {
      trip: column(({ trip }) => trip),
      stop: column(({ call }) => numbers.get(call.stop) ?? -1),
      arrives: column(({ call, later }) => call.arrives + later),
      departs: column(({ call, later }) => (call.departs === undefined ? -1 : call.departs + later)),
    },
  };
}

function shownJourneys(given: {
  readonly feeds: Feeds;
  readonly stops: readonly PlacedStop[];
  readonly trips: readonly TripCall[];
  readonly from: LonLat;
  readonly to: LonLat;
  readonly midnight: DateTime;
}): (journey: FoundJourney) => Journey {
  const { feeds, stops, trips, from, to, midnight } = given;
  const instant = (seconds: number) => new Date(midnight.toMillis() + seconds * 1000).toISOString();
  const placeOf = (at: At): JourneyPlace => {
    if (at === 'from') return { location: from };
    if (at === 'to') return { location: to };
    const { id, name, location = from } = stops[at] ?? {};
    return { location, ...(id !== undefined && { stop: id }), ...(name !== undefined && { name }) };
  };
  return ({ departs, arrives, rides, legs }) => ({
    departs: instant(departs),
    arrives: instant(arrives),
    changes: Math.max(0, rides - 1),
    legs: legs.map((leg): JourneyLeg => {
      const [begins, ends] = [placeOf(leg.from), placeOf(leg.to)];
      const times = { departs: instant(leg.departs), arrives: instant(leg.arrives), from: begins, to: ends };
      const call = leg.trip === undefined ? undefined : trips[leg.trip];
      if (call === undefined) return { mode: 'walk', ...times, metres: leg.metres ?? 0 };
      const { line, headSign } = call;
      return { ...shownLine(call.route, call.routeType, feeds), line, headSign, ...times };
    }),
  });
}
