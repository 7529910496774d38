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
import { simulationRoutes } from './simulation/simulation-routes.ts';

export type { PushMessage, PushPort } from './ports.ts';

/** Waste: containers and their forecast, rounds, the collection calendar, recycling centres. */
export const waste = defineService({
  name: 'waste',
  migrations: new URL('../migrations/', import.meta.url),
  published: PUBLISHED,
  needs: ['push'],
  async start(parts: WasteParts) {
    parts.jobs.define({
      name: 'waste.remind',
      title: { fr: 'Rappels de collecte', en: 'Reminders of waste collection' },
      schedule: { cron: '*/10 * * * *' },
      oneAtATime: true,
      run: async () => ({ reminders: await remindOfTomorrow(parts) }),
    });
    const forecasting = parts.jobs.define({
      name: 'waste.forecast',
      title: { fr: 'Prévision du remplissage', en: 'Forecast of filling' },
      schedule: { cron: '23 * * * *' },
      oneAtATime: true,
      run: async () => ({ containers: await forecastAll(parts) }),
    });
    await serviceRoutes(parts.app, '/waste', (scope) => {
      containerRoutes(scope, parts);
      roundRoutes(scope, parts);
      simulationRoutes(scope, parts);
      driveRoutes(scope, parts);
    });
    await serviceRoutes(parts.app, '/citizen/v1', (scope) => {
      collectionRoutes(scope, parts);
      centreRoutes(scope, { ...parts, client: parts.publicClient() });
      publicForecastRoutes(scope, parts);
    });
    return { parts: { ...parts, forecasting } };
  },
});
