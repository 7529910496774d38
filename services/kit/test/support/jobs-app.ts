import type { TestContext } from 'node:test';
import { type JobsOptions, openJobs, type RunningJobs } from '@alzette/kit/jobs';
import Fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';

export interface JobsApp {
  readonly app: FastifyInstance;
  readonly jobs: RunningJobs;
  /** The lines of `GET /metrics`. */
  metrics(): Promise<string>;
  /** The answer of `GET /ops/jobs/{name}`. */
  report(name: string): Promise<JobReport>;
}

export interface JobReport {
  readonly waiting: number;
  readonly deferred: number;
  readonly active: number;
  readonly failed: number;
  readonly nextRun?: string;
  readonly recurrences: readonly { readonly key?: string; readonly cron: string; readonly nextRun?: string }[];
  readonly lastRun?: RunReport;
  readonly runs: readonly RunReport[];
}

export interface RunReport {
  readonly state: string;
  readonly attempts: number;
  readonly key?: string;
  readonly durationMs?: number;
  readonly error?: string;
  readonly output?: unknown;
}

/** Jobs with their routes, stopped with the test. Define jobs first, then call `start`. */
export async function jobsApp(
  t: TestContext,
  options: Omit<JobsOptions, 'app' | 'logger' | 'metrics'>,
): Promise<JobsApp> {
  const app = Fastify();
  const readers: (() => string | Promise<string>)[] = [];
  const jobs = await openJobs({
    ...options,
    app,
    logger: pino({ level: 'silent' }),
    metrics: { add: (read) => readers.push(read) },
  });
  t.after(async () => {
    await jobs.stop();
    await app.close();
  });
  return {
    app,
    jobs,
    metrics: async () => (await Promise.all(readers.map((read) => read()))).join(''),
    report: async (name) => (await app.inject(`/ops/jobs/${name}`)).json(),
  };
}
