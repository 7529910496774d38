import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { boardHandlers } from './boards/board-routes.ts';
import { feedReader } from './boards/feeds.ts';
import { timetableHandlers } from './boards/timetable-routes.ts';
import { mobilityContract } from './contract/contract.ts';
import { journeyHandlers } from './journeys/journey-routes.ts';
import { deskHandlers, publicOccupancyHandlers } from './occupancy/occupancy-routes.ts';
import type { MobilityParts } from './parts.ts';
import type { TimetablePort, TripsPort } from './ports.ts';
import { PUBLISHED } from './published.ts';

export type { TimetableCall, TimetablePort, TripCall, TripsPort } from './ports.ts';

/** Mobility: departure boards, disruptions, timetables, journeys, parking, charging, and traffic counters. */
export function mobilityService({
  timetable,
  trips,
}: {
  readonly timetable: TimetablePort;
  readonly trips: TripsPort;
}) {
  return defineService({
    name: 'mobility',
    published: PUBLISHED,
    async start(given) {
      const parts: MobilityParts = {
        ...given,
        client: given.publicClient(),
        timetable: (stops, between) => timetable(given.db, stops, between),
        trips: (stops, day, between) => trips(given.db, stops, day, between),
      };
      const feedsOf = feedReader(parts);
      await serviceRoutes(given.app, '', (scope) =>
        serve(scope, mobilityContract, {
          ...boardHandlers(parts, feedsOf),
          ...timetableHandlers(parts, feedsOf),
          ...journeyHandlers(parts, feedsOf),
          ...publicOccupancyHandlers(parts),
          ...deskHandlers(parts),
        }),
      );
      return {};
    },
  });
}
