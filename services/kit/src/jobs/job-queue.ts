import type { PgBoss } from 'pg-boss';
import { unavailable } from '../problems/problems.ts';
import type { Job, JobDefinition } from './definitions.ts';
import { withTraceOf } from './job-trace.ts';
import type { Recurrences } from './recurrences.ts';
import { sendOptions } from './send-options.ts';

/** Available after jobs have started. */
export interface StartedJobs {
  readonly boss: PgBoss;
  readonly recurrences: Recurrences;
  /** Aborted when the jobs end. */
  readonly ending: AbortController;
}

const RETRY_AFTER_S = 2;

/** The interface of a defined job for its service. @param started resolves when jobs have started */
export function jobOf(
  definition: JobDefinition<object>,
  started: Promise<StartedJobs>,
  isRunning: () => boolean,
): Job<object> {
  const { name } = definition;
  return {
    name,
    async enqueue(data, options = {}) {
      // Waiting within a transaction would block the only session of the embedded database, which the start needs.
      if (options.tx && !isRunning()) throw unavailable('The background jobs have not started', RETRY_AFTER_S);
      const { boss } = await started;
      return (await boss.send(name, withTraceOf(data), sendOptions(definition, options))) ?? undefined;
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
