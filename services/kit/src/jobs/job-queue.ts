import { randomUUID } from 'node:crypto';
import type { PgBoss, SendOptions } from 'pg-boss';
import { bossTransaction } from './boss-database.ts';
import type { EnqueueOptions, Job, JobDefinition } from './definitions.ts';
import { isSingle, recurrenceOptions } from './queue-options.ts';

/** What a service does with a job that it has defined. @param started once it resolves, there is something to do it with */
export function jobOf(definition: JobDefinition<object>, started: Promise<PgBoss>, timeZone: string): Job<object> {
  const { name } = definition;
  return {
    name,
    async enqueue(data, options = {}) {
      const boss = await started;
      return (await boss.send(name, data, sendOptions(definition, options))) ?? undefined;
    },
    async cancel(key) {
      const boss = await started;
      const waiting = (await boss.findJobs(name, { key, queued: true })).map(({ id }) => id);
      if (waiting.length > 0) await boss.deleteJob(name, waiting);
      return waiting.length;
    },
    async schedule(key, { cron, data, ...recurrence }) {
      const boss = await started;
      const singletonKey = `schedule:${key}`;
      await boss.schedule(name, cron, data, { key, singletonKey, ...recurrenceOptions(recurrence, timeZone) });
    },
    async unschedule(key) {
      await (await started).unschedule(name, key);
    },
  };
}

/**
 * Of one key one run waits. So each run that is given none gets its own, but those of a job that runs one at a time: they
 * share the empty one.
 */
export function sendOptions(definition: JobDefinition<object>, options: EnqueueOptions): SendOptions {
  const { after, key, tx, priority } = options;
  const singletonKey = key ?? (isSingle(definition) ? undefined : `run:${randomUUID()}`);
  return {
    ...(after && { startAfter: after }),
    ...(singletonKey !== undefined && { singletonKey }),
    ...(tx && { db: bossTransaction(tx) }),
    ...(priority !== undefined && { priority }),
  };
}
