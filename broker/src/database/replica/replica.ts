import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Queryable, Rows, Statement } from '../database.ts';
import { DatabaseUnavailable, sqlState } from '../database-errors.ts';
import type { ReplicaDatabase } from '../open-database.ts';
import { type BeatRow, beatOf, type PrimaryBeats } from './primary-beats.ts';
import { SharedAnswer } from './shared-answer.ts';
import { onTimeline, parsePosition, type WalPosition } from './wal-position.ts';

/** How long to wait for a replica. It usually lags behind by less; if it takes longer, the primary is read. */
const WAIT_MS = 20;
const PAUSE_MS = 3;
/** A replica that fails is not used for this time. */
const LEAVE_MS = 5_000;
const ANSWER_WITHIN_MS = 1_500;
const READ_ONLY = '25006';

const LOOK = `
  SELECT pg_is_in_recovery() AS follows, coalesce(pg_last_wal_replay_lsn(), '0/0')::text AS position,
    beat::text AS beat, timeline::text AS timeline
  FROM replica_beat`;

interface Look extends BeatRow {
  readonly follows: boolean;
  readonly position: string;
}

interface Log {
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** Why a configured replica is not used for reads. */
export type ReplicaFault = 'away' | 'no-replica' | 'unproven' | 'behind';

const MESSAGES: { readonly [Why in ReplicaFault]: string } = {
  away: 'A replica does not answer',
  'no-replica': 'A server that is configured as a replica does not follow a primary: it is not read from',
  unproven: 'A replica has not shown yet that it follows the current primary: it is not read from',
  behind: 'A replica is too far behind: it is not read from',
};

/** A standby that answers reads while it demonstrably follows the primary. */
export class Replica {
  readonly name: string;
  /** Reads from the replica. A statement that fails there is sent to the primary. */
  readonly source: Queryable;
  readonly #db: Database;
  readonly #primary: Database;
  readonly #beats: PrimaryBeats;
  readonly #mostLagMs: number;
  readonly #log: Log;
  readonly #look: SharedAnswer<Look>;
  #follows = false;
  #shown = -1n;
  #reached: WalPosition = 0n;
  #leftUntil = 0;
  #loggedFault: ReplicaFault | undefined;
  /** Resolves when the replica is no longer used. Reads that wait for it then go to the primary. */
  #left = Promise.withResolvers<'left'>();
  /** The number of statements that the replica has answered. */
  answered = 0;

  constructor({ name, db }: ReplicaDatabase, primary: Database, beats: PrimaryBeats, mostLagMs: number, log: Log) {
    this.name = name;
    this.#db = db;
    this.#primary = primary;
    this.#beats = beats;
    this.#mostLagMs = mostLagMs;
    this.#log = log;
    this.#look = new SharedAnswer(async () => {
      const { rows } = await db.query<Look>({ name: 'replica-look', text: LOOK, timeoutMs: ANSWER_WITHIN_MS });
      return rows[0] as Look; // it is one row
    });
    this.source = { query: (statement) => this.#readOrElse(statement) };
  }

  /** How far the replica lags behind the last known state of the primary, in ms; undefined: this is not known. */
  get lagMs(): number | undefined {
    return this.#follows ? this.#beats.lagOf(this.#shown) : undefined;
  }

  /** Why the replica is not used; undefined: it is used. */
  get fault(): ReplicaFault | undefined {
    if (performance.now() < this.#leftUntil || this.#shown < 0n) return 'away';
    if (!this.#follows) return 'no-replica';
    const lag = this.#beats.lagOf(this.#shown);
    if (lag === undefined) return 'unproven';
    return lag > this.#mostLagMs ? 'behind' : undefined;
  }

  /** Asks the replica for its position. */
  async look(): Promise<void> {
    if (performance.now() < this.#leftUntil) return;
    try {
      await this.#ask();
    } catch (error) {
      this.#leave(error);
    }
    this.#tell();
  }

  /** Whether the replica may be used and has reached the position, or reaches it within {@link WAIT_MS}. */
  async reaches(position: WalPosition): Promise<boolean> {
    if (this.fault !== undefined) return false;
    if (this.#reached >= position) return true;
    const deadline = performance.now() + WAIT_MS;
    try {
      for (;;) {
        const before = this.#reached;
        await this.#ask();
        if (this.fault !== undefined) return false;
        if (this.#reached >= position) return true;
        // It makes no progress, for example because replay is paused.
        if (this.#reached === before || performance.now() > deadline) return false;
        await pause(PAUSE_MS);
      }
    } catch (error) {
      this.#leave(error);
      return false;
    }
  }

  async #ask(): Promise<void> {
    const look = await within(ANSWER_WITHIN_MS, this.#look.now());
    this.#follows = look.follows;
    this.#shown = beatOf(look);
    // The position has no timeline, so that of the latest beat is used: the real one is not lower.
    this.#reached = look.follows ? onTimeline(this.#shown >> 64n, parsePosition(look.position) ?? 0n) : 0n;
  }

  async #readOrElse<Row>(statement: Statement): Promise<Rows<Row>> {
    try {
      const pendingAnswer = this.#db.query<Row>(statement);
      const answer = await Promise.race([pendingAnswer, this.#left.promise]);
      if (answer !== 'left') {
        this.answered++;
        return answer;
      }
      pendingAnswer.catch(() => {}); // its result is not used
    } catch (error) {
      // A statement that writes fails on every replica, which says nothing about this one.
      if (error instanceof DatabaseUnavailable && sqlState(error.cause) !== READ_ONLY) this.#leave(error);
    }
    return this.#primary.query<Row>(statement);
  }

  /** Forgets everything about the server, because a different one may answer later, or a new copy. */
  #leave(error: unknown): void {
    this.#leftUntil = performance.now() + LEAVE_MS;
    this.#shown = -1n;
    this.#reached = 0n;
    this.#left.resolve('left');
    this.#left = Promise.withResolvers();
    this.#tell(error);
  }

  /** Logs the state if it has changed. */
  #tell(error?: unknown): void {
    const why = this.fault;
    if (why === this.#loggedFault) return;
    this.#loggedFault = why;
    if (why !== undefined) this.#log.warn({ replica: this.name, ...(error !== undefined && { error }) }, MESSAGES[why]);
    else this.#log.info({ replica: this.name }, 'Reads are answered by a replica');
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
