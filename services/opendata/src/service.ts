import { Problem } from '@alzette/kit/problems';
import { addressLimit, serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import { catalogueRoutes } from './catalogue/catalogue-routes.ts';
import { dueDatasets, refreshDataset } from './collect/refresh.ts';
import { datasetContract } from './contract/contract.ts';
import { findDataset } from './datasets/dataset-rows.ts';
import { fileRoutes } from './exports/file-routes.ts';
import { prepareFile } from './exports/prepare-file.ts';
import { preparedRoutes } from './exports/prepared-routes.ts';
import { forgetPrepared } from './exports/prepared-rows.ts';
import { ogcRoutes } from './ogc/ogc-routes.ts';
import { definitionHandlers, draftHandlers, publicationHandlers } from './operator/dataset-routes.ts';
import { dataRoutes } from './pages/data-routes.ts';
import { PUBLIC_TENANT } from './parts.ts';
import { ROOT } from './sensorthings/represent.ts';
import { sensorThingsRoutes } from './sensorthings/sensorthings-routes.ts';
import { tileRoutes } from './tiles/tile-routes.ts';
import { MAX_BYTES as VIEW_BYTES } from './views/view.ts';
import { viewRoutes } from './views/view-routes.ts';
import { ViewWriter } from './views/view-writer.ts';

/** High enough for a school or a company that shares one address. */
const FILES_AN_HOUR = 60;

/** Open data: datasets with an allow-list, their catalogue, OGC API Features, tiles, files and pages; and SensorThings. */
export const openData = defineService({
  name: 'opendata',
  migrations: new URL('../migrations/', import.meta.url),
  async start(parts) {
    const { app, db, jobs } = parts;
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
    const prepare = jobs.define<{ file: string }>({
      name: 'opendata.prepare-file',
      title: { fr: 'Préparation d’un fichier de données ouvertes', en: 'Preparation of a file of open data' },
      retries: 2,
      timeoutS: 3600,
      run: ({ file }, run) => prepareFile(parts, file, run),
    });
    const prepareSoon = async (file: string) => void (await prepare.enqueue({ file }, { key: file }));
    jobs.define({
      name: 'opendata.forget-files',
      title: { fr: 'Oublier les fichiers préparés la veille', en: 'Forget files that were prepared the day before' },
      schedule: { cron: '20 * * * *' },
      run: async () => ({ forgotten: await forgetPrepared(db) }),
    });
    const views = new ViewWriter(parts);
    await serviceRoutes(app, '/opendata/exports', (scope) => viewRoutes(scope, parts, parts, views), {
      bodies: { bytes: VIEW_BYTES },
    });
    await serviceRoutes(app, '/opendata', (scope) =>
      serve(scope, datasetContract, {
        ...definitionHandlers(parts, refreshSoon),
        ...publicationHandlers(parts, refreshSoon),
        ...draftHandlers(parts),
      }),
    );
    await serviceRoutes(app, '', (scope) => catalogueRoutes(ofPublicTenant(scope), parts));
    await serviceRoutes(app, '/ogc', (scope) => ogcRoutes(ofPublicTenant(scope), parts));
    await serviceRoutes(app, ROOT, (scope) => sensorThingsRoutes(scope, parts));
    await serviceRoutes(app, '/tiles', (scope) => tileRoutes(ofPublicTenant(scope), parts));
    await serviceRoutes(app, '/data', (scope) => dataRoutes(ofPublicTenant(scope), parts));
    await serviceRoutes(app, '/data/exports', (scope) =>
      preparedRoutes(ofPublicTenant(scope), parts, prepareSoon, addressLimit(FILES_AN_HOUR)),
    );
    await serviceRoutes(app, '/data/files', (scope) => fileRoutes(ofPublicTenant(scope), parts));
    return { parts: { db, refreshSoon }, stop: () => views.stop() };
  },
});

/** Answers 404 to who names another tenant: it has no open data, and must not be shown those of this one. */
function ofPublicTenant(scope: FastifyInstance): FastifyInstance {
  scope.addHook('onRequest', async ({ tenant }) => {
    if (tenant === PUBLIC_TENANT) return;
    throw new Problem(
      404,
      'Not found',
      `There are no open data of the tenant ${tenant}: they belong to the default tenant`,
    );
  });
  return scope;
}
