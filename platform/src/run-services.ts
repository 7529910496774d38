import { type Broker, type Database, migrate } from '@alzette/broker';
import type { Principal } from '@alzette/broker/principal';
import { letterAddress } from '@alzette/identity';
import { callers, personOf, sender } from '@alzette/kit/access';
import { type Compute, createCompute } from '@alzette/kit/compute';
import type { Jobs } from '@alzette/kit/jobs';
import { openMail } from '@alzette/kit/mail';
import type { Metrics } from '@alzette/kit/metrics';
import type {
  DeviceCommands,
  Published,
  RunningService,
  ServiceContext,
  ServiceDefinition,
  Territories,
} from '@alzette/kit/service';
import type { Logger } from 'pino';
import { sandboxPorts } from './collectivities/sandbox.ts';
import type { Config } from './config.ts';
import type { DemoFolder } from './demo-folder.ts';
import { judgeRequests } from './judge-requests.ts';
import { stepsOf } from './start-steps.ts';
import { untilAnswered } from './until-answered.ts';

interface ServicesOptions {
  readonly config: Config;
  readonly db: Database;
  readonly broker: Broker;
  readonly jobs: Jobs;
  readonly metrics: Metrics;
  readonly territories: Territories;
  /** The URL of the territory's @context. */
  readonly context: string;
  readonly commands: DeviceCommands;
  readonly logger: Logger;
  readonly isFirstWorker: boolean;
  /** Deletes what a tenant has in all services; default: in the broker. */
  readonly emptyTenant?: (tenant: string) => Promise<void>;
  /** Ports that the product itself, or a test, provides to services. */
  readonly ports?: object;
}

/** The services of this process, on its broker's database and application. */
export interface RunningServices {
  /** All ports, by their names. */
  readonly ports: object;
  /**
   * Creates the contents of each service in the demo, one after the other. If one fails, the others continue; then the
   * first error is thrown. Missing contents are created at the next start.
   */
  startDemo(contents: DemoFolder['CONTENTS']): Promise<void>;
  /** Deletes what only the person of an account can see, in all services. */
  forget(account: string): Promise<void>;
  /** Ends `startDemo` after the part in progress. */
  stopDemo(): Promise<void>;
  /** In reverse order, after their jobs have ended. */
  stop(): Promise<void>;
}

/** Starts services in order. If one fails, those started before it are stopped. */
export async function startServices(
  definitions: readonly ServiceDefinition[],
  options: ServicesOptions,
): Promise<RunningServices> {
  const { config, db, broker, context, logger } = options;
  const stepDone = stepsOf(logger);
  const names = await broker.contexts.resolve(context);
  const judgeAs = judgeRequests(broker, config.access, names);
  broker.app.decorate('checksAnswers', config.checkAnswers);
  const compute = createCompute({ threads: config.computeThreads, metrics: options.metrics, shares: broker.shares });
  const given = contextOfServices(options, { names, compute, judgeAs });
  const ports: Record<string, unknown> = {
    ...sandboxPorts(config.sandbox, broker, options.emptyTenant),
    ...options.ports,
  };
  const running: { readonly name: string; readonly service: RunningService }[] = [];
  const demos: (() => Promise<void>)[] = []; // the running parts of the demo
  const stopping = new AbortController();
  let starting: Promise<void> | undefined;
  const stopDemo = async () => {
    stopping.abort();
    await starting?.catch(() => {}); // thrown to who started it
  };
  const stop = async () => {
    await stopDemo();
    for (const end of demos.splice(0).reverse()) await end();
    for (const { service } of running.splice(0).reverse()) await service.stop?.();
    await compute.close();
  };
  try {
    for (const { name, migrations, published = [], needs = [], start } of definitions) {
      if (migrations) await migrate(db, migrations, name);
      const missing = needs.filter((port) => !(port in ports));
      if (missing.length > 0) throw new Error(`${name} needs ${missing.join(', ')} of a service that starts before it`);
      const own = {
        ...given,
        ...ports,
        publicClient: publicClients(options, published),
        logger: logger.child({ service: name }),
      };
      const service = await start(own);
      Object.assign(ports, service.ports);
      running.push({ name, service });
      stepDone(name);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const createDemo = async (contents: DemoFolder['CONTENTS']) => {
    let failure: unknown;
    for (const { name, service } of running) {
      const create = contents[name];
      if (create === undefined || stopping.signal.aborted) continue;
      const own = logger.child({ service: name, demo: true });
      const demo = { tenant: '', client: broker.client, context, logger: own, signal: stopping.signal };
      const parts = (service.parts ?? {}) as never; // those of this service, as its contents require by their type
      try {
        const end = await untilAnswered(() => create(parts, demo), own);
        if (end) demos.push(end);
      } catch (error) {
        if (stopping.signal.aborted) return;
        own.error({ err: error }, 'its contents of the demo could not be created; the next start tries again');
        failure ??= error;
      }
      stepDone(`demo of ${name}`);
    }
    if (failure !== undefined) throw failure;
  };
  return {
    ports,
    startDemo(contents) {
      starting = createDemo(contents);
      return starting;
    },
    forget: (account) => forgetPerson(running, account),
    stopDemo,
    stop,
  };
}

async function forgetPerson(running: readonly { readonly service: RunningService }[], account: string): Promise<void> {
  const person = sender({ kind: 'token', subject: account, person: account });
  for (const { service } of running) await service.forget?.(person);
}

function publicClients(
  { broker, context }: ServicesOptions,
  published: readonly Published[],
): ServiceContext['publicClient'] {
  return (further = []) => broker.publicClient([...published, ...further], context);
}

interface ContextParts {
  /** The territory's @context, whose terms services use. */
  readonly names: { attribute(term: string): string };
  readonly compute: Compute;
  readonly judgeAs: ServiceContext['judgeAs'];
}

function contextOfServices(
  options: ServicesOptions,
  { names, compute, judgeAs }: ContextParts,
): Omit<ServiceContext, 'logger' | 'publicClient'> {
  const { config, db, broker, jobs, metrics, territories, context, commands, isFirstWorker } = options;
  return {
    db,
    app: broker.app,
    client: broker.client,
    clientOf: (request) => broker.clientOf(request),
    callerOf: callers(config.access),
    authorOf: (request) => broker.authorOf(request),
    clientAs: (author, how) => broker.clientAs(author, how),
    commands,
    async guardWrites({ context: url, type, attribute }, refusal) {
      const terms = await broker.contexts.resolve(url);
      const [ofType, watched] = [terms.type(type), new Set([terms.attribute(attribute)])];
      broker.addWriteGate({
        watched: () => watched,
        judgesRemoval: true,
        admit: async ({ sender, entities }) =>
          entities.some(({ types }) => types?.includes(ofType) !== false) ? refusal(sender) : undefined,
      });
    },
    refusedTo(author, tenant, action, ids, attributes) {
      const iris = attributes?.map((term) => names.attribute(term));
      return broker.refusedTo(author, tenant, action, ids, iris);
    },
    judgeAs,
    async addressOf(author) {
      const person = author === null ? undefined : personOf(author as Principal); // a result of authorOf
      return person === undefined ? undefined : letterAddress(db, person);
    },
    mayWrite: (request, entity) => broker.mayWrite(request, entity),
    mayPropose: (request, entity) => broker.mayPropose(request, entity),
    mayRead: (request, entity) => broker.mayRead(request, entity),
    whenDelivered: (tenant, subscription, withinMs, signal) =>
      broker.whenDelivered(tenant, subscription, withinMs, signal),
    publicUrl: config.publicUrl,
    context,
    access: config.access,
    secrets: broker.secrets,
    outgoing: broker.outgoing,
    mail: config.mail && openMail(config.mail, broker.shares),
    audit: broker.audit,
    jobs,
    compute,
    analyse: (tenant, question) => broker.analyse(tenant, question, context),
    metrics,
    shares: broker.shares,
    territories,
    isFirstWorker,
  };
}
