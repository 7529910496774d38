import type { Job } from '@alzette/kit/jobs';
import type { FastifyInstance } from 'fastify';
import type { LightingParts } from '../parts.ts';
import { daysAfter, instantOf } from '../sun/local-time.ts';
import { tonight } from '../sun/tonight.ts';
import { fillPresent } from './fill-readings.ts';
import { endOfLastNight } from './night-jobs.ts';
import { LATE_DAYS } from './reading-rows.ts';
import type { ReadingSubscriptions } from './subscribe.ts';
import { fillFromOf, fillLess, keepTenant } from './tenant-rows.ts';

/** The data of the job that fills in readings. */
export interface FillJob {
  readonly tenant: string;
}

/** Starts what a tenant needs with its first use of the service, so that others do not pay for it. */
export interface FirstUse {
  /**
   * Starts storing the tenant's readings, and fills in the present ones. Those of the history follow in a job.
   *
   * @throws NgsiLdClientError: the broker refuses the subscriptions
   */
  begin(tenant: string): Promise<void>;
  /** The same for the demo, which makes its past nights itself: its history has too few values for them. */
  beginDemo(tenant: string): Promise<void>;
}

const NOON = 12 * 60;
/** How long the first request waits for the present readings. The job fills in the rest. */
const WAIT_MS = 5_000;
/** Then every process knows the subscriptions, so no reading is missed between them and the history. */
const FILL_AFTER_MS = 5_000;

export function openFirstUse(parts: LightingParts, subscriptions: ReadingSubscriptions, fill: Job<FillJob>): FirstUse {
  const { db, siteOf, logger } = parts;
  const begun = new Map<string, Promise<void>>();
  /** The noon before tonight, or days earlier, so that nights are filled in as a whole. */
  const noon = (tenant: string, daysAgo: number) => {
    const { timeZone } = siteOf(tenant);
    return new Date(instantOf(daysAfter(tonight(timeZone), -daysAgo), NOON, timeZone));
  };
  const begin = async (tenant: string) => {
    await subscriptions.subscribe(tenant);
    await keepTenant(db, tenant, noon(tenant, LATE_DAYS - 1));
    if ((await fillFromOf(db, tenant)) === undefined) return;
    const after = new Date(Date.now() + FILL_AFTER_MS);
    // Not awaited, because the request does not depend on it.
    fill.enqueue({ tenant }, { key: tenant, after }).catch((cause: unknown) => {
      logger.warn({ err: cause, tenant }, 'past readings of lamps are not filled in yet; the hourly job tries again');
    });
    await fillPresent(parts, tenant, AbortSignal.timeout(WAIT_MS)).catch((cause: unknown) => {
      logger.warn({ err: cause, tenant }, 'the present readings of lamps are not complete yet; a job fills them in');
    });
  };
  const beginOnce = (tenant: string): Promise<void> => {
    const known = begun.get(tenant);
    if (known !== undefined) return known;
    const beginning = begin(tenant).catch((cause: unknown) => {
      begun.delete(tenant);
      throw cause;
    });
    begun.set(tenant, beginning);
    return beginning;
  };
  return {
    begin: beginOnce,
    async beginDemo(tenant) {
      const given = [noon(tenant, 0), new Date(endOfLastNight(siteOf(tenant), Date.now()))] as const;
      await keepTenant(db, tenant, ...given);
      await fillLess(db, tenant, ...given);
      await beginOnce(tenant);
    },
  };
}

/**
 * Begins with each tenant's first request. For the default tenant a look is a use; another tenant would begin to exist
 * with its subscriptions, so it begins with the first change. Access has been checked before.
 */
export function beginWithRequests(scope: FastifyInstance, firstUse: FirstUse, { logger }: LightingParts): void {
  scope.addHook('preHandler', async ({ tenant, method }) => {
    if (method === 'PUT' || method === 'POST') await firstUse.begin(tenant);
    else if (tenant === '') {
      await firstUse.begin(tenant).catch((cause: unknown) => {
        logger.warn({ err: cause }, 'readings of lamps are not stored yet; the next request tries again');
      });
    }
  });
}
