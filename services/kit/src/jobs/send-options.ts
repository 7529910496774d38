import { randomUUID } from 'node:crypto';
import type { SendOptions } from 'pg-boss';
import { bossTransaction } from './boss-database.ts';
import type { EnqueueOptions, JobDefinition } from './definitions.ts';
import { isSingle } from './queue-options.ts';

/**
 * Only one run of each key may wait. So a run without a key gets a unique one, except for jobs that run one at a time,
 * which share the empty key.
 */
export function sendOptions(
  definition: JobDefinition<object>,
  options: EnqueueOptions & { readonly tenant?: string },
): SendOptions {
  const { after, key, tx, priority, tenant } = options;
  const singletonKey = key ?? (isSingle(definition) ? undefined : `run:${randomUUID()}`);
  return {
    ...(after && { startAfter: after }),
    ...(singletonKey !== undefined && { singletonKey }),
    ...(tx && { db: bossTransaction(tx) }),
    ...(priority !== undefined && { priority }),
    ...(tenant !== undefined && { group: { id: groupOf(tenant) } }),
  };
}

export function groupOf(tenant: string): string {
  return `tenant:${tenant}`;
}
