import { X509Certificate } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FigurePort } from '@alzette/kit/figures';
import { serviceRoutes } from '@alzette/kit/routes';
import { type Handlers, serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import {
  footprintContract,
  type InstalledService,
  type Lags,
  type PublicStatus,
  publicFootprintContract,
  publicStatusContract,
  type ServicePage,
  type SystemContract,
  servicePagesContract,
  systemContract,
} from './contract/contract.ts';
import { type AlarmPort, watchBudget } from './footprint/budget.ts';
import {
  footprintHandlers,
  publicFootprint,
  publicFootprintHandlers,
  type UsageOf,
  wholeNow,
} from './footprint/footprint-routes.ts';
import { ProcessUse } from './footprint/process-use.ts';
import { isStorageMeasured, measureStorage } from './footprint/use-rows.ts';
import { lagsIn } from './lags.ts';
import { databaseSize, EVERY_MINUTES, growthOf, hourlyMeasures, measureNow, serviceDays } from './measures.ts';
import { complianceRoutes } from './public-pages/compliance-routes.ts';
import { footprintPage } from './public-pages/footprint-page.ts';
import { KEPT_FOR, pageRoute } from './public-pages/page-routes.ts';
import { statusPage } from './public-pages/status-page.ts';

export interface SystemOptions {
  readonly version: string;
  /** The folder on the disk to report. */
  readonly dataDir: string;
  /** PEM certificates by use. */
  readonly certificates: { readonly [use: string]: string };
  /** The metrics of the broker and the services, as at `/metrics`. */
  readMetrics(): Promise<string>;
  /** The age of the oldest device message, in seconds. */
  ingestLag(): Promise<number>;
  readonly usageOf: UsageOf;
  /** The services of others; filled while they start. */
  readonly installedServices?: readonly InstalledService[];
  /** Their pages in the portal. */
  readonly servicePages?: readonly ServicePage[];
}

const SLOW_S = 300;
const PUBLIC_DAYS = 90;

/** What it uses of other services, if they run. */
interface Given extends ServiceContext {
  readonly figures?: FigurePort;
  readonly alarms?: AlarmPort;
}

/**
 * The state of the product: lags, size, expiry of certificates; its footprint, costs and gains; the public pages about its
 * status and its compliance.
 */
export function systemService(options: SystemOptions) {
  return defineService({
    name: 'system',
    migrations: new URL('../migrations/', import.meta.url),
    async start(given: Given) {
      const { db, jobs } = given;
      const lags = async () => ({ ...lagsIn(await options.readMetrics()), ingest: await options.ingestLag() });
      jobs.define({
        name: 'system.measure',
        title: { fr: "Mesurer l'état du système", en: 'Measure how the system fares' },
        schedule: { cron: `*/${EVERY_MINUTES} * * * *` },
        retries: 1,
        keepDays: 1,
        run: async () => measureNow(db, await lags()),
      });
      await serviceRoutes(given.app, '/ops/system', (scope) =>
        serve(scope, systemContract, systemHandlers(given, options, lags)),
      );
      await serviceRoutes(given.app, '/public/service-pages', (scope) =>
        serve(scope, servicePagesContract, { list: () => ({ pages: options.servicePages ?? [] }) }),
      );
      await statusRoutes(given, lags);
      await complianceRoutes(given);
      const { use, look } = await startFootprint(given, options);
      return { parts: { db, lags, look }, stop: () => use.stop() };
    },
  });
}

/** Counts what this process uses, and shows what all used. */
async function startFootprint(given: Given, { readMetrics, usageOf }: SystemOptions) {
  const { app, db, jobs, alarms, logger } = given;
  const use = new ProcessUse({ db, server: app.server, readMetrics }, (error) =>
    logger.warn({ err: error }, 'could not add what this process used; will retry'),
  );
  const look = async () => {
    await measureStorage(db, await databaseSize(db));
    if (alarms !== undefined) await watchBudget(db, alarms, await wholeNow(db), new Date());
  };
  jobs.define({
    name: 'system.footprint',
    title: { fr: 'Mesurer le stockage et comparer au budget', en: 'Measure storage and compare with the budget' },
    schedule: { cron: '41 * * * *' },
    retries: 1,
    keepDays: 1,
    run: look,
  });
  /** So that a reader sees all of today. */
  const add = async () => {
    await use.add();
    if (!(await isStorageMeasured(db))) await measureStorage(db, await databaseSize(db));
  };
  const parts = { ...given, usageOf, add };
  await serviceRoutes(app, '/ops/footprint', (scope) => serve(scope, footprintContract, footprintHandlers(parts)));
  await serviceRoutes(app, '/public/footprint', (scope) =>
    serve(scope, publicFootprintContract, publicFootprintHandlers(parts)),
  );
  await serviceRoutes(app, '/footprint', (scope) =>
    pageRoute(scope, {
      path: '',
      summary: 'The public page about the footprint and the gains',
      isOfTenant: true,
      page: async ({ tenant }, language) => footprintPage(await publicFootprint(parts, tenant), language),
    }),
  );
  return { use, look };
}

function systemHandlers(
  { db }: ServiceContext,
  { version, dataDir, certificates, installedServices = [] }: SystemOptions,
  lags: () => Promise<Lags>,
): Handlers<SystemContract> {
  return {
    async report({ query: { days } }) {
      const disk = await diskOf(dataDir);
      const [measures, up, now, bytes] = await Promise.all([
        hourlyMeasures(db, days),
        serviceDays(db, days),
        lags(),
        databaseSize(db),
      ]);
      const growth = growthOf(measures, disk.freeBytes);
      return {
        version,
        startedAt: new Date(Date.now() - process.uptime() * 1000).toISOString(),
        memoryBytes: process.memoryUsage.rss(),
        lags: now,
        database: { bytes, ...(growth && { growth }) },
        disk,
        certificates: Object.entries(certificates).map(([use, pem]) => ({ use, ...validityOf(pem) })),
        installedServices,
        days: up,
        measures,
      };
    },
  };
}

/** The disk of a folder. If nothing is stored there yet, the folder does not exist: then of the one that it will be made in. */
async function diskOf(folder: string): Promise<{ freeBytes: number; bytes: number }> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, bytes: blocks * bsize };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || dirname(folder) === folder) throw error;
    return diskOf(dirname(folder));
  }
}

async function statusRoutes({ app, db, territories }: ServiceContext, lags: () => Promise<Lags>): Promise<void> {
  const status = async (tenant: string): Promise<PublicStatus> => {
    const stateOf = (seconds: number) => (seconds > SLOW_S ? 'slow' : 'good');
    const { notifications, ingest, rules } = await lags();
    const parts = { notifications: stateOf(notifications), ingest: stateOf(ingest), rules: stateOf(rules) } as const;
    return {
      name: territories.of(tenant).name,
      state: Object.values(parts).includes('slow') ? 'slow' : 'good',
      parts,
      days: await serviceDays(db, PUBLIC_DAYS),
      at: new Date().toISOString(),
    };
  };
  await serviceRoutes(app, '/public/status', (scope) => {
    serve(scope, publicStatusContract, {
      status({ tenant }, reply) {
        reply.header('cache-control', KEPT_FOR);
        return status(tenant);
      },
    });
  });
  await serviceRoutes(app, '/status', (scope) =>
    pageRoute(scope, {
      path: '',
      summary: 'The public status page',
      page: async ({ tenant }, language) => statusPage(await status(tenant), language),
    }),
  );
}

function validityOf(pem: string): { subject: string; validTo: string } {
  const { subject, validTo } = new X509Certificate(pem);
  return { subject: subject.replaceAll('\n', ', '), validTo: new Date(validTo).toISOString() };
}
