import type { Database } from '@alzette/broker';
import { migrationsFolder as identityMigrations, startIdentity } from '@alzette/identity';
import type { Jobs } from '@alzette/kit/jobs';
import { defineService, type ServiceContext, type ServiceDefinition } from '@alzette/kit/service';
import { groupFigures } from '../../../platform/src/collectivities/figures.ts';
import { readConfig } from '../../../platform/src/config.ts';
import { productSystem } from '../../../platform/src/product-system.ts';
import { productServices } from '../../../platform/src/services.ts';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { type JobsOfWorkshop, openJobsOfWorkshop } from './jobs-of-workshop.ts';
import type { Workshop } from './kill-every-statement.ts';
import type { KillSwitch } from './kill-switch.ts';

/** A workshop with all services of the product. */
export interface ProductWorkshop extends Workshop {
  /** All jobs that the services have defined, with the service of each. */
  readonly defined: ReadonlyMap<string, string>;
}

const SECRET_KEY = 'the secret key of the drill';

const identity = defineService({
  name: 'identity',
  migrations: identityMigrations,
  async start({ db, jobs, app, publicUrl, logger }: ServiceContext) {
    const running = await startIdentity({ db, jobs, app, publicUrl, logger, secretKey: SECRET_KEY });
    return { stop: () => running.close() };
  },
});

/**
 * Starts all services on a database that can be killed, and ends their loops at once: only jobs work, when a case runs them.
 *
 * @param folder for files
 *
 * @param last the last service to start; absent: all are started
 */
export async function openProductWorkshop(
  ends: Parameters<typeof startServiceHost>[0],
  db: Database,
  killSwitch: KillSwitch,
  folder: string,
  last?: string,
): Promise<ProductWorkshop> {
  const settings = { DATA_DIR: folder, SECRET_KEY, DEMO: 'off', MQTT_PORT: '0' };
  const config = readConfig(settings);
  const jobs = await openJobsOfWorkshop(killSwitch.database(db));
  const defined = new Map<string, string>();
  const letters = new Set<string>();
  let given: ServiceContext | undefined;
  const withoutLoops = (definition: ServiceDefinition): ServiceDefinition => ({
    ...definition,
    async start(context: ServiceContext) {
      given = {
        ...context,
        db: killSwitch.database(context.db),
        client: killSwitch.client(context.client),
        jobs: noting(jobs, (job) => defined.set(job, definition.name)),
        mail: {
          send: async ({ messageId = '', to }) => void letters.add(`${messageId} ${to}`),
          verify: async () => {},
        },
      };
      const running = await definition.start(given);
      await running.stop?.();
      return { ...running, stop: async () => {} };
    },
  });
  const measured = { readMetrics: async () => '', ingestLag: async () => 0, usageOf: groupFigures };
  const system = productSystem(config, measured);
  const all = [...productServices(config), system, identity];
  const count = last === undefined ? all.length : all.findIndex(({ name }) => name === last) + 1;
  const definitions = all.slice(0, count).map(withoutLoops);
  const host = await startServiceHost(ends, db, definitions, { settings });
  return {
    given: given as unknown as ServiceContext, // it has started
    db,
    jobs,
    letters,
    defined,
    async ask(method, url, body, tenant) {
      const answer = await host.ask(method, url, body, tenant === '' ? {} : { 'ngsild-tenant': tenant });
      if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
  };
}

function noting(jobs: JobsOfWorkshop, note: (job: string) => void): Jobs {
  return {
    define(definition) {
      note(definition.name);
      return jobs.define(definition);
    },
  };
}
