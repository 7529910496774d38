import { serviceRoutes } from '@alzette/kit/routes';
import { defineService } from '@alzette/kit/service';
import { boardRoutes } from './boards/board-routes.ts';
import { feedReader } from './boards/feeds.ts';
import { timetableRoutes } from './boards/timetable-routes.ts';
import { deskRoutes, publicOccupancyRoutes } from './occupancy/occupancy-routes.ts';
import type { MobilityParts } from './parts.ts';
import type { TimetablePort } from './ports.ts';
import { PUBLISHED } from './published.ts';

export type { TimetableCall, TimetablePort } from './ports.ts';

/** Mobility: departure boards, disruptions, timetables, parking, charging, and traffic counters. */
export function mobilityService({ timetable }: { readonly timetable: TimetablePort }) {
  return defineService({
    name: 'mobility',
    published: PUBLISHED,
    async start(given) {
      const parts: MobilityParts = {
        ...given,
        client: given.publicClient(),
        timetable: (stops, between) => timetable(given.db, stops, between),
      };
      await serviceRoutes(given.app, '/citizen/v1', (scope) => {
        const feedsOf = feedReader(parts);
        boardRoutes(scope, parts, feedsOf);
        timetableRoutes(scope, parts, feedsOf);
        publicOccupancyRoutes(scope, parts);
      });
      await serviceRoutes(given.app, '/mobility', (scope) => deskRoutes(scope, parts));
      return {};
    },
  });
}
