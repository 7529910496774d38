import type { ModelFunctionPort } from '@alzette/kit/model-functions';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { comparisonHandlers } from './comparison/comparison-routes.ts';
import {
  comparisonContract,
  crossingContract,
  FILE_BYTES,
  indicatorContract,
  modelContract,
  reachContract,
  scenarioContract,
  statisticsContract,
} from './contract/contract.ts';
import type { Indicator } from './contract/indicator.ts';
import type { Model } from './contract/model.ts';
import { crossingHandlers } from './crossing/crossing-routes.ts';
import { computeIndicators } from './indicators/indicator-jobs.ts';
import { indicatorHandlers } from './indicators/indicator-routes.ts';
import { readLibrary } from './library/library.ts';
import { openModelFunctions } from './models/functions.ts';
import { createModels, modelHandlers } from './models/model-routes.ts';
import type { DatasetPort, TripsPort } from './ports.ts';
import { createReachGround } from './reach/ground.ts';
import { reachHandlers } from './reach/reach-routes.ts';
import { createSimulating } from './scenarios/run-scenario.ts';
import { scenarioHandlers } from './scenarios/scenario-routes.ts';
import { createImporter } from './statistics/import.ts';
import { tenantsWithStatistics } from './statistics/import-rows.ts';
import { statisticsHandlers } from './statistics/statistics-routes.ts';
import { documentRows } from './stored/document-rows.ts';

const DEFAULT_TENANT = '';

/** Decisions: statistics of places, indicators, simulation models, scenarios, and who reaches what. */
export function decisionService({ trips }: { readonly trips?: TripsPort } = {}) {
  return defineService({
    name: 'decisions',
    migrations: new URL('../migrations/', import.meta.url),
    async start(parts: ServiceContext & { readonly datasets?: DatasetPort }) {
      const { app, db, jobs, territories } = parts;
      const library = readLibrary();
      const models = documentRows<Model>('model');
      const indicators = documentRows<Indicator>('indicator');
      const computing = jobs.define<{ tenant?: string }>({
        name: 'decisions.indicators',
        title: { fr: 'Calcul des indicateurs', en: 'Computing of indicators' },
        schedule: { cron: '23 4 * * *', missed: 'once' },
        oneAtATime: true,
        async run({ tenant }, { signal }) {
          const all = async () => [DEFAULT_TENANT, ...territories.tenants(), ...(await tenantsWithStatistics(db))];
          const tenants = tenant === undefined ? await all() : [tenant];
          let series = 0;
          for (const each of new Set(tenants))
            series += await computeIndicators(parts, library, indicators, each, signal);
          return { series };
        },
      });
      const computeSoon = async (tenant: string) => {
        await computing.enqueue({ tenant }, { key: `tenant/${tenant}` });
      };
      const importing = jobs.define<{ tenant: string; id: string }>({
        name: 'decisions.import',
        title: { fr: 'Import de statistiques', en: 'Import of statistics' },
        async run({ tenant, id }, { signal }) {
          const done = await importer.write(tenant, id, signal);
          await computeSoon(tenant);
          return done;
        },
      });
      const importer = createImporter(parts, library, async (tenant, id, tx) => {
        await importing.enqueue({ tenant, id }, { key: `${tenant}/${id}`, tx });
      });
      const functions = openModelFunctions();
      const found = createModels(parts, library, models);
      const ground = createReachGround(parts, trips);
      const simulating = createSimulating(parts, { library, models: found, ground, functions });
      await serviceRoutes(app, '/decisions', (scope) => {
        scope.addContentTypeParser('text/csv', { parseAs: 'buffer', bodyLimit: FILE_BYTES }, (_request, body, done) =>
          done(null, body),
        );
        serve(scope, statisticsContract, statisticsHandlers(parts, library, importer));
        serve(scope, indicatorContract, indicatorHandlers(parts, library, indicators, computeSoon));
        serve(scope, crossingContract, crossingHandlers(parts, library, indicators));
        serve(scope, comparisonContract, comparisonHandlers(parts, library));
        serve(scope, modelContract, modelHandlers(parts, library, { rows: models, models: found, functions }));
        serve(scope, reachContract, reachHandlers(parts, ground));
        serve(scope, scenarioContract, scenarioHandlers(parts, simulating));
      });
      return {
        ports: { modelFunctions: functions as ModelFunctionPort },
        parts: { db, importer, simulating, computeSoon },
      };
    },
  });
}

/** Without timetables. */
export const decisions = decisionService();
