import { randomUUID } from 'node:crypto';
import type { SendOptions } from 'pg-boss';
import { bossTransaction } from './boss-database.ts';
import type { EnqueueOptions, JobDefinition } from './definitions.ts';
import { isSingle } from './queue-options.ts';

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
