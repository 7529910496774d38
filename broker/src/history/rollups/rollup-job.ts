import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../database/database.ts';
import { advanceRollups, historyWriters, rollupState, summarizeNumbers } from './history-rollups.ts';
import { vacuumNewInstances } from './vacuum-history.ts';

const EVERY_MS = 5_000;
const WAIT_MS = 20;
/** Instances in one transaction; the embedded database answers nobody else meanwhile. */
const BATCH = { postgres: 20_000, pglite: 5_000 } as const;
/** So much longer than a transaction takes it then rests, so that who writes meanwhile is hardly slowed down. */
const PACE = 3;
/** From so many instances behind it doesn't: whoever asks for sums reads these one by one, and all where they are too many. */
const HURRY_FROM = 150_000;
/** Beyond what the index of numbers tells of, all is read through. */
const SUMMARIZE_FROM = 100_000;
/** So much longer than it takes to show new instances it is left alone: while a transaction holds on to an old moment it is in vain. */
const REST = 20;

interface Log {
  warn(fields: object, message: string): void;
}

/**
 * Keeps the sums of hours and days up to date. It follows the numbers of instances in the order they were drawn, never past
 * one that a transaction under way may still write; so writes of history do nothing for it.
 */
export class RollupJob {
  readonly #db: Database;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  #isClosed = false;
  /** Up to this number all that will ever be written is there once these writers have ended. */
  #candidate: { upTo: number; writers: Set<string> } | undefined;
  #safe = 0;
  /** Up to this number the index of numbers was last brought up to date. */
  #indexed = 0;
  #restUntil = 0;
  /** How many wait for it to be done. */
  #awaited = 0;
  /** Ends a rest. */
  #rest = new AbortController();

  constructor(db: Database, log: Log, everyMs = EVERY_MS) {
    this.#db = db;
    this.#log = log;
    this.#timer = setInterval(() => void this.run(), everyMs);
    this.#timer.unref();
  }

  /** Catches up with what is there; resolves at once when that is under way already. */
  run(): Promise<void> {
    this.#running ??= this.#catchUp()
      .then(() => this.#show())
      .catch((error) => {
        if (!this.#isClosed) this.#log.warn({ error }, 'Sums of the history could not be brought up to date');
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  /** Resolves when all that was written before is summed up, which is then done without rests. */
  async settled(): Promise<void> {
    this.#awaited++;
    try {
      this.#endRest();
      const { last } = await rollupState(this.#db);
      for (;;) {
        await this.run();
        const { watermark, corrections } = await rollupState(this.#db);
        if (this.#isClosed || (watermark >= last && corrections === 0)) return;
        await pause(WAIT_MS);
      }
    } finally {
      this.#awaited--;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#endRest();
    await this.#running;
  }

  #endRest(): void {
    this.#rest.abort();
    this.#rest = new AbortController();
  }

  async #restFor(ms: number): Promise<void> {
    if (this.#isClosed || this.#awaited > 0) return;
    await pause(ms, undefined, { signal: this.#rest.signal, ref: false }).catch(() => {});
  }

  /** What is written meanwhile is left to the next time: else it would go on for as long as there is load, a few at a time. */
  async #catchUp(): Promise<void> {
    const batch = BATCH[this.#db.kind];
    let state = await rollupState(this.#db);
    const { last } = state;
    while (!this.#isClosed) {
      const { watermark, corrections } = state;
      if (watermark >= last && corrections === 0) return;
      if (this.#safe <= watermark) this.#safe = await this.#safeNumber(last);
      if (this.#safe <= watermark && corrections === 0) return;
      if (this.#safe - this.#indexed > SUMMARIZE_FROM) {
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
      await this.#restFor(took * PACE);
    }
  }

  async #show(): Promise<void> {
    const start = performance.now();
    if (this.#isClosed || start < this.#restUntil) return;
    await vacuumNewInstances(this.#db);
    this.#restUntil = start + (performance.now() - start) * REST;
  }

  /** A number beyond which lower ones never come: none of the writers that may have drawn them is left. */
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
