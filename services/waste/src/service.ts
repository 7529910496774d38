import { serviceRoutes } from '@alzette/kit/routes';
import { defineService } from '@alzette/kit/service';
import { centreRoutes } from './centres/centre-routes.ts';
import { PUBLISHED } from './centres/centres.ts';
import { collectionRoutes } from './collections/collection-routes.ts';
import { remindOfTomorrow } from './collections/reminders.ts';
import { containerRoutes, publicForecastRoutes } from './desk/container-routes.ts';
import { roundRoutes } from './desk/round-routes.ts';
import { driveRoutes } from './drive/drive-routes.ts';
import { forecastAll } from './forecast/forecast-jobs.ts';
import type { WasteParts } from './parts.ts';
import type { PushPort } from './ports.ts';
import { simulationRoutes } from './simulation/simulation-routes.ts';

export type { PushMessage, PushPort } from './ports.ts';

/** Waste: containers and their forecast, rounds, the collection calendar, recycling centres. */
export function wasteService({ push }: { readonly push: PushPort }) {
  return defineService({
    name: 'waste',
    migrations: new URL('../migrations/', import.meta.url),
    published: PUBLISHED,
    async start(given) {
      const parts: WasteParts = { ...given, push };
      given.jobs.define({
        name: 'waste.remind',
        title: { fr: 'Rappels de collecte', en: 'Reminders of waste collection' },
        schedule: { cron: '*/10 * * * *' },
        oneAtATime: true,
        run: async () => ({ reminders: await remindOfTomorrow(parts) }),
      });
      const forecasting = given.jobs.define({
        name: 'waste.forecast',
        title: { fr: 'Prévision du remplissage', en: 'Forecast of filling' },
        schedule: { cron: '23 * * * *' },
        oneAtATime: true,
        run: async () => ({ containers: await forecastAll(parts) }),
      });
      await serviceRoutes(given.app, '/waste', (scope) => {
        containerRoutes(scope, parts);
        roundRoutes(scope, parts);
        simulationRoutes(scope, parts);
        driveRoutes(scope, parts);
      });
      await serviceRoutes(given.app, '/citizen/v1', (scope) => {
        collectionRoutes(scope, parts);
        centreRoutes(scope, { ...parts, client: given.publicClient() });
        publicForecastRoutes(scope, parts);
      });
      return { parts: { ...parts, forecasting } };
    },
  });
}
