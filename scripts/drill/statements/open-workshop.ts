import { type Database, migrate } from '@alzette/broker';
import type { RunningService, ServiceContext } from '@alzette/kit/service';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { openJobsOfWorkshop } from './jobs-of-workshop.ts';
import type { KillCase, Workshop } from './kill-every-statement.ts';
import type { KillSwitch } from './kill-switch.ts';

type Ends = Parameters<typeof startServiceHost>[0];

const folderOf = (service: string) => new URL(`../../../services/${service}/migrations/`, import.meta.url);

/** A broker with the tables of the cases' services; their jobs run only when a case runs them. */
export async function openWorkshop(
  ends: Ends,
  db: Database,
  cases: readonly KillCase[],
  killSwitch: KillSwitch,
): Promise<Workshop> {
  for (const service of new Set(cases.flatMap(({ services }) => services)))
    await migrate(db, folderOf(service), service);
  const letters = new Set<string>();
  const jobs = await openJobsOfWorkshop(killSwitch.database(db));
  let given: ServiceContext | undefined;
  const starting = [...new Set(cases.flatMap(({ starts = [] }) => starts))];
  for (const { migrations, name } of starting) if (migrations) await migrate(db, migrations, name);
  const observer = {
    name: 'drill',
    async start(context: ServiceContext) {
      given = {
        ...context,
        db: killSwitch.database(context.db),
        client: killSwitch.client(context.client),
        jobs,
        mail: {
          // A mail server may take a letter again: its id is the same.
          send: async ({ messageId = '', to }) => void letters.add(`${messageId} ${to}`),
          verify: async () => {},
        },
      };
      const running: RunningService[] = [];
      for (const { start } of starting) running.push(await start(given));
      return {
        async stop() {
          for (const service of running.reverse()) await service.stop?.();
        },
      };
    },
  };
  const host = await startServiceHost(ends, db, [observer]);
  return {
    given: given as unknown as ServiceContext, // it has started
    db,
    jobs,
    letters,
    async ask(method, url, body, tenant) {
      const answer = await host.ask(method, url, body, tenant === '' ? {} : { 'ngsild-tenant': tenant });
      if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
  };
}
