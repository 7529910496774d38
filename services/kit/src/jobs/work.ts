import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { traceOfText, withSpan } from '../tracing/tracing.ts';
import type { JobDefinition } from './definitions.ts';
import type { JobCounters } from './job-counters.ts';
import { withoutTrace } from './job-trace.ts';

/**
 * A run that is due at once is started by a notification of the database. This interval is for runs that become due.
 */
const POLL_S = 5;

interface WorkParts {
  readonly counters: JobCounters;
  readonly logger: Logger;
  readonly heartbeatS: number;
}

/** Lets this process run a job. */
export async function workOn(boss: PgBoss, definition: JobDefinition<object>, parts: WorkParts): Promise<void> {
  const { name, concurrency = 1, pollS = POLL_S } = definition;
  const { counters } = parts;
  const options = {
    includeMetadata: true,
    batchSize: 1,
    localConcurrency: concurrency,
    pollingIntervalSeconds: pollS,
    notifyPollingIntervalSeconds: pollS,
    heartbeatRefreshSeconds: Math.max(1, Math.floor(parts.heartbeatS / 3)),
  } as const;
  await boss.work<object, unknown, typeof options>(name, options, async ([job]) => {
    if (job === undefined) return;
    const begun = performance.now();
    try {
      const output = await runOnce(definition, job, parts.logger);
      counters.ended(name, 'completed', (performance.now() - begun) / 1000);
      return output;
    } catch (error) {
      counters.ended(name, 'failed', (performance.now() - begun) / 1000);
      throw error;
    }
  });
}

/** Runs it as a part of the request that enqueued it. */
function runOnce(definition: JobDefinition<object>, job: JobWithMetadata<object>, logger: Logger) {
  const { data, trace } = withoutTrace(job.data ?? {});
  const span = { name: `job ${definition.name}`, kind: 'consumer', attributes: { 'alzette.run': job.id } } as const;
  return withSpan(traceOfText(trace), span, () => runJob(definition, { ...job, data }, logger));
}

async function runJob({ name, run }: JobDefinition<object>, job: JobWithMetadata<object>, logger: Logger) {
  const { id, retryCount, retryLimit, signal } = job;
  const own = logger.child({ job: name, run: id });
  const isLastAttempt = retryCount >= retryLimit;
  try {
    return await run(job.data, { id, attempt: retryCount + 1, isLastAttempt, signal, logger: own });
  } catch (cause) {
    if (isLastAttempt) own.error({ err: cause }, 'a job failed and is given up');
    else own.warn({ err: cause }, 'a job failed and will be retried');
    throw cause;
  }
}
