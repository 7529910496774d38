import { OUTAGES, type Outage } from '@alzette/kit/outage';
import type { Database } from '../database/database.ts';

const LOOK_EVERY_MS = 1_000;
const LOOK_WITHIN_MS = 3_000;

/** A write, because a full database still answers reads. */
const LOOK = 'UPDATE broker_clock SET at = at';

interface Log {
  error(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/**
 * Tracks outages of the database. An outage is logged when it begins and when it ends, with the number of failed
 * requests. In between the database is tested every second.
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

  /** The current problem, as a sentence; undefined: none is known. */
  get reason(): string | undefined {
    return this.#outage && OUTAGES[this.#outage];
  }

  /** Records that a request failed because of the outage. One of a single node is not one of the database. */
  note(outage: Outage, error: unknown): void {
    if (outage === 'node') return;
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
    this.#log.info(state, 'The database is available again');
  }
}
