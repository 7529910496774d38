import { type Database, migrate } from '@alzette/broker';
import type { ServiceContext } from '@alzette/kit/service';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import type { KillCase, Workshop } from './kill-every-statement.ts';
import type { KillSwitch } from './kill-switch.ts';

type Ends = Parameters<typeof startServiceHost>[0];

const folderOf = (service: string) => new URL(`../../../services/${service}/migrations/`, import.meta.url);

/** A broker with the tables of the cases' services, but without their loops and jobs. */
export async function openWorkshop(
  ends: Ends,
  db: Database,
  cases: readonly KillCase[],
  killSwitch: KillSwitch,
): Promise<Workshop> {
  for (const service of new Set(cases.flatMap(({ services }) => services)))
    await migrate(db, folderOf(service), service);
  let given: ServiceContext | undefined;
  const observer = {
    name: 'drill',
    async start(context: ServiceContext) {
      given = context;
      return { async stop() {} };
    },
  };
  await startServiceHost(ends, db, [observer]);
  const { db: own, client, ...rest } = given as unknown as ServiceContext; // it has started
  return { given: { ...rest, db: killSwitch.database(own), client: killSwitch.client(client) }, db };
}
