import type { PgBoss, QueueResult } from 'pg-boss';
import type { JobDefinition } from './definitions.ts';

const LONGEST_PAUSE_S = 3600;
const DAY_S = 86_400;

export function isSingle({ oneAtATime, schedule }: JobDefinition<object>): boolean {
  return oneAtATime ?? schedule !== undefined;
}

interface QueueOptions {
  /** The existing queues. */
  readonly queues: readonly QueueResult[];
  readonly heartbeatS: number;
}

/** Creates or updates the queue of a job. @throws Error: it exists with another policy */
export async function startQueue(
  boss: PgBoss,
  definition: JobDefinition<object>,
  { queues, heartbeatS }: QueueOptions,
): Promise<void> {
  const { name, retries = 3, retryDelayS = 30, timeoutS = 900, keepDays = 7 } = definition;
  // `short`: one waits for each key; `stately`: and one is active for each key.
  const policy = isSingle(definition) ? 'stately' : 'short';
  const options = {
    retryLimit: retries,
    retryDelay: retryDelayS,
    retryBackoff: true,
    retryDelayMax: Math.max(LONGEST_PAUSE_S, retryDelayS),
    expireInSeconds: timeoutS,
    deleteAfterSeconds: Math.ceil(keepDays * DAY_S),
    heartbeatSeconds: heartbeatS,
    notify: true,
  };
  const known = queues.find((queue) => queue.name === name);
  if (known === undefined) await boss.createQueue(name, { policy, ...options });
  else if (known.policy === policy) {
    const hasOptions = Object.entries(options).every(([option, value]) => known[option as keyof QueueResult] === value);
    if (!hasOptions) await boss.updateQueue(name, options);
  } else
    throw new Error(`The job ${name} was stored as "${known.policy}" and is "${policy}" now: it needs another name`);
}
