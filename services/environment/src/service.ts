import { serviceRoutes } from '@alzette/kit/routes';
import { defineService } from '@alzette/kit/service';
import { deskRoutes } from './desk/desk-routes.ts';
import type { EnvironmentParts } from './parts.ts';
import { publicRoutes } from './public/public-routes.ts';
import { PUBLISHED } from './published.ts';

/** Air, weather, noise, pollen and water. */
export const environment = defineService({
  name: 'environment',
  published: PUBLISHED,
  async start(given) {
    const parts: EnvironmentParts = { ...given, client: given.publicClient() };
    await serviceRoutes(given.app, '/citizen/v1', (scope) => publicRoutes(scope, parts));
    await serviceRoutes(given.app, '/environment', (scope) => deskRoutes(scope, parts));
    return {};
  },
});
