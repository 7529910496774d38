import { type Database, migrate } from '@alzette/broker';
import type { Principal } from '@alzette/broker/principal';
import type { Jobs } from '@alzette/kit/jobs';
import { answerProblems, unavailable } from '@alzette/kit/problems';
import type { RunningService, ServiceDefinition } from '@alzette/kit/service';
import type { ServicePage, InstalledService as ServiceState } from '@alzette/system/contract';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { servePortalFiles } from './portal-files.ts';
import { type InstalledService, readService } from './read-service.ts';

/** A start that takes longer has failed: requests wait until all services have started. */
const LONGEST_START_MS = 30_000;
/** Nothing changes before the next start of the product. */
const RETRY_AFTER_S = 600;

/**
 * The services of others that the setting SERVICES names. One that can't be read or does not start is left out, and told:
 * the product starts without it.
 *
 * @param told receives what became of each, and the pages of those that run
 */
export async function installedServices(
  names: readonly string[],
  db: Database,
  logger: Logger,
  told: { readonly states: ServiceState[]; readonly pages: ServicePage[] },
): Promise<ServiceDefinition[]> {
  const definitions: ServiceDefinition[] = [];
  const tell = (state: ServiceState, pages: readonly ServicePage[] = []) => {
    told.states.push(state);
    told.pages.push(...pages);
    if (state.state === 'failed') logger.error({ ...state }, 'a service of others does not run');
  };
  for (const installed of names) {
    try {
      const service = await readService(installed);
      const { name } = service.definition;
      if (definitions.some((other) => other.name === name)) throw new Error(`there are two services ${name}`);
      definitions.push(guarded(service, db, tell));
    } catch (error) {
      tell({ installed, state: 'failed', reason: reasonOf(error) });
    }
  }
  return definitions;
}

/** The same service: whatever it throws at its start ends there, and its routes then answer 503. */
function guarded(
  { installed, version, definition }: InstalledService,
  db: Database,
  tell: (state: ServiceState, pages?: readonly ServicePage[]) => void,
): ServiceDefinition {
  const { name, migrations, portal, start, ...declared } = definition;
  return {
    ...declared,
    name,
    async start(given) {
      let failure: string | undefined;
      let running: RunningService = {};
      let pages: readonly ServicePage[] = [];
      // A scope of its own, so that its hooks and parsers concern its routes alone.
      await given.app.register(async (app) => {
        answerProblems(app);
        app.addHook('onRequest', async () => {
          if (failure !== undefined) throw unavailable(`${name} has not started: ${failure}`, RETRY_AFTER_S);
        });
        const isOpen = ownPathsOnly(app, name);
        catchFailures(app);
        try {
          if (migrations) await migrate(db, migrations, name);
          const client = given.clientAs(principalOf(name));
          const jobs = ownJobs(given.jobs, name, () => failure);
          if (portal) pages = servePortalFiles(app, prefixOf(name), portal);
          running = await within(LONGEST_START_MS, start({ ...given, client, jobs, app }));
        } catch (error) {
          failure = reasonOf(error);
        }
        isOpen.now = false;
      });
      tell(
        {
          ...{ installed, name, version },
          ...(failure === undefined ? { state: 'running' } : { state: 'failed', reason: failure }),
        },
        failure === undefined ? pages : [],
      );
      return running;
    },
  };
}

/** `x_fountains` → `/x/fountains` */
function prefixOf(name: string): string {
  return `/x/${name.slice('x_'.length)}`;
}

/** Refuses routes that could take the place of others, or whose contract nobody knows. */
function ownPathsOnly(app: FastifyInstance, name: string): { now: boolean } {
  const prefix = prefixOf(name);
  const isOpen = { now: true };
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!isOpen.now) throw new Error(`${method} ${url} was registered after the start`);
    if (url !== prefix && !url.startsWith(`${prefix}/`)) throw new Error(`${method} ${url} is not below ${prefix}`);
    const { access } = (config ?? {}) as { readonly access?: string };
    if (access === undefined) throw new Error(`${method} ${url} has no contract: use serve() of @alzette/kit/serve`);
  });
  return isOpen;
}

/** What fails in `register` is thrown to who awaits it. Fastify alone would also end the start of the product. */
function catchFailures(app: FastifyInstance): void {
  const { register } = app;
  const caught = async function (this: FastifyInstance, plugin: FastifyPluginAsync, options: object): Promise<void> {
    let failure: unknown;
    const attempt: FastifyPluginAsync = async (scope, given) => {
      await plugin(scope, given).catch((error: unknown) => {
        failure = error ?? new Error('it failed');
      });
    };
    await Reflect.apply(register, this, [attempt, options]);
    if (failure !== undefined) throw failure;
  };
  Object.assign(app, { register: caught });
}

/** Its jobs have its name, and do not run if it has not started. */
function ownJobs(jobs: Jobs, name: string, failureOf: () => string | undefined): Jobs {
  return {
    ...jobs,
    define(definition) {
      const { name: job, run } = definition;
      if (!job.startsWith(`${name}.`)) throw new Error(`the job ${job}: its name does not begin with ${name}.`);
      return jobs.define({
        ...definition,
        async run(data, context) {
          const failure = failureOf();
          if (failure !== undefined) throw new Error(`${name} has not started: ${failure}`);
          return run(data, context);
        },
      });
    },
  };
}

/** Whom policies of access give rights to what the service itself asks: the role `service:x_fountains`. */
function principalOf(name: string): Principal {
  const role = `service:${name}`;
  return { kind: 'token', id: role, roles: [role], groups: [], actions: ['read', 'write', 'propose'] };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`its start took longer than ${ms / 1000} s`)), ms);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
