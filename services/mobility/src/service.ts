import { serviceRoutes } from '@alzette/kit/routes';
import { defineService } from '@alzette/kit/service';
import { boardRoutes } from './boards/board-routes.ts';
import { deskRoutes, publicOccupancyRoutes } from './occupancy/occupancy-routes.ts';
import type { MobilityParts } from './parts.ts';

/** Mobility: departure boards and disruptions, parking, charging, and counters of traffic. */
export const mobility = defineService({
  name: 'mobility',
  async start({ app, client, clientOf, context, territory, logger }) {
    const parts: MobilityParts = { client, clientOf, context, territory, logger };
    await serviceRoutes(app, '/citizen/v1', (scope) => {
      boardRoutes(scope, parts);
      publicOccupancyRoutes(scope, parts);
    });
    await serviceRoutes(app, '/mobility', (scope) => deskRoutes(scope, parts));
    return { async stop() {} };
  },
});
