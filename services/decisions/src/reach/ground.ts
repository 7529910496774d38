import { Problem } from '@alzette/kit/problems';
import type { StreetGraph, Streets } from '@alzette/kit/streets';
import type { DecisionParts } from '../parts.ts';
import type { TripsPort } from '../ports.ts';
import type { Facility } from './facilities.ts';
import { GRAPH } from './graph-task.ts';
import type { Buses } from './reach.ts';

const HOUR_S = 3600;
/** Departures of an hour that are looked at. */
const LEAVING = 4;
/** Journeys that begin in the hour may end in the next one. */
const HOURS_AHEAD = 2;

export interface ReachGround {
  /** The street graph of a tenant, built once. @throws Problem 409: the territory has no streets */
  graph(tenant: string): Promise<StreetGraph>;
  /** Timetables of a day, of the stops that the sender may read. @throws Problem 409: none are known */
  buses(stops: readonly Facility[], day: string, hour: number): Promise<Buses>;
}

export function createReachGround(parts: DecisionParts, trips: TripsPort | undefined): ReachGround {
  const graphs = new Map<string, { readonly streets: Streets; readonly graph: Promise<StreetGraph> }>();
  return {
    async graph(tenant) {
      const { streets } = await parts.territories.shapes(tenant);
      if (streets === undefined || streets.features.length === 0)
        throw new Problem(409, 'There are no streets', 'The territory has no streets.geojson: see docs/territory.md');
      const known = graphs.get(tenant);
      if (known !== undefined && known.streets === streets) return known.graph;
      const graph = buildGraph(parts, tenant, streets);
      graphs.set(tenant, { streets, graph });
      // A graph that could not be built is tried again by the next request.
      graph.catch(() => graphs.delete(tenant));
      return graph;
    },
    async buses(stops, day, hour) {
      if (trips === undefined || stops.length === 0) throw noTimetable('no stops that you may read');
      const between = { from: hour * HOUR_S, to: (hour + HOURS_AHEAD) * HOUR_S };
      const calls = await trips(
        parts.db,
        stops.map(({ id }) => id),
        day,
        between,
      );
      if (calls.length === 0) throw noTimetable(`no trips on ${day} from ${hour}:00 on`);
      const numbers = new Map(stops.map(({ id }, number) => [id, number]));
      const byTrip = Map.groupBy(calls, ({ trip }) => trip);
      return {
        stops: stops.map(({ at }) => at),
        trips: [...byTrip.values()].map((own) => ({
          calls: own.flatMap(({ stop, arrives, departs }) => {
            const number = numbers.get(stop);
            return number === undefined ? [] : [{ stop: number, arrives, departs }];
          }),
        })),
        leaving: Array.from({ length: LEAVING }, (_, at) => (hour + at / LEAVING) * HOUR_S),
      };
    },
  };
}

/** Built in a thread, which receives a copy of the lines alone. */
function buildGraph({ compute }: DecisionParts, tenant: string, { features }: Streets): Promise<StreetGraph> {
  const lines = features.map(({ geometry: { type, coordinates } }) => ({ geometry: { type, coordinates } }));
  return compute.run(GRAPH, { features: lines }, { tenant });
}

function noTimetable(why: string): Problem {
  return new Problem(
    409,
    'No timetable is known',
    `Got ${why}, expected a GTFS feed that was imported: see docs/mobility.md`,
  );
}
