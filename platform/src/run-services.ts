import { type Broker, type Database, migrate } from '@alzette/broker';
import { callers } from '@alzette/kit/access';
import type { Jobs } from '@alzette/kit/jobs';
import { openMail } from '@alzette/kit/mail';
import type { Metrics } from '@alzette/kit/metrics';
import type { RunningService, ServiceContext, ServiceDefinition } from '@alzette/kit/service';
import type { Territory } from '@alzette/territory';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { untilAnswered } from './demo/until-answered.ts';

interface ServicesOptions {
  readonly config: Config;
  readonly db: Database;
  readonly broker: Broker;
  readonly jobs: Jobs;
  readonly metrics: Metrics;
  readonly territory: Territory;
  /** The URL of the territory's @context. */
  readonly context: string;
  readonly logger: Logger;
  readonly isFirstWorker: boolean;
}

/** The services of this process, on its broker's database and application. */
export interface RunningServices {
  /** Lets each service create its part of the demo. */
  startDemo(): Promise<void>;
  /** In reverse order, after their jobs have ended. */
  stop(): Promise<void>;
}

/** Starts services in order. If one fails, those started before it are stopped. */
export async function startServices(
  definitions: readonly ServiceDefinition[],
  options: ServicesOptions,
): Promise<RunningServices> {
  const { config, db, broker, jobs, metrics, territory, logger } = options;
  const { app } = broker;
  const given: Omit<ServiceContext, 'logger'> = {
    db,
    app,
    client: broker.client,
    clientOf: (request) => broker.clientOf(request),
    callerOf: callers(config.access),
    mayWrite: (request, entity) => broker.mayWrite(request, entity),
    mayPropose: (request, entity) => broker.mayPropose(request, entity),
    mayRead: (request, entity) => broker.mayRead(request, entity),
    publicUrl: config.publicUrl,
    context: options.context,
    access: config.access,
    secrets: broker.secrets,
    outgoing: broker.outgoing,
    mail: config.mail && openMail(config.mail),
    audit: broker.audit,
    jobs,
    analyse: (tenant, question) => broker.analyse(tenant, question, options.context),
    metrics,
    territory,
    isFirstWorker: options.isFirstWorker,
  };
  const running: { readonly name: string; readonly service: RunningService }[] = [];
  /** The running parts of the demo. */
  const demos: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of demos.splice(0).reverse()) await end();
    for (const { service } of running.splice(0).reverse()) await service.stop();
  };
  try {
    for (const { name, migrations, start } of definitions) {
      if (migrations) await migrate(db, migrations, name);
      running.push({ name, service: await start({ ...given, logger: logger.child({ service: name }) }) });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async startDemo() {
      for (const { name, service } of running) {
        const own = logger.child({ service: name, demo: true });
        const end = await untilAnswered(
          async () => service.demo?.({ tenant: '', client: broker.client, logger: own }),
          own,
        );
        if (end) demos.push(end);
      }
    },
    stop,
  };
}
