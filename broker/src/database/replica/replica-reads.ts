import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Queryable } from '../database.ts';
import type { ReplicaDatabase } from '../open-database.ts';
import { ONE_BEAT_MS, PrimaryBeats } from './primary-beats.ts';
import { Replica, type ReplicaFault } from './replica.ts';
import { BEYOND_ALL, formatPosition, parsePosition, type WalPosition } from './wal-position.ts';

interface Log {
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** What is known of a replica, for metrics. */
export interface ReplicaState {
  readonly name: string;
  readonly lagMs: number | undefined;
  readonly fault: ReplicaFault | undefined;
  readonly answered: number;
}

const MAX_LAG_MS = 10_000;

/** The position that a replica must have reached to answer the current read; not set: only the primary may answer. */
const needed = new AsyncLocalStorage<WalPosition>();

/**
 * Reads entities from a streaming replica that has everything the client must see. The primary answers what no replica
 * can answer: they lag behind or are unreachable, they cancel the statement because of a conflict, or the statement
 * writes. A replica is used only while it follows the current primary, which it proves by showing the beats that are
 * written there.
 */
export class ReplicaReads {
  /** The database for reads: a replica within {@link reading}, otherwise the primary. */
  readonly db: Database;
  readonly parse = parsePosition;
  readonly format = formatPosition;
  readonly beyondAll = BEYOND_ALL;
  readonly #primary: Database;
  readonly #beats: PrimaryBeats;
  /** The replica that was chosen last comes first. */
  #replicas: Replica[];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @param mostLagMs the longest time that a replica may lag behind */
  constructor(primary: Database, replicas: readonly ReplicaDatabase[], log: Log, mostLagMs = MAX_LAG_MS) {
    this.#primary = primary;
    this.#beats = new PrimaryBeats(primary);
    this.#replicas = replicas.map((replica) => new Replica(replica, primary, this.#beats, mostLagMs, log));
    // So that different processes start with different replicas.
    const first = Math.floor(Math.random() * this.#replicas.length);
    this.#replicas.push(...this.#replicas.splice(0, first));
    this.db = {
      ...primary,
      query: async (statement) => (await this.#choose()).query(statement),
      chooseSource: () => this.#choose(),
    };
  }

  /** Before this call the primary answers everything. */
  start(): void {
    this.#looking = this.#watch();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** The position after everything committed before the call. @throws DatabaseUnavailable, StatementTimeout */
  written(): Promise<WalPosition> {
    return this.#beats.written();
  }

  /** Whether the primary is unreachable and a replica can answer in its place, perhaps with older data. */
  get standsIn(): boolean {
    return this.#beats.isAway && this.#replicas.some(({ fault }) => fault === undefined);
  }

  /** Runs work that only reads, and that must see what was written up to a position. */
  reading<T>(position: WalPosition, work: () => T): T {
    return needed.run(position, work);
  }

  states(): ReplicaState[] {
    return this.#replicas.map(({ name, lagMs, fault, answered }) => ({ name, lagMs, fault, answered }));
  }

  async #watch(): Promise<void> {
    const due = performance.now() + ONE_BEAT_MS;
    // Returns at once if the primary is unreachable, so that the replicas are checked anyway.
    await this.#beats.next();
    await Promise.all(this.#replicas.map((replica) => replica.look()));
    if (this.#isClosed) return;
    this.#timer = setTimeout(
      () => {
        this.#looking = this.#watch();
      },
      Math.max(0, due - performance.now()),
    );
    this.#timer.unref();
  }

  async #choose(): Promise<Queryable> {
    const position = needed.getStore();
    if (position === undefined) return this.#primary;
    for (const replica of this.#replicas) {
      if (!(await replica.reaches(position))) continue;
      if (replica !== this.#replicas[0]) this.#replicas = [replica, ...this.#replicas.filter((one) => one !== replica)];
      return replica.source;
    }
    return this.#primary;
  }
}
