import { Problem } from '@alzette/kit/problems';
import { addressLimit, serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext, type Territories } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import { catalogueRoutes } from './catalogue/catalogue-routes.ts';
import { dueDatasets, refreshDataset } from './collect/refresh.ts';
import { datasetContract, keyRequestContract } from './contract/contract.ts';
import type { DatasetKey } from './datasets/dataset.ts';
import { findDataset } from './datasets/dataset-rows.ts';
import { fileRoutes } from './exports/file-routes.ts';
import { prepareFile } from './exports/prepare-file.ts';
import { preparedRoutes } from './exports/prepared-routes.ts';
import { forgetPrepared } from './exports/prepared-rows.ts';
import { keyRequestHandlers } from './keys/key-request-routes.ts';
import { forgetKeyRequests } from './keys/request-rows.ts';
import { ogcRoutes } from './ogc/ogc-routes.ts';
import { datasetPort } from './operator/dataset-port.ts';
import { definitionHandlers, draftHandlers, publicationHandlers } from './operator/dataset-routes.ts';
import { dataRoutes } from './pages/data-routes.ts';
import { developerRoutes } from './pages/developer-routes.ts';
import { mayPublish } from './parts.ts';
import { postgrestRoutes } from './postgrest/postgrest-routes.ts';
import { type MaybeSandbox, startSandbox } from './sandbox/sandbox.ts';
import { ROOT } from './sensorthings/represent.ts';
import { sensorThingsRoutes } from './sensorthings/sensorthings-routes.ts';
import { tileRoutes } from './tiles/tile-routes.ts';
import { MAX_BYTES as VIEW_BYTES } from './views/view.ts';
import { viewRoutes } from './views/view-routes.ts';
import { ViewWriter } from './views/view-writer.ts';

/** High enough for a school or a company that shares one address. */
const FILES_AN_HOUR = 60;
const KEYS_AN_HOUR = 5;
const FORMS_AN_HOUR = 60;

/** Open data: datasets with an allow-list, their catalogue, OGC API Features, tiles, files and pages; and SensorThings. */
export const openData = defineService({
  name: 'opendata',
  migrations: new URL('../migrations/', import.meta.url),
  async start(parts: ServiceContext & MaybeSandbox) {
    const { app, db, jobs, territories } = parts;
    const refresh = jobs.define<{ tenant?: string; dataset: string }>({
      name: 'opendata.refresh',
      title: { fr: 'Mise à jour d’un jeu de données', en: 'Refresh of a dataset' },
      oneAtATime: true,
      timeoutS: 3600,
      async run({ tenant = '', dataset: id }) {
        const dataset = await findDataset(db, { tenant, id });
        if (dataset?.state === 'published') await refreshDataset(parts, dataset);
      },
    });
    const refreshSoon = async ({ tenant, id }: DatasetKey) =>
      void (await refresh.enqueue({ tenant, dataset: id }, { key: keyOf(tenant, id) }));
    jobs.define({
      name: 'opendata.look-for-due',
      title: { fr: 'Jeux de données à mettre à jour', en: 'Datasets to refresh' },
      schedule: { cron: '* * * * *' },
      async run() {
        for (const key of await dueDatasets(db)) await refreshSoon(key);
      },
    });
    const prepare = jobs.define<{ tenant?: string; file: string }>({
      name: 'opendata.prepare-file',
      title: { fr: 'Préparation d’un fichier de données ouvertes', en: 'Preparation of a file of open data' },
      retries: 2,
      timeoutS: 3600,
      run: ({ tenant = '', file }, run) => prepareFile(parts, { tenant, file }, run),
    });
    const prepareSoon = async (tenant: string, file: string) =>
      void (await prepare.enqueue({ tenant, file }, { key: file }));
    defineForgetting(parts);
    await startSandbox(parts);
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
    await serviceRoutes(app, '/opendata/key-requests', (scope) =>
      serve(scope, keyRequestContract, keyRequestHandlers(parts)),
    );
    await serviceRoutes(app, '', (scope) => catalogueRoutes(ofPublishers(scope, territories), parts));
    await serviceRoutes(app, '/ogc', (scope) => ogcRoutes(ofPublishers(scope, territories), parts));
    await serviceRoutes(app, '/compat/postgrest', (scope) => postgrestRoutes(ofPublishers(scope, territories), parts));
    await serviceRoutes(app, ROOT, (scope) => sensorThingsRoutes(scope, parts));
    await serviceRoutes(app, '/tiles', (scope) => tileRoutes(ofPublishers(scope, territories), parts));
    await serviceRoutes(app, '/data', (scope) => dataRoutes(ofPublishers(scope, territories), parts));
    await serviceRoutes(app, '/developers', (scope) =>
      developerRoutes(ofPublishers(scope, territories), parts, {
        keys: addressLimit(KEYS_AN_HOUR),
        others: addressLimit(FORMS_AN_HOUR),
      }),
    );
    await serviceRoutes(app, '/data/exports', (scope) =>
      preparedRoutes(ofPublishers(scope, territories), parts, prepareSoon, addressLimit(FILES_AN_HOUR)),
    );
    await serviceRoutes(app, '/data/files', (scope) => fileRoutes(ofPublishers(scope, territories), parts));
    return {
      ports: { datasets: datasetPort(parts, refreshSoon) },
      parts: { db, refreshSoon },
      stop: () => views.stop(),
    };
  },
});

function defineForgetting({ jobs, db }: Pick<ServiceContext, 'jobs' | 'db'>): void {
  jobs.define({
    name: 'opendata.forget-files',
    title: { fr: 'Oublier les fichiers préparés la veille', en: 'Forget files that were prepared the day before' },
    schedule: { cron: '20 * * * *' },
    run: async () => ({ forgotten: await forgetPrepared(db) }),
  });
  jobs.define({
    name: 'opendata.forget-key-requests',
    title: {
      fr: 'Oublier les demandes de clés de plus de 180 jours',
      en: 'Forget requests for keys of 180 days ago',
    },
    schedule: { cron: '50 3 * * *' },
    run: async () => ({ forgotten: await forgetKeyRequests(db) }),
  });
}

/** As before there were several publishers, so that jobs of then are found. */
function keyOf(tenant: string, id: string): string {
  return tenant === '' ? id : `${tenant}/${id}`;
}

/** Answers 404 to who names a tenant without a host: it must not be shown the open data of another. */
function ofPublishers(scope: FastifyInstance, territories: Territories): FastifyInstance {
  scope.addHook('onRequest', async ({ tenant }) => {
    if (mayPublish(territories, tenant)) return;
    throw new Problem(404, 'Not found', `There are no open data of the tenant ${tenant}: it has no host`);
  });
  return scope;
}
