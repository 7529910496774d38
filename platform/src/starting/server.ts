import { leavingService } from '@alzette/backups';
import { type Broker, type Database, isAnyRunning } from '@alzette/broker';
import type { Identity } from '@alzette/identity';
import type { IotAgents } from '@alzette/iot-agents';
import { openJobs, type RunningJobs } from '@alzette/kit/jobs';
import type { InstalledService, ServicePage } from '@alzette/system/contract';
import { type Collectivities, collectivityService, demoFolder, type Territory } from '@alzette/territory';
import { workFolder } from '../backup/product-backups.ts';
import { doorOf } from '../collectivities/door.ts';
import { groupFigures } from '../collectivities/figures.ts';
import { founding } from '../collectivities/founding.ts';
import { openCollectivities } from '../collectivities/open.ts';
import { supportAccess } from '../collectivities/support-access.ts';
import { auditCommandAttributes } from '../commanding/command-audit.ts';
import { openCommandGate } from '../commanding/command-gate.ts';
import type { Config } from '../config.ts';
import { installedServices } from '../installed-services/installed-services.ts';
import { emptyEverywhere, leavingPorts } from '../leaving/leaving-ports.ts';
import { answerEarly } from '../listening/early-answers.ts';
import { joinMetrics } from '../metrics.ts';
import { productSystem } from '../product-system.ts';
import { reachDatabase } from '../reach-database.ts';
import { type RunningServices, startServices } from '../run-services.ts';
import { productServices } from '../services.ts';
import { stepsOf } from '../start-steps.ts';
import { territoryFilesService } from '../territory-files/territory-files-service.ts';
import { startAgents } from './agents.ts';
import { startBroker } from './broker.ts';
import { startSignIn } from './identity.ts';
import { type Closers, contextUrl, type PlatformOptions } from './options.ts';
import { shareTrustedOrigins, type TrustedOrigins, trustedOrigins } from './trusted-origins.ts';

/** Until the map is live, which has precedence. */
const JOBS_AFTER_MS = 1_000;

/** What answers requests. */
export interface Server {
  readonly db: Database;
  readonly broker: Broker;
  readonly agents: IotAgents;
  readonly identity: Identity;
  readonly jobs: RunningJobs;
  readonly services: RunningServices;
  readonly collectivities: Collectivities;
  readonly trusted: TrustedOrigins;
}

/** Answers until the product listens. */
export interface EarlyAnswers {
  end(): Promise<void>;
}

/** Starts broker, sign-in, agents and services on one database; it does not listen yet. */
export async function startServer(
  config: Config,
  territory: Territory,
  options: PlatformOptions,
  closers: Closers,
  early: EarlyAnswers,
): Promise<Server> {
  const { logger, worker = 1 } = options;
  const stepDone = stepsOf(logger);
  const db = await (options.database ?? reachDatabase(config));
  closers.push(() => db.close());
  stepDone('database open');
  if (options.worker === undefined && !(await isAnyRunning(db))) early.end = await answerEarly(config);
  let opened: Collectivities | undefined;
  const door = doorOf(config, () => opened);
  const broker = await startBroker(config, options, db, closers, door);
  stepDone('broker');
  const collectivities = await openCollectivities(config, territory, broker, logger);
  opened = collectivities;
  closers.push(() => collectivities.close());
  stepDone('collectivities');
  const metrics = joinMetrics(broker.app, () => broker.metrics());
  const jobs = await openJobs({
    db,
    app: broker.app,
    logger,
    metrics,
    shares: broker.shares,
    timeZone: territory.timeZone,
    workAfterMs: JOBS_AFTER_MS,
  });
  const identity = await startSignIn(config, territory, options, db, { broker, jobs, collectivities });
  closers.push(() => identity.close());
  stepDone('identity');
  const gate = openCommandGate(broker, contextUrl(config), logger);
  const ownOrigins = trustedOrigins(broker.outgoing);
  const shared = config.demo && options.worker !== undefined ? await shareTrustedOrigins(db, ownOrigins) : undefined;
  if (shared) closers.push(() => shared.close());
  const trusted = shared ?? ownOrigins;
  const agents = await startAgents(config, options, db, broker, gate, trusted.outgoing);
  closers.push(() => agents.close());
  await gate.watch(agents);
  stepDone('agents');
  if (config.access === 'enforced') auditCommandAttributes(broker, agents, contextUrl(config));
  const lags = { readMetrics: metrics.read, ingestLag: () => agents.ingestLag(), usageOf: groupFigures };
  const states: InstalledService[] = [];
  const servicePages: ServicePage[] = [];
  const services = options.services ?? [
    ...productServices(config),
    productSystem(config, { ...lags, installedServices: states, servicePages }),
    territoryFilesService(config.territoryFolder ?? demoFolder()),
    collectivityService(
      collectivities,
      founding(broker.app, config.mail !== undefined),
      groupFigures,
      supportAccess(broker),
    ),
    leavingService({ folder: workFolder(config), openPorts: () => leavingPorts(config, db) }),
    ...(await installedServices(config.services, db, logger, { states, pages: servicePages })),
  ];
  const running = await startServices(services, {
    config,
    db,
    broker,
    jobs,
    metrics,
    territories: collectivities,
    context: contextUrl(config),
    commands: gate.commands,
    logger,
    isFirstWorker: worker === 1,
    ports: { vouched: { of: (person: string) => identity.vouchedFor(person) } },
    emptyTenant: (tenant) => emptyEverywhere({ config, db, broker }, tenant),
  });
  identity.tellErasures(running.forget);
  closers.push(() => running.stop());
  closers.push(() => jobs.stop());
  return { db, broker, agents, identity, jobs, services: running, collectivities, trusted };
}
