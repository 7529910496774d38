import type { FigurePort } from '@alzette/kit/figures';
import type { ModelFunctionPort } from '@alzette/kit/model-functions';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { centreHandlers } from './centres/centre-routes.ts';
import { PUBLISHED } from './centres/centres.ts';
import { collectionHandlers } from './collections/collection-routes.ts';
import { remindOfTomorrow } from './collections/reminders.ts';
import { containerContract, driveContract, publicWasteContract, roundContract } from './contract/contract.ts';
import { driveHandlers } from './driver-page/drive-routes.ts';
import { forecastAll } from './forecast/forecast-jobs.ts';
import { containerHandlers, publicForecastHandlers } from './operator/container-routes.ts';
import { roundHandlers } from './operator/round-routes.ts';
import type { WasteParts } from './parts.ts';
import { roundsFunction } from './simulation/model-function.ts';
import { simulationHandlers } from './simulation/simulation-routes.ts';
import { collectionStopPort } from './tours/collection-stops.ts';
import { wasteFigures } from './tours/waste-figures.ts';

export type { PushMessage, PushPort } from './ports.ts';

/** Waste: containers and their forecast, rounds, the collection calendar, recycling centres. */
export const waste = defineService({
  name: 'waste',
  migrations: new URL('../migrations/', import.meta.url),
  published: PUBLISHED,
  needs: ['push'],
  async start(parts: WasteParts & { readonly figures?: FigurePort; readonly modelFunctions?: ModelFunctionPort }) {
    parts.figures?.declare(wasteFigures(parts));
    parts.modelFunctions?.declare('waste.rounds', roundsFunction(parts));
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
      serve(scope, containerContract, containerHandlers(parts));
      serve(scope, roundContract, { ...roundHandlers(parts), ...simulationHandlers(parts) });
      serve(scope, driveContract, driveHandlers(parts));
    });
    await serviceRoutes(parts.app, '/citizen/v1', (scope) => {
      serve(scope, publicWasteContract, {
        ...collectionHandlers(parts),
        ...centreHandlers({ ...parts, client: parts.publicClient() }),
        ...publicForecastHandlers(parts),
      });
    });
    return { ports: { collectionStops: collectionStopPort(parts) }, parts: { ...parts, forecasting } };
  },
});
