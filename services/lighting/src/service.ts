import { serviceRoutes } from '@alzette/kit/routes';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { putDemo } from './demo/demo.ts';
import { measureRoutes } from './measure/measure-routes.ts';
import { closeNights } from './measure/night-jobs.ts';
import { notificationRoutes } from './measure/notification-routes.ts';
import { openReadingSubscriptions } from './measure/subscribe.ts';
import { parkRoutes } from './park/park-routes.ts';
import type { LightingParts } from './parts.ts';
import { publicRoutes } from './public/public-routes.ts';
import { simulationRoutes } from './simulation/simulation-routes.ts';
import { strategyRoutes } from './strategies/strategy-routes.ts';

/** Street lighting: park, strategies, simulation, measured saving. */
export const lighting = defineService({
  name: 'lighting',
  migrations: new URL('../migrations/', import.meta.url),
  async start(given) {
    const parts = partsOf(given);
    const subscriptions = await openReadingSubscriptions(given);
    await subscriptions.open('');
    given.jobs.define({
      name: 'lighting.nights',
      title: { fr: "Bilan des nuits de l'éclairage", en: 'Sums of the nights of lighting' },
      schedule: { cron: '17 * * * *' },
      oneAtATime: true,
      run: () => closeNights(parts),
    });
    await serviceRoutes(given.app, '/lighting', (scope) => {
      // A tenant that uses the service has its readings kept.
      scope.addHook('preHandler', async ({ tenant, method }) => {
        if (method === 'PUT' || method === 'POST') await subscriptions.open(tenant);
      });
      simulationRoutes(scope, parts);
      strategyRoutes(scope, parts);
      measureRoutes(scope, parts);
      parkRoutes(scope, parts);
      notificationRoutes(scope, parts, subscriptions);
    });
    await serviceRoutes(given.app, '/public/lighting', (scope) => {
      publicRoutes(scope, parts);
    });
    return {
      demo: ({ logger }) => putDemo(parts, logger),
      async stop() {},
    };
  },
});

function partsOf({
  db,
  client,
  clientOf,
  callerOf,
  context,
  publicUrl,
  territory,
  logger,
}: ServiceContext): LightingParts {
  const [west, south, east, north] = territory.bbox;
  const site = { longitude: (west + east) / 2, latitude: (south + north) / 2, timeZone: territory.timeZone };
  return { db, client, clientOf, callerOf, context, publicUrl, territory, site, logger };
}
