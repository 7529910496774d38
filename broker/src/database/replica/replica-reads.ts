import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Queryable } from '../database.ts';
import type { ReplicaDatabase } from '../open-database.ts';
import { ONE_BEAT_MS, PrimaryBeats } from './primary-beats.ts';
import { type Distrust, Replica } from './replica.ts';
import { BEYOND_ALL, formatPosition, parsePosition, type WalPosition } from './wal-position.ts';

interface Log {
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** What is known of a replica, for metrics. */
export interface ReplicaState {
  readonly name: string;
  readonly lagMs: number | undefined;
  readonly distrust: Distrust | undefined;
  readonly answered: number;
}

const MOST_LAG_MS = 10_000;

/** How far a replica has to be for what is being read; nothing there: only the primary will do. */
const needed = new AsyncLocalStorage<WalPosition>();

/**
 * Reads of entities from streaming replicas, as far as one has what the one who asks must see. Whatever none can answer (they are
 * behind or away, they cancel for a conflict, the statement writes) the primary does. A server is read from only while it follows
 * the present primary: by a beat that is written there and that it shows.
 */
export class ReplicaReads {
  /** Given to what reads: it goes to a replica within {@link reading}, else to the primary. */
  readonly db: Database;
  readonly parse = parsePosition;
  readonly format = formatPosition;
  readonly beyondAll = BEYOND_ALL;
  readonly #primary: Database;
  readonly #beats: PrimaryBeats;
  /** The one that answered last comes first. */
  #replicas: Replica[];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @param mostLagMs how far behind one may be */
  constructor(primary: Database, replicas: readonly ReplicaDatabase[], log: Log, mostLagMs = MOST_LAG_MS) {
    this.#primary = primary;
    this.#beats = new PrimaryBeats(primary);
    this.#replicas = replicas.map((replica) => new Replica(replica, primary, this.#beats, mostLagMs, log));
    // So that not all processes ask the same.
    const first = Math.floor(Math.random() * this.#replicas.length);
    this.#replicas.push(...this.#replicas.splice(0, first));
    this.db = {
      ...primary,
      query: async (statement) => (await this.#choose()).query(statement),
      chooseSource: () => this.#choose(),
    };
  }

  /** Until then the primary answers everything. */
  start(): void {
    this.#looking = this.#watch();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Behind everything that is committed when it is called. @throws DatabaseUnavailable, StatementTimeout */
  written(): Promise<WalPosition> {
    return this.#beats.written();
  }

  /** Whether the primary does not answer, and a replica does: better what that has than nothing. */
  get standsIn(): boolean {
    return this.#beats.isAway && this.#replicas.some(({ distrust }) => distrust === undefined);
  }

  /** Runs what only reads, and must see what was written up to a position. */
  reading<T>(position: WalPosition, work: () => T): T {
    return needed.run(position, work);
  }

  states(): ReplicaState[] {
    return this.#replicas.map(({ name, lagMs, distrust, answered }) => ({ name, lagMs, distrust, answered }));
  }

  async #watch(): Promise<void> {
    const due = performance.now() + ONE_BEAT_MS;
    // While the primary is away, its next beat may be waited for long; the replicas are looked at meanwhile.
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
