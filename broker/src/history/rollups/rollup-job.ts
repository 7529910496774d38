import { setTimeout as pause } from 'node:timers/promises';
import { Rests } from '../../clock/rests.ts';
import { isByTenant } from '../../database/citus/by-tenant.ts';
import type { Database } from '../../database/database.ts';
import {
  advanceRollups,
  historyWriters,
  historyWrites,
  regroupMembers,
  rollupState,
  summarizeNumbers,
} from './history-rollups.ts';
import { vacuumNewInstances } from './vacuum-history.ts';

const EVERY_MS = 5_000;
const WAIT_MS = 20;
/** Instances per transaction. A limit, because the embedded database can do nothing else during a transaction. */
const BATCH = { postgres: 20_000, pglite: 5_000 } as const;
/** After each transaction the job rests for this multiple of its duration, so that it hardly slows down writers. */
const PACE = 3;
/**
 * With more instances behind, it does not rest, because readers must then read these one by one, or even the whole
 * history.
 */
const HURRY_FROM = 150_000;
/** Beyond what the index of numbers covers, everything is scanned. */
const SUMMARIZE_FROM = 100_000;
/** The same on a cluster, where numbers are microseconds. Larger, because each update concerns all shards of all nodes. */
const SUMMARIZE_FROM_OF_CLUSTER = 30_000_000;
/** The same for vacuuming on a cluster, in ms. */
const SHOW_EVERY_MS_OF_CLUSTER = 30_000;
/** How often to look for entities whose types or scopes have changed. This reads all of them. */
const REGROUP_EVERY_MS = 60_000;
/**
 * After updating the index, it waits for this multiple of the time that took. While an old snapshot is in use, updating
 * has no effect.
 */
const REST = 20;

interface Log {
  warn(fields: object, message: string): void;
}

/**
 * Keeps the sums of hours and days up to date. It follows the numbers of instances in the order of assignment, but
 * never beyond one that a transaction in progress may still write. So history writes need no extra work for it.
 */
export class RollupJob {
  readonly #db: Database;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  #isClosed = false;
  /** All instances up to this number are present as soon as these writers have finished. */
  #candidate: { upTo: number; writers: Set<string> } | undefined;
  #safe = 0;
  /** The number up to which the index of numbers was last updated. */
  #indexed = 0;
  /** On a cluster: the result of `historyWrites` before the last two runs. */
  #writes: readonly [string, string] = ['', ''];
  #restUntil = 0;
  #regroupAt = 0;
  readonly #rests = new Rests();

  constructor(db: Database, log: Log, everyMs = EVERY_MS) {
    this.#db = db;
    this.#log = log;
    this.#timer = setInterval(() => void this.run(), everyMs);
    this.#timer.unref();
  }

  /** Processes what is there. Returns at once if that is already in progress. */
  run(): Promise<void> {
    this.#running ??= this.#catchUp()
      .then(() => this.#show())
      .then(() => this.#regroup())
      .catch((error) => {
        if (!this.#isClosed) this.#log.warn({ error }, 'Could not update the sums of the history');
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  /** Resolves when everything written before is summed up. The job does not rest meanwhile. */
  settled(): Promise<void> {
    return this.#rests.without(async () => {
      const { last } = await rollupState(this.#db);
      for (;;) {
        await this.run();
        const { watermark, corrections } = await rollupState(this.#db);
        if (this.#isClosed || (watermark >= last && corrections === 0)) return;
        await pause(WAIT_MS);
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#rests.close();
    await this.#running;
  }

  /** What is written meanwhile is left to the next run. Otherwise it would never end under load. */
  async #catchUp(): Promise<void> {
    const batch = BATCH[this.#db.kind];
    const summarizeFrom = isByTenant(this.#db) ? SUMMARIZE_FROM_OF_CLUSTER : SUMMARIZE_FROM;
    if (await this.#isIdle()) return;
    let state = await rollupState(this.#db);
    const { last } = state;
    while (!this.#isClosed) {
      const { watermark, corrections } = state;
      if (watermark >= last && corrections === 0) return;
      if (this.#safe <= watermark) this.#safe = await this.#safeNumber(last);
      if (this.#safe <= watermark && corrections === 0) return;
      if (this.#safe - this.#indexed > summarizeFrom) {
        await summarizeNumbers(this.#db);
        this.#indexed = this.#safe;
      }
      const start = performance.now();
      const mine = await advanceRollups(this.#db, Math.max(this.#safe, watermark), batch);
      if (!mine) return;
      const took = performance.now() - start;
      state = await rollupState(this.#db);
      if (state.watermark === watermark && state.corrections >= corrections) return;
      if (state.watermark >= last || state.last - state.watermark >= HURRY_FROM) continue;
      await this.#show();
      await this.#rests.rest(took * PACE);
    }
  }

  /**
   * On a cluster: whether nothing was written since the run before the last, so that everything is summed up. The numbers can't
   * show this, because they are times and so always ahead of the sums.
   */
  async #isIdle(): Promise<boolean> {
    if (!isByTenant(this.#db)) return false;
    const writes = await historyWrites(this.#db);
    const isIdle = this.#writes.every((before) => before === writes) && !this.#rests.isAwaited;
    this.#writes = [this.#writes[1], writes];
    return isIdle;
  }

  async #show(): Promise<void> {
    const start = performance.now();
    if (this.#isClosed || start < this.#restUntil) return;
    await vacuumNewInstances(this.#db);
    const least = isByTenant(this.#db) ? SHOW_EVERY_MS_OF_CLUSTER : 0;
    this.#restUntil = start + Math.max(least, (performance.now() - start) * REST);
  }

  async #regroup(): Promise<void> {
    const start = performance.now();
    if (this.#isClosed || (start < this.#regroupAt && !this.#rests.isAwaited)) return;
    await regroupMembers(this.#db, () => this.#isClosed);
    this.#regroupAt = start + Math.max(REGROUP_EVERY_MS, (performance.now() - start) * REST);
  }

  /** A number below which no new instances can appear: the writers that may have been assigned them have finished. */
  async #safeNumber(last: number): Promise<number> {
    for (let tries = 0; tries < 10; tries++) {
      const writers = await historyWriters(this.#db);
      const before = this.#candidate;
      const left = before === undefined ? writers : before.writers.intersection(writers);
      const upTo = before?.upTo ?? last;
      if (left.size === 0) {
        this.#candidate = undefined;
        return upTo;
      }
      this.#candidate = { upTo, writers: left };
      await pause(WAIT_MS);
    }
    return 0;
  }
}
