import type { PgBoss } from 'pg-boss';
import type { Database, Queryable } from '../database/database.ts';
import { isForRequest } from '../database/request-deadline.ts';
import { unavailable } from '../problems/problems.ts';
import type { Shares } from '../shares/shares.ts';
import type { EnqueueOptions, Job, JobDefinition } from './definitions.ts';
import { SCHEMA } from './job-records.ts';
import { withTraceOf } from './job-trace.ts';
import type { Recurrences } from './recurrences.ts';
import { groupOf, sendOptions } from './send-options.ts';

/** Available after jobs have started. */
export interface StartedJobs {
  readonly boss: PgBoss;
  readonly recurrences: Recurrences;
  /** Aborted when the jobs end. */
  readonly ending: AbortController;
}

const RETRY_AFTER_S = 2;

/** Of runs that are due: the last place of the tenant, and the first of all. */
const PLACES = `
  SELECT max(-priority) FILTER (WHERE group_id = $2)::int AS own, min(-priority)::int AS first FROM ${SCHEMA}.job
  WHERE name = $1 AND state < 'active' AND start_after <= now()`;

interface QueueParts {
  readonly db: Database;
  readonly shares: Shares;
  /** Resolves when jobs have started. */
  readonly started: Promise<StartedJobs>;
  isRunning(): boolean;
}

/** The interface of a defined job for its service. */
export function jobOf(definition: JobDefinition<object>, { db, shares, started, isRunning }: QueueParts): Job<object> {
  const { name } = definition;
  return {
    name,
    async enqueue(data, options = {}) {
      // Waiting within a transaction would block the only session of the embedded database, which the start needs.
      if (options.tx && !isRunning()) throw unavailable('The background jobs have not started', RETRY_AFTER_S);
      const { boss } = await started;
      const tenant = tenantOf(data);
      const given =
        tenant === undefined
          ? options
          : { ...shared(shares, tenant, options), ...(await turnOf(options.tx ?? db, name, tenant, options)) };
      return (await boss.send(name, withTraceOf(data), sendOptions(definition, given))) ?? undefined;
    },
    async cancel(key) {
      const { boss } = await started;
      const waiting = (await boss.findJobs(name, { key, queued: true })).map(({ id }) => id);
      if (waiting.length > 0) await boss.deleteJob(name, waiting);
      return waiting.length;
    },
    async schedule(key, { data, ...recurrence }) {
      await (await started).recurrences.keep(name, key, recurrence, data);
    },
    async unschedule(key) {
      await (await started).recurrences.remove(name, key);
    },
  };
}

/** Whose work a run is, if it is of one tenant. */
function tenantOf(data: object): string | undefined {
  return 'tenant' in data && typeof data.tenant === 'string' ? data.tenant : undefined;
}

/**
 * Counts a run. Beyond the quota of its tenant a request is told so, and what the product does by itself waits until
 * the next day: a failure would stop its work for other tenants.
 */
function shared(shares: Shares, tenant: string, options: EnqueueOptions): EnqueueOptions {
  const until = isForRequest() ? undefined : shares.usedUpUntil(tenant, 'jobs');
  if (until === undefined) shares.take(tenant, 'jobs');
  else shares.add(tenant, 'jobs', 1);
  return until === undefined || (options.after && options.after > until) ? options : { ...options, after: until };
}

/**
 * Tenants take turns: each waiting run of a tenant has the place after its last one, and a tenant without one begins at
 * the first place of all. So a hundred runs of one delay that of another by one.
 */
async function turnOf(db: Queryable, name: string, tenant: string, { priority }: EnqueueOptions) {
  if (priority !== undefined) return { tenant };
  type Row = { readonly own: number | null; readonly first: number | null };
  const { rows } = await db.query<Row>({ name: 'places-of-jobs', text: PLACES, values: [name, groupOf(tenant)] });
  const { own = null, first = null } = rows[0] ?? {};
  return { tenant, priority: -Math.max(own === null ? 0 : own + 1, first ?? 0) };
}
