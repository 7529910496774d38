import { OUTAGES, type Outage } from '@alzette/kit/outage';
import type { Database } from '../database/database.ts';

const LOOK_EVERY_MS = 1_000;
const LOOK_WITHIN_MS = 3_000;

/** A write, as a full database still answers reads. */
const LOOK = 'UPDATE broker_clock SET at = at';

interface Log {
  error(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/**
 * Knows whether the database does its work. A state is told in the log once when it begins and once when it has ended, with how
 * many requests it failed; meanwhile the database is asked every second whether it is over.
 */
export class DatabaseWatch {
  readonly #db: Database;
  readonly #log: Log;
  #outage: Outage | undefined;
  #since = 0;
  #failed = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
  }

  /** What is wrong now, as a sentence; undefined: nothing is known to be. */
  get reason(): string | undefined {
    return this.#outage && OUTAGES[this.#outage];
  }

  /** A request failed by it. */
  note(outage: Outage, error: unknown): void {
    this.#failed++;
    if (this.#outage !== undefined || this.#isClosed) return;
    this.#outage = outage;
    this.#since = performance.now();
    this.#log.error({ outage, cause: error instanceof Error ? error.message : String(error) }, OUTAGES[outage]);
    this.#lookLater();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    try {
      await this.#db.query({ text: LOOK, timeoutMs: LOOK_WITHIN_MS });
    } catch {
      this.#lookLater();
      return;
    }
    const seconds = Math.round((performance.now() - this.#since) / 100) / 10;
    const state = { outage: this.#outage, seconds, failedRequests: this.#failed };
    this.#outage = undefined;
    this.#failed = 0;
    this.#log.info(state, 'The database does its work again');
  }
}
