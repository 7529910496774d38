import { rowsOfNodes } from '../database/citus/tenant-nodes.ts';
import type { Database } from '../database/database.ts';
import type { WriteLane } from './write-lane/write-lane.ts';

/** Entities deleted in one batch, of each node. A limit, so that a mass expiry does not hold up other writes. */
const CHUNK = 500;

const SELECT_EXPIRED = `
  SELECT tenant, id FROM entity WHERE expires_at <= $1 ORDER BY expires_at LIMIT ${CHUNK}`;

interface Log {
  warn(fields: object, message: string): void;
}

/**
 * Deletes entities that have expired (4.22). Reads hide them from the moment they expire. This job records and notifies
 * their deletion like any other.
 */
export class ExpiryJob {
  readonly #db: Database;
  readonly #lane: WriteLane;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(db: Database, lane: WriteLane, log: Log, everyMs: number) {
    this.#db = db;
    this.#lane = lane;
    this.#log = log;
    this.#timer = setInterval(() => void this.run(), everyMs);
    this.#timer.unref();
  }

  /** Returns at once if a run is already in progress. */
  run(): Promise<void> {
    this.#running ??= this.#deleteExpired()
      .catch((error) => {
        if (!this.#isClosed) this.#log.warn({ error }, 'Entities that have expired could not be deleted');
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #deleteExpired(): Promise<void> {
    for (let found = CHUNK; found >= CHUNK && !this.#isClosed; ) {
      const statement = { text: SELECT_EXPIRED, values: [new Date().toISOString()] };
      const rows = await rowsOfNodes<{ tenant: string; id: string }>(this.#db, statement);
      found = rows.length;
      // The write lane itself deletes an expired entity before it decides, so the decision has nothing left to do.
      const writes = Map.groupBy(rows, ({ tenant }) => tenant);
      for (const [tenant, expired] of writes) {
        const outcomes = await this.#lane.writeAll(
          tenant,
          expired.map(({ id }) => ({ entityId: id, decide: (before) => ({ after: before, result: undefined }) })),
        );
        for (const outcome of outcomes) if ('error' in outcome) throw outcome.error;
      }
    }
  }
}
