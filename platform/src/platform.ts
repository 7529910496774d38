import { ownListening } from '@alzette/broker/workers';
import type { Identity } from '@alzette/identity';
import { preloadJobs } from '@alzette/kit/jobs';
import { startTracing } from '@alzette/kit/tracing';
import {
  type Collectivities,
  demoFolder,
  originOfBaseMap,
  readTerritory,
  type Territory,
  TerritoryFault,
  territoryRoutes,
} from '@alzette/territory';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from './config.ts';
import { type Demo, loadDemo } from './demo-folder.ts';
import { installedAppRoutes } from './installed/installed-apps.ts';
import { checkPorts } from './listening/ports.ts';
import { ALL_PAGES, buildPages, DOCS, MOBILE, needsBuild, PORTAL } from './page-builds.ts';
import { pageRoutes } from './pages.ts';
import { PORTAL_AREAS } from './portal-areas.ts';
import { StartError } from './start-error.ts';
import { stepsOf } from './start-steps.ts';
import { fillDemo, runDemo } from './starting/demo.ts';
import type { Closers, PlatformOptions } from './starting/options.ts';
import { type EarlyAnswers, startServer } from './starting/server.ts';

export type { Serving } from './starting/options.ts';

/** The whole product in one process, listening. */
export interface Platform {
  readonly app: FastifyInstance;
  /** Set if the demo territory runs. */
  readonly demo?: Demo & {
    /** Settled when the devices report and each service has created its part of the demo, or could not. */
    readonly isFilled: Promise<void>;
  };
  /** Set if an administrator was created because there was no account and access is enforced. */
  readonly firstPassword?: Identity['firstPassword'];
  /** Stops accepting requests and uplinks, finishes work in progress, and closes the database. */
  close(): Promise<void>;
  /** How many requests have no complete answer yet. */
  unanswered(): number;
}

/**
 * Composes broker, IoT agents, services and pages on one database and one port.
 *
 * @throws StartError: a port, the database or the territory is not usable; Error: the pages can't be built
 */
export async function startPlatform(config: Config, options: PlatformOptions): Promise<Platform> {
  const { logger, say = () => {}, worker } = options;
  const stepDone = stepsOf(logger);
  stepDone('code loaded');
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      // Without the database some parts can't end in order. The others still have requests to answer.
      await closer().catch((error) => logger.warn(error, 'A part could not record its end'));
    }
  };

  const early: EarlyAnswers = { end: async () => {} };

  try {
    if (config.tracing) closers.push(await startTracing(config.tracing));
    if (worker === undefined && options.database === undefined) await checkPorts(config);
    const territory = territoryOf(config);
    preload(config);
    const [server] = await Promise.all([startServer(config, territory, options, closers, early), buildStalePages(say)]);
    const { app } = server.broker;
    territoryRoutes(app, server.collectivities);
    installedAppRoutes(app, {
      lookOf: (tenant) => server.collectivities.of(tenant),
      dist: MOBILE.dist,
      apps: config.nativeApps,
    });
    await pageRoutes(
      app,
      [
        { prefix: '/', dist: PORTAL.dist, areas: PORTAL_AREAS },
        { prefix: '/app/', dist: MOBILE.dist },
        { prefix: '/docs/', dist: DOCS.dist, isFilesAlone: true },
      ],
      (request) => pagesOf(config, server.collectivities, request),
    );
    stepDone('pages');
    // Before requests arrive, which may enqueue jobs.
    await server.jobs.start();
    stepDone('jobs');
    options.beforeServing?.();
    await early.end();
    await app.listen({ port: config.port, host: config.host, ...ownListening() });
    const drain = () => server.broker.drain(config.drainMs);
    const unanswered = () => server.broker.unanswered();
    options.onServing?.({ drain, unanswered });
    stepDone('listening');
    const demo =
      config.demo && (worker ?? 1) === 1 ? await runDemo(config, territory, server, logger, closers) : undefined;
    const isFilled = demo && fillDemo(demo, server.services, closers, say);
    stepDone('territory of the demo');
    // Runs first at shutdown, because everything else takes longer while requests arrive.
    closers.push(drain);
    const { firstPassword } = server.identity;
    return {
      app,
      ...(demo && isFilled && { demo: { ...demo, isFilled } }),
      ...(firstPassword && { firstPassword }),
      close,
      unanswered,
    };
  } catch (error) {
    await early.end();
    await close();
    throw error;
  }
}

/** Loads code that is needed after the database, while that is opened. If it fails, it fails again where it is needed. */
function preload({ demo }: Config): void {
  preloadJobs().catch(() => {});
  if (demo) loadDemo().catch(() => {});
}

/** @throws StartError: a file of its folder is invalid */
function territoryOf({ territoryFolder = demoFolder(), baseMap }: Config): Territory {
  try {
    return readTerritory(territoryFolder, baseMap);
  } catch (error) {
    if (error instanceof TerritoryFault) throw new StartError(`TERRITORY: ${error.message}`);
    throw error;
  }
}

/** What the pages have of the host to which a request came. */
function pagesOf(
  { issuers, publicUrl }: Config,
  collectivities: Collectivities,
  { tenant, isAtHostOfTenant }: FastifyRequest,
) {
  const { baseMap } = collectivities.of(tenant);
  // Whoever is at the host of a collectivity signs in at the installation.
  const others = [...issuers, isAtHostOfTenant ? publicUrl : undefined, originOfBaseMap(baseMap)];
  return { others: others.filter((url) => url !== undefined) };
}

async function buildStalePages(say: (step: string) => void): Promise<void> {
  const stale = ALL_PAGES.filter(needsBuild);
  if (stale.length === 0) return;
  say(`Building ${stale.map(({ workspace }) => workspace).join(' and ')} because they are new or have changed.`);
  await Promise.all(stale.map(buildPages));
}
