import type { Database } from '../../database/database.ts';
import type { RollupJob } from '../rollups/rollup-job.ts';
import { unfoldSomeInitialInstances } from '../rows/initial-instances.ts';
import { historyTables } from '../tables/history-tables.ts';
import { beatRun, beginRun, endRun, isRunDue, type Progress, stopRun } from './retention-runs.ts';
import { dropPast, type Retained, removePast, tenantsWithPolicies } from './retention-statements.ts';

const LOOK_EVERY_MS = 60 * 60 * 1000;
const COUNTED = { raw: 'instances', hour: 'hours', day: 'days' } as const;

interface Log {
  warn(fields: object, message: string): void;
}

/**
 * Removes data that retention policies no longer keep, once a day. Each batch is a transaction of its own, so the run
 * may be stopped or killed at any time, and the next one continues. Data is summed up before it is removed.
 */
export class RetentionJob {
  readonly #db: Database;
  readonly #rollups: RollupJob;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(db: Database, rollups: RollupJob, log: Log) {
    this.#db = db;
    this.#rollups = rollups;
    this.#log = log;
    this.#timer = setInterval(() => void this.#runWhenDue(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Starts a run and returns its id; undefined if one is in progress. */
  async start(): Promise<number | undefined> {
    const id = await this.#db.transaction(beginRun);
    if (id !== undefined) this.#running = this.#run(id);
    return id;
  }

  /** False: no run is in progress. */
  stop(): Promise<boolean> {
    return stopRun(this.#db);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #runWhenDue(): Promise<void> {
    try {
      if (await isRunDue(this.#db)) await this.start();
    } catch (error) {
      this.#log.warn({ error }, 'Could not check whether a retention run is due');
    }
  }

  async #run(id: number): Promise<void> {
    try {
      const isDone = await this.#removeAll((progress) => this.#goesOn(id, progress));
      await endRun(this.#db, id, isDone ? 'done' : 'stopped');
    } catch (error) {
      this.#log.warn({ error }, 'A retention run failed');
      const message = error instanceof Error ? error.message : String(error);
      await endRun(this.#db, id, 'failed', message).catch(() => undefined);
    }
  }

  async #goesOn(id: number, progress: Progress): Promise<boolean> {
    return (await beatRun(this.#db, id, progress)) && !this.#isClosed;
  }

  /** False: the run was stopped. */
  async #removeAll(goesOn: (progress: Progress) => Promise<boolean>): Promise<boolean> {
    const tenants = await tenantsWithPolicies(this.#db);
    for (const tenant of tenants) {
      while (await unfoldSomeInitialInstances(this.#db, tenant)) {
        if (!(await goesOn({}))) return false;
      }
    }
    await this.#rollups.settled();
    for (const leaf of await historyTables(this.#db)) {
      const instances = await dropPast(this.#db, leaf);
      if (!(await goesOn(instances === undefined ? {} : { partitions: [leaf.name], instances }))) return false;
    }
    for (const tenant of tenants) {
      for (const retained of ['raw', 'hour', 'day'] as const) {
        if (!(await this.#removeOf(tenant, retained, goesOn))) return false;
      }
    }
    return true;
  }

  async #removeOf(
    tenant: string,
    retained: Retained,
    goesOn: (progress: Progress) => Promise<boolean>,
  ): Promise<boolean> {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { removed, next } = await removePast(this.#db, retained, tenant, after);
      if (!(await goesOn({ [COUNTED[retained]]: removed }))) return false;
      after = next;
    }
    return true;
  }
}
