import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Queryable, Rows, Statement } from '../database.ts';
import { DatabaseUnavailable } from '../database-errors.ts';
import { formatPosition, PositionClock, parsePosition, type WalPosition } from './wal-position.ts';

/** A replica is usually behind by less: what has to wait longer is read from the primary. */
const WAIT_MS = 20;
const PAUSE_MS = 3;
/** One that fails is left alone so long. */
const LEAVE_MS = 5_000;

interface Log {
  warn(fields: object, message: string): void;
}

/** How far a replica has to be for what is being read; nothing there: only the primary will do. */
const needed = new AsyncLocalStorage<WalPosition>();

/**
 * Reads of entities from a streaming replica, as far as it has what the one who asks must see. Whatever it can't answer
 * (it is behind or away, it cancels for a conflict, the statement writes) the primary does.
 */
export class ReplicaReads {
  /** Given to what reads: it goes to the replica within {@link reading}, else to the primary. */
  readonly db: Database;
  readonly parse = parsePosition;
  readonly format = formatPosition;
  readonly #primary: Database;
  readonly #replica: Database;
  readonly #log: Log;
  readonly #written: PositionClock;
  readonly #replayed: PositionClock;
  readonly #source: Queryable;
  #reached: WalPosition = 0n;
  #leftUntil = 0;

  constructor(primary: Database, replica: Database, log: Log) {
    this.#primary = primary;
    this.#replica = replica;
    this.#log = log;
    this.#written = new PositionClock(primary, 'wal-written', 'pg_current_wal_flush_lsn()');
    this.#replayed = new PositionClock(replica, 'wal-replayed', 'pg_last_wal_replay_lsn()');
    this.#source = { query: (statement) => this.#readOrElse(statement) };
    this.db = {
      ...primary,
      query: async (statement) => (await this.#choose()).query(statement),
      chooseSource: () => this.#choose(),
    };
  }

  /** Behind everything that is committed when it is called. */
  written(): Promise<WalPosition> {
    return this.#written.now();
  }

  /** Runs what only reads, and must see what was written up to a position. */
  reading<T>(position: WalPosition, work: () => T): T {
    return needed.run(position, work);
  }

  async #choose(): Promise<Queryable> {
    const position = needed.getStore();
    return position !== undefined && (await this.#reaches(position)) ? this.#source : this.#primary;
  }

  async #reaches(position: WalPosition): Promise<boolean> {
    if (performance.now() < this.#leftUntil) return false;
    if (this.#reached >= position && this.#reached > 0n) return true;
    const deadline = performance.now() + WAIT_MS;
    try {
      for (;;) {
        const before = this.#reached;
        this.#reached = await this.#replayed.now();
        if (this.#reached >= position && this.#reached > 0n) return true;
        // One that stands still, as while replay is paused, is not waited for.
        if (this.#reached === before || performance.now() > deadline) return false;
        await pause(PAUSE_MS);
      }
    } catch (error) {
      this.#leave(error);
      return false;
    }
  }

  async #readOrElse<Row>(statement: Statement): Promise<Rows<Row>> {
    try {
      return await this.#replica.query<Row>(statement);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) this.#leave(error);
      return this.#primary.query<Row>(statement);
    }
  }

  /** Whatever is there when it is back may be another, or a copy made anew. */
  #leave(error: unknown): void {
    if (performance.now() >= this.#leftUntil)
      this.#log.warn({ error }, 'The replica does not answer: the primary does');
    this.#leftUntil = performance.now() + LEAVE_MS;
    this.#reached = 0n;
  }
}
