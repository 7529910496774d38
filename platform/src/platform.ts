import { type Broker, createBroker, type Database, isAnyRunning, migrate, openReplicas } from '@alzette/broker';
import { ownListening } from '@alzette/broker/workers';
import { type Identity, migrationsFolder as identityMigrations, startIdentity } from '@alzette/identity';
import { type IotAgents, migrationsFolder, startIotAgents } from '@alzette/iot-agents';
import { openJobs, preloadJobs, type RunningJobs } from '@alzette/kit/jobs';
import type { OutageReporter } from '@alzette/kit/outages';
import type { ServiceDefinition } from '@alzette/kit/service';
import { startTracing } from '@alzette/kit/tracing';
import { runningStrategies } from '@alzette/lighting';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import {
  demoFolder,
  originOfBaseMap,
  readTerritory,
  type Territory,
  TerritoryFault,
  territoryRoutes,
} from '@alzette/territory';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { defaultContextOf, mqttAddress } from './banner.ts';
import { auditCommandAttributes } from './commanding/command-audit.ts';
import { type CommandGate, openCommandGate } from './commanding/command-gate.ts';
import { type Config, isForThisMachine } from './config.ts';
import { type Demo, loadDemo } from './demo-folder.ts';
import { auditOf } from './identity-audit.ts';
import { answerEarly } from './listening/early-answers.ts';
import { checkPorts } from './listening/ports.ts';
import { joinMetrics } from './metrics.ts';
import { organisationsOf } from './organisations.ts';
import { ALL_PAGES, buildPages, DOCS, MOBILE, needsBuild, PORTAL } from './page-builds.ts';
import { pageRoutes } from './pages.ts';
import { PORTAL_AREAS } from './portal-areas.ts';
import { productSystem } from './product-system.ts';
import { reachDatabase } from './reach-database.ts';
import { type RunningServices, startServices } from './run-services.ts';
import { productServices } from './services.ts';
import { StartError } from './start-error.ts';
import { stepsOf } from './start-steps.ts';
import { territoryFilesService } from './territory-files/territory-files-service.ts';

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

/** The server that already accepts requests while the rest of the platform may not have started. */
export interface Serving {
  /** Stops accepting requests. */
  drain(): Promise<void>;
  unanswered(): number;
}

interface PlatformOptions {
  readonly logger: Logger;
  /** Reports outages of the database; absent: the broker does, for its own requests. */
  readonly outages?: OutageReporter;
  /** Called with steps that take time. */
  readonly say?: (step: string) => void;
  /**
   * The number of this process among several that share the port, from 1. The first one has MQTT, devices and the demo.
   */
  readonly worker?: number;
  /** Called when requests are accepted, before the demo is started. */
  readonly onServing?: (serving: Serving) => void;
  /** The database, if it has been opened already. Then the ports have been checked too. */
  readonly database?: Promise<Database>;
  /** Replaces the services of the product. */
  readonly services?: readonly ServiceDefinition[];
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
  /** Called in reverse order at shutdown. */
  const closers: (() => Promise<void>)[] = [];
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
    territoryRoutes(app, territory);
    await pageRoutes(
      app,
      [
        { prefix: '/', dist: PORTAL.dist, areas: PORTAL_AREAS },
        { prefix: '/app/', dist: MOBILE.dist },
        { prefix: '/docs/', dist: DOCS.dist, isFilesAlone: true },
      ],
      [...config.issuers, originOfBaseMap(territory.baseMap)].filter((url) => url !== undefined),
    );
    stepDone('pages');
    // Before requests arrive, which may enqueue jobs.
    await server.jobs.start();
    stepDone('jobs');
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

/** Until the map is live, which has precedence. */
const JOBS_AFTER_MS = 1_000;

/** Loads code that is needed after the database, while that is opened. If it fails, it fails again where it is needed. */
function preload({ demo }: Config): void {
  preloadJobs().catch(() => {});
  if (demo) loadDemo().catch(() => {});
}

interface Server {
  readonly db: Database;
  readonly broker: Broker;
  readonly agents: IotAgents;
  readonly identity: Identity;
  readonly jobs: RunningJobs;
  readonly services: RunningServices;
}

/** Answers until the product listens. */
interface EarlyAnswers {
  end(): Promise<void>;
}

async function startServer(
  config: Config,
  territory: Territory,
  options: PlatformOptions,
  closers: (() => Promise<void>)[],
  early: EarlyAnswers,
): Promise<Server> {
  const { logger, worker = 1 } = options;
  const stepDone = stepsOf(logger);
  const db = await (options.database ?? reachDatabase(config));
  closers.push(() => db.close());
  stepDone('database open');
  if (options.worker === undefined && !(await isAnyRunning(db))) early.end = await answerEarly(config);
  const broker = await startBroker(config, options, db, closers);
  stepDone('broker');
  const metrics = joinMetrics(broker.app, () => broker.metrics());
  const jobs = await openJobs({
    db,
    app: broker.app,
    logger,
    metrics,
    timeZone: territory.timeZone,
    workAfterMs: JOBS_AFTER_MS,
  });
  const identity = await startSignIn(config, territory, options, db, { broker, jobs });
  closers.push(() => identity.close());
  stepDone('identity');
  const gate = openCommandGate(broker, contextUrl(config), logger);
  const agents = await startAgents(config, options, db, broker, gate);
  closers.push(() => agents.close());
  await gate.watch(agents);
  stepDone('agents');
  if (config.access === 'enforced') auditCommandAttributes(broker, agents, contextUrl(config), logger);
  const lags = { readMetrics: metrics.read, ingestLag: () => agents.ingestLag() };
  const services = options.services ?? [
    ...productServices(config),
    productSystem(config, lags),
    territoryFilesService(config.territoryFolder ?? demoFolder()),
  ];
  const running = await startServices(services, {
    config,
    db,
    broker,
    jobs,
    metrics,
    territory,
    context: contextUrl(config),
    commands: gate.commands,
    logger,
    isFirstWorker: worker === 1,
  });
  closers.push(() => running.stop());
  closers.push(() => jobs.stop());
  return { db, broker, agents, identity, jobs, services: running };
}

async function startBroker(
  config: Config,
  { logger, outages, say = () => {} }: PlatformOptions,
  db: Database,
  closers: (() => Promise<void>)[],
): Promise<Broker> {
  const { access, issuers, publicUrl } = config;
  const defaultContext = defaultContextOf(config);
  // An unreachable replica does not prevent the start, because the primary answers as well.
  const replicas = config.databaseReadUrl === undefined ? [] : openReplicas(config.databaseReadUrl);
  for (const replica of replicas) closers.push(() => replica.db.close());
  const broker = await createBroker({
    ...config,
    db,
    replicas,
    logger,
    ...(outages && { outages }),
    ...(defaultContext !== undefined && { defaultContext }),
    issuers: issuers.length > 0 ? issuers : [`${publicUrl}/oidc`],
    onFirstKey: (key) => say(`The key of an administrator, shown only once: ${key}`),
  });
  if (access === 'open' && !isForThisMachine(config)) {
    logger.warn(`ACCESS=open: anyone who reaches ${publicUrl} may read and write everything`);
  }
  closers.push(() => broker.close());
  return broker;
}

async function startSignIn(
  config: Config,
  territory: Territory,
  { logger }: PlatformOptions,
  db: Database,
  { broker, jobs }: Pick<Server, 'broker' | 'jobs'>,
): Promise<Identity> {
  const { publicUrl, secretKey, access, issuers } = config;
  await migrate(db, identityMigrations, 'identity');
  return startIdentity({
    db,
    jobs,
    app: broker.app,
    publicUrl,
    logger,
    access,
    issuers,
    organisations: organisationsOf(territory),
    onEvent: auditOf(broker.audit, logger),
    onRevoke: (subject, before) => broker.revokeTokens(subject, before, `${publicUrl}/oidc`),
    ...(secretKey === undefined ? {} : { secretKey }),
    ...(config.mail && { mail: config.mail }),
  });
}

async function startAgents(
  config: Config,
  { logger, worker = 1 }: PlatformOptions,
  db: Database,
  broker: Broker,
  gate: CommandGate,
): Promise<IotAgents> {
  const { host, mqttPort, mqttUrl, mqttClientId, mqttTls, mqttsPort, mqttClientCa, access, tls } = config;
  await migrate(db, migrationsFolder, 'iot-agents');
  return startIotAgents({
    db,
    client: broker.client,
    reach: { outgoing: broker.outgoing, secrets: broker.secrets },
    context: contextUrl(config),
    ownContextOf: (tenant) => broker.ownContextOf(tenant),
    isBrokerNear: true,
    access,
    mqttAnonymous: config.mqttAnonymous,
    mqttConnectionsPerAddress: config.mqttConnectionsPerAddress,
    host,
    app: broker.app,
    logger,
    ...(mqttPort === 0 || worker !== 1 ? {} : { mqttPort }),
    ...(mqttPort === 0 || worker === 1
      ? {}
      : { mqttPortsElsewhere: { port: mqttPort, ...(mqttsPort !== 0 && { tlsPort: mqttsPort }) } }),
    // All processes connect to the external broker, and share its messages.
    ...(mqttUrl === undefined ? {} : { mqttUrl, mqttClientId, mqttTls }),
    ...(mqttsPort === 0 || tls === undefined || worker !== 1
      ? {}
      : {
          mqttTlsDoor: { port: mqttsPort, ...tls, ...(mqttClientCa === undefined ? {} : { clientCa: mqttClientCa }) },
        }),
    checkCommands: gate.check,
    sendsCommands: worker === 1,
  });
}

async function runDemo(
  config: Config,
  territory: Territory,
  { db, broker, agents }: Server,
  logger: Logger,
  closers: (() => Promise<void>)[],
): Promise<Demo> {
  const { startDevices } = await loadDemo();
  const demo = await startDevices({
    client: broker.client,
    provision: (given) => agents.provision(given),
    mqttUrl: mqttAddress(config) as string, // without MQTT the settings allow no demo
    // An external broker has its credentials in its URL.
    ...(config.mqttUrl === undefined ? { mqttCredential: agents.ownMqttCredential } : {}),
    context: contextUrl(config),
    territory,
    strategies: (site) => runningStrategies(db, '', site),
    speed: config.demoSpeed,
    logger,
  });
  closers.push(() => demo.close());
  return demo;
}

/**
 * Lets the services create their parts of the demo, then writes its history. The map works before that, so users need not
 * wait.
 */
async function fillDemo(
  demo: Demo,
  services: RunningServices,
  closers: (() => Promise<void>)[],
  say: (step: string) => void,
): Promise<void> {
  closers.push(() => services.stopDemo());
  const { CONTENTS } = await loadDemo();
  await services.startDemo(CONTENTS).catch(() => {}); // what failed has been logged
  await demo.isSimulated;
  demo.writePast();
  say(`The demo's articles, alarms and reports are in place. Its past month follows in the background.`);
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

async function buildStalePages(say: (step: string) => void): Promise<void> {
  const stale = ALL_PAGES.filter(needsBuild);
  if (stale.length === 0) return;
  say(`Building ${stale.map(({ workspace }) => workspace).join(' and ')} because they are new or have changed.`);
  await Promise.all(stale.map(buildPages));
}

function contextUrl({ publicUrl }: Config): string {
  return publicUrl + TERRITORY_CONTEXT_PATH;
}
