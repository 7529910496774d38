import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { boardHandlers } from './boards/board-routes.ts';
import { feedReader } from './boards/feeds.ts';
import { timetableHandlers } from './boards/timetable-routes.ts';
import { mobilityContract } from './contract/contract.ts';
import { deskHandlers, publicOccupancyHandlers } from './occupancy/occupancy-routes.ts';
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
      const feedsOf = feedReader(parts);
      await serviceRoutes(given.app, '', (scope) =>
        serve(scope, mobilityContract, {
          ...boardHandlers(parts, feedsOf),
          ...timetableHandlers(parts, feedsOf),
          ...publicOccupancyHandlers(parts),
          ...deskHandlers(parts),
        }),
      );
      return {};
    },
  });
}
