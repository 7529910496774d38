import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Shares, UNLIMITED } from '../shares/shares.ts';
import { bossDatabase } from './boss-database.ts';
import type { Job, JobDefinition, Jobs } from './definitions.ts';
import { JobCounters } from './job-counters.ts';
import { jobOf, type StartedJobs } from './job-queue.ts';
import { countRuns, SCHEMA } from './job-records.ts';
import { jobRoutes } from './job-routes.ts';
import { withTraceOf } from './job-trace.ts';
import { startQueue } from './queue-options.ts';
import { Recurrences } from './recurrences.ts';
import { sendOptions } from './send-options.ts';
import { workOn } from './work.ts';

export interface JobsOptions {
  readonly db: Database;
  readonly logger: Logger;
  /** Receives the routes under `/ops/jobs`; must not be listening yet. */
  readonly app?: FastifyInstance;
  readonly metrics?: Metrics;
  /** Counts the runs of tenants, and limits them. Default: unlimited. */
  readonly shares?: Shares;
  /** The default time zone of recurrences. Default `Europe/Paris`. */
  readonly timeZone?: string;
  /** How soon, in seconds, the death of a run's process is noticed. Default 60, at least 10. */
  readonly heartbeatS?: number;
  /** How often, in seconds, to check for that. Default 30. */
  readonly superviseS?: number;
  /** How often, in milliseconds, to check for due recurrences. Default 5,000. */
  readonly recurEveryMs?: number;
  /** For how long, in milliseconds, runs wait after the start, so that nothing else does. Default 0. */
  readonly workAfterMs?: number;
  /** The clock of recurrences. Absent: the system's. */
  readonly now?: () => Date;
}

export interface RunningJobs extends Jobs {
  /** Creates the tables of pg-boss if needed, and starts working. Does nothing if no job is defined. */
  start(): Promise<void>;
  /**
   * Lets active runs finish, for at most three seconds. Unfinished ones are run again, after the next start or by another
   * process. Resolves within five seconds, even if the database does not answer.
   */
  stop(): Promise<void>;
}

const NAME = /^[A-Za-z][\w.-]{0,100}$/;
const STOP_WITHIN_MS = 3_000;
/** The time after which running jobs are given up at the end, including the write of their outcome. */
const GIVE_UP_AFTER_MS = 5_000;
export const migrationsFolder = new URL('../../migrations/', import.meta.url);

/** Loads the library that works on jobs, which takes a tenth of a second. A process without jobs can save it. */
export function preloadJobs(): Promise<unknown> {
  return import('pg-boss');
}

/** Opens the jobs of a process. Processes on the same database share the work: each run is done by one of them. */
export async function openJobs(options: JobsOptions): Promise<RunningJobs> {
  const { db, app, metrics, shares = UNLIMITED } = options;
  const definitions = new Map<string, JobDefinition<object>>();
  const counters = new JobCounters();
  const { promise: started, resolve, reject } = Promise.withResolvers<StartedJobs>();
  started.catch(() => {}); // `start` reports the error
  let running: StartedJobs | undefined;
  let isDefining = true;

  if (app) {
    await jobRoutes(app, {
      db,
      definitions,
      isRunning: () => running !== undefined,
      async runNow(definition) {
        const { boss } = await started;
        return (await boss.send(definition.name, withTraceOf({}), sendOptions(definition, {}))) ?? undefined;
      },
    });
  }
  metrics?.add(async () => {
    const names = [...definitions.keys()];
    const counts = running === undefined ? new Map() : await countRuns(db, names);
    const ofEach = (what: 'waiting' | 'failed') =>
      Object.fromEntries(names.map((name) => [name, counts.get(name)?.[what] ?? 0]));
    return counters.lines(ofEach('waiting'), ofEach('failed'));
  });

  return {
    define<Data extends object>(definition: JobDefinition<Data>): Job<Data> {
      const { name } = definition;
      if (!NAME.test(name))
        throw new Error(`A job is named ${JSON.stringify(name)}, expected letters, digits, ".", "_", "-"`);
      if (definitions.has(name)) throw new Error(`The job ${name} already exists`);
      if (!isDefining) throw new Error(`The job ${name} was defined after the jobs had started`);
      counters.add(name);
      // All runs in its queue were enqueued with data of this type.
      const known = definition as unknown as JobDefinition<object>;
      definitions.set(name, known);
      return jobOf(known, { db, shares, started, isRunning: () => running !== undefined });
    },
    async start() {
      isDefining = false;
      if (definitions.size === 0) return;
      try {
        running = await startAll(options, definitions, counters);
        resolve(running);
      } catch (error) {
        reject(error);
        throw error;
      }
    },
    async stop() {
      if (running === undefined) return;
      const { boss, recurrences, ending } = running;
      running = undefined;
      ending.abort();
      const stopping = Promise.all([recurrences.stop(), boss.stop({ graceful: true, timeout: STOP_WITHIN_MS })]).then(
        () => true,
      );
      const giveUp = new AbortController();
      const isStopped = await Promise.race([stopping, pause(GIVE_UP_AFTER_MS, false, giveUp)]).finally(() =>
        giveUp.abort(),
      );
      if (isStopped) return;
      options.logger.warn('the background jobs did not stop in time; unfinished runs are repeated');
      stopping.catch((cause: unknown) => options.logger.debug({ err: cause }, 'the background jobs stopped too late'));
    },
  };
}

async function startAll(
  options: JobsOptions,
  definitions: ReadonlyMap<string, JobDefinition<object>>,
  counters: JobCounters,
): Promise<StartedJobs> {
  const { db, logger, heartbeatS = 60, timeZone = 'Europe/Paris', recurEveryMs = 5000 } = options;
  const now = options.now ?? (() => new Date());
  await migrate(db, migrationsFolder, 'kit');
  const boss = await openBoss(options);
  const recurrences = new Recurrences({ db, boss, definitions, logger, timeZone, now, everyMs: recurEveryMs });
  const queues = await boss.getQueues([...definitions.keys()]);
  const all = [...definitions.values()];
  for (const definition of all) await startQueue(boss, definition, { queues, heartbeatS });
  await Promise.all(
    all.map(({ name, schedule }) =>
      schedule ? recurrences.keep(name, '', schedule, {}) : recurrences.remove(name, ''),
    ),
  );
  const work = async () => {
    await Promise.all(all.map((definition) => workOn(boss, definition, { counters, logger, heartbeatS })));
    recurrences.start();
  };
  const ending = new AbortController();
  if (options.workAfterMs === undefined) await work();
  else workLater(work, options.workAfterMs, ending.signal, logger);
  return { boss, recurrences, ending };
}

async function workLater(work: () => Promise<void>, ms: number, signal: AbortSignal, logger: Logger): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
    await work();
  } catch (cause) {
    if (!signal.aborted) logger.error({ err: cause }, 'the background jobs can not start to work');
  }
}

async function openBoss({ db, logger, superviseS = 30 }: JobsOptions): Promise<PgBoss> {
  const { PgBoss: Boss } = await import('pg-boss'); // see `preloadJobs`
  const boss = new Boss({
    db: bossDatabase(db),
    schema: SCHEMA,
    backend: db.kind,
    schedule: false, // see `Recurrences`
    useListenNotify: true,
    superviseIntervalSeconds: superviseS,
    monitorIntervalSeconds: superviseS,
  });
  boss.on('error', (cause) => logger.error({ err: cause }, 'an error in the background jobs'));
  boss.on('warning', ({ message, data }) => logger.warn({ data }, `background jobs: ${message}`));
  await makeSchema(db);
  await boss.start();
  return boss;
}

const LOCK_SCHEMA = `SELECT pg_advisory_xact_lock(hashtextextended('kit.jobs.schema', 0))`;

const HAS_SCHEMA = `SELECT to_regnamespace('${SCHEMA}') IS NOT NULL AS there`;

/** Two processes that start on a new database could both create the schema, and one would fail: so look first. */
async function makeSchema(db: JobsOptions['db']): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({ text: 'SET LOCAL lock_timeout = 0' });
    await tx.query({ text: LOCK_SCHEMA });
    // A cluster creates it on all nodes, and one may be unreachable at a later start.
    if ((await tx.query<{ there: boolean }>({ text: HAS_SCHEMA })).rows[0]?.there === true) return;
    await tx.query({ text: `CREATE SCHEMA IF NOT EXISTS ${SCHEMA}` });
  });
}
