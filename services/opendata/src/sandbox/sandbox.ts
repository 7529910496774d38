import type { ServiceContext, TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import { madeUpEntities, madeUpPast } from './made-up.ts';

/** A tenant with made-up data, in which strangers try their programs. The product provides it if a setting names one. */
export interface Sandbox {
  readonly tenant: string;
  /** Creates it, if it is not there, with its quotas and the rights of its keys. True: it is new. */
  open(): Promise<boolean>;
  /** Deletes all that is in it, also its quotas. */
  empty(): Promise<void>;
  /** A key that is valid nowhere else, shown once. Undefined: there are too many. */
  makeKey(title: string): Promise<string | undefined>;
}

/** How long a key is valid, and what it may do. */
export const SANDBOX_KEY = { days: 30, requestsPerMinute: 120 } as const;

/** For services that start where no setting names a sandbox. */
export interface MaybeSandbox {
  readonly sandbox?: Sandbox;
}

/** Opens it if a setting names one, and restores it each night. */
export async function startSandbox(parts: ServiceContext & MaybeSandbox): Promise<void> {
  const { sandbox, jobs, territories, logger } = parts;
  if (sandbox === undefined) return;
  const restore = jobs.define({
    name: 'opendata.restore-sandbox',
    title: { fr: 'Remise à neuf du bac à sable', en: 'Restoration of the sandbox' },
    schedule: { cron: '10 4 * * *' },
    run: () => restoreSandbox(sandbox, parts, territories.of('')),
  });
  // Not awaited: it waits for the start of the jobs.
  if (await sandbox.open()) void restore.enqueue({}).catch((err) => logger.error({ err }, 'the sandbox is empty'));
}

/** The sandbox as it is each morning: what others wrote is gone. */
async function restoreSandbox(
  { tenant, open, empty }: Sandbox,
  { client, context }: { readonly client: NgsiLdClient; readonly context: string },
  territory: TerritoryInfo,
): Promise<{ readonly entities: number }> {
  await open();
  await empty();
  await open();
  const entities = madeUpEntities(territory, Date.now());
  const { errors = [] } = await client.batchUpsert(entities, { tenant, context });
  if (errors.length > 0) throw new Error(`The sandbox could not be filled: ${JSON.stringify(errors[0])}`);
  for (const past of madeUpPast(territory, Date.now())) await client.upsertTemporal(past, { tenant, context });
  return { entities: entities.length };
}
