import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { environmentContract, publicEnvironmentContract } from './contract/contract.ts';
import { stationHandlers } from './operator/station-routes.ts';
import type { EnvironmentParts } from './parts.ts';
import { publicHandlers } from './public/public-routes.ts';
import { PUBLISHED } from './published.ts';

/** Air, weather, noise, pollen and water. */
export const environment = defineService({
  name: 'environment',
  published: PUBLISHED,
  async start(given) {
    const parts: EnvironmentParts = { ...given, client: given.publicClient() };
    await serviceRoutes(given.app, '/citizen/v1', (scope) =>
      serve(scope, publicEnvironmentContract, publicHandlers(parts)),
    );
    await serviceRoutes(given.app, '/environment', (scope) =>
      serve(scope, environmentContract, stationHandlers(parts)),
    );
    return {};
  },
});
