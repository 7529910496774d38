import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { fillTables } from './generic-rows.ts';
import { type CaseResult, type KillCase, killEveryStatement } from './kill-every-statement.ts';
import type { KillSwitch } from './kill-switch.ts';
import type { ProductWorkshop } from './product-workshop.ts';
import { rowsOf } from './rows-of.ts';

/** What came of a job on rows that know nothing of it. */
export interface JobResult extends CaseResult {
  /** Whether it changes any of these rows. */
  readonly changes: boolean;
  /** Why it can't work on them. */
  readonly failure?: string;
}

/** Work of a service that has been stopped may wait for ever. */
const ENDS_WITHIN_MS = 20_000;

/** Kills each job that a service defines, so a new one too, before each of its steps. */
export async function* killEveryJob(
  workshop: ProductWorkshop,
  killSwitch: KillSwitch,
  every = 1,
  only: (job: string) => boolean = () => true,
): AsyncGenerator<JobResult> {
  for (const [job, service] of workshop.defined) {
    if (!only(job)) continue;
    const genericCase = caseOf(job, service);
    const changes = await tryOnce(genericCase, workshop);
    if (typeof changes === 'string') yield { name: job, points: 0, differences: [], changes: false, failure: changes };
    else yield { ...(await killEveryStatement(genericCase, workshop, killSwitch, every)), changes };
  }
}

function caseOf(job: string, schema: string): KillCase {
  return {
    name: job,
    services: [],
    covers: [job],
    isOfAllTenants: true,
    open: async ({ db, jobs }) => ({
      async prepare(tenant) {
        await db.query({ text: 'INSERT INTO tenant (name) VALUES ($1) ON CONFLICT DO NOTHING', values: [tenant] });
        await fillTables(db, schema, tenant);
      },
      async work() {
        await jobs.run(job);
        await jobs.runWaiting();
      },
      endState: (tenant) => rowsOf(db, schema, tenant),
    }),
  };
}

/** @returns whether the job changes rows, or why it fails */
async function tryOnce({ name, open }: KillCase, workshop: ProductWorkshop): Promise<boolean | string> {
  const { prepare, work, endState } = await open(workshop);
  const tenant = `tried_${name.replaceAll(/\W/g, '_')}`;
  await prepare(tenant);
  const before = await endState(tenant);
  try {
    await within(ENDS_WITHIN_MS, work(tenant));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return !isDeepStrictEqual(before, await endState(tenant));
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const tooLate = pause(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`does not end within ${ms / 1000} s`);
  });
  try {
    await Promise.race([work, tooLate]);
  } finally {
    over.abort();
    tooLate.catch(() => {});
  }
}
