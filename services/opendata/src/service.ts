import { serviceRoutes } from '@alzette/kit/routes';
import { defineService } from '@alzette/kit/service';
import { catalogueRoutes } from './catalogue/catalogue-routes.ts';
import { dueDatasets, refreshDataset } from './collect/refresh.ts';
import { findDataset } from './datasets/dataset-rows.ts';
import { putDemo } from './demo/demo.ts';
import { fileRoutes } from './exports/file-routes.ts';
import { ogcRoutes } from './ogc/ogc-routes.ts';
import { datasetRoutes } from './operator/dataset-routes.ts';
import { dataRoutes } from './pages/data-routes.ts';
import type { OpenDataParts } from './parts.ts';
import { tileRoutes } from './tiles/tile-routes.ts';

/** Open data: datasets with an allow-list, their catalogue, OGC API Features, tiles, files and pages. */
export const openData = defineService({
  name: 'opendata',
  migrations: new URL('../migrations/', import.meta.url),
  async start(given) {
    const { db, client, context, publicUrl, territory, audit, logger, jobs } = given;
    const parts: OpenDataParts = { db, client, context, publicUrl, territory, audit, logger };
    const refresh = jobs.define<{ dataset: string }>({
      name: 'opendata.refresh',
      title: { fr: 'Mise à jour d’un jeu de données', en: 'Refresh of a dataset' },
      oneAtATime: true,
      timeoutS: 3600,
      async run({ dataset: id }) {
        const dataset = await findDataset(db, id);
        if (dataset?.state === 'published') await refreshDataset(parts, dataset);
      },
    });
    const refreshSoon = async (id: string) => void (await refresh.enqueue({ dataset: id }, { key: id }));
    jobs.define({
      name: 'opendata.look-for-due',
      title: { fr: 'Jeux de données à mettre à jour', en: 'Datasets to refresh' },
      schedule: { cron: '* * * * *' },
      async run() {
        for (const id of await dueDatasets(db)) await refreshSoon(id);
      },
    });
    await serviceRoutes(given.app, '/opendata', (scope) => datasetRoutes(scope, parts, given, refreshSoon));
    await serviceRoutes(given.app, '', (scope) => catalogueRoutes(scope, parts));
    await serviceRoutes(given.app, '/ogc', (scope) => ogcRoutes(scope, parts));
    await serviceRoutes(given.app, '/tiles', (scope) => tileRoutes(scope, parts));
    await serviceRoutes(given.app, '/data', (scope) => dataRoutes(scope, parts));
    await serviceRoutes(given.app, '/data/files', (scope) => fileRoutes(scope, parts));
    return { demo: () => putDemo(db, refreshSoon), async stop() {} };
  },
});
