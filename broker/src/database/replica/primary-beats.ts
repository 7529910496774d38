import type { Database } from '../database.ts';
import { DatabaseUnavailable } from '../database-errors.ts';
import { SharedAnswer } from './shared-answer.ts';
import { onTimeline, parsePosition, type WalPosition } from './wal-position.ts';

/** A primary that has not answered so long is taken for away. */
const AWAY_AFTER_MS = 2_000;
const ANSWER_WITHIN_MS = 3_000;
/** Kept longer than replicas may be behind. */
const MOST_NOTED = 10_000;

const TIMELINE = `left(pg_walfile_name(pg_current_wal_lsn()), 8)`;
const WRITTEN = `SELECT ${TIMELINE} || '-' || pg_current_wal_flush_lsn() AS position`;
// Its commit is not waited for: it has to reach the standbys, also while no commit is confirmed.
const BEAT = `
  WITH unconfirmed AS (SELECT set_config('synchronous_commit', 'off', true))
  UPDATE replica_beat SET beat = beat + 1, timeline = ('x' || ${TIMELINE})::bit(32)::bigint FROM unconfirmed
  RETURNING beat::text AS beat, timeline::text AS timeline`;

/** A beat as a row of the table has it. */
export interface BeatRow {
  readonly beat: string;
  readonly timeline: string;
}

/** A beat as a number that can be compared, its timeline above it. */
export function beatOf({ beat, timeline }: BeatRow): bigint {
  return onTimeline(BigInt(timeline), BigInt(beat));
}

/**
 * What the primary was seen to do: it writes a beat each second, by which a replica shows that it follows, and is asked how far it
 * has written.
 */
export class PrimaryBeats {
  readonly #primary: Database;
  readonly #position: SharedAnswer<WalPosition>;
  /** Oldest first. */
  #noted: { readonly beat: bigint; readonly at: number }[] = [];
  /** The first that this process saw of the present timeline. */
  #first: bigint | undefined;
  #timeline = 0n;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #beating: Promise<void> | undefined;
  #isAway = false;
  /** Rejects when the primary is found to be away: nobody waits on for its answer. */
  #away = Promise.withResolvers<never>();

  constructor(primary: Database) {
    this.#primary = primary;
    this.#away.promise.catch(() => {}); // there may be nobody who waits
    this.#position = new SharedAnswer(async () => {
      const { rows } = await primary.query<{ position: string }>({
        name: 'wal-written',
        text: WRITTEN,
        timeoutMs: ANSWER_WITHIN_MS,
        usesReserve: true,
      });
      const position = parsePosition(rows[0]?.position ?? '') ?? 0n; // it is one row
      this.#see(position >> 64n);
      return position;
    });
  }

  /** Whether it did not answer when it was last asked. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Behind everything that is committed when it is called. @throws DatabaseUnavailable, StatementTimeout: at once, while it is away */
  async written(): Promise<WalPosition> {
    if (this.#isAway) return this.#away.promise;
    try {
      return await Promise.race([this.#position.now(), this.#away.promise]);
    } catch {
      // A connection may have been lost, and no more: its next beat tells.
      await this.next();
      return Promise.race([this.#position.now(), this.#away.promise]);
    }
  }

  /** Writes the next beat; a primary that is away writes none. Resolves when that is known. */
  next(): Promise<void> {
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
    return Promise.race([this.#beating, this.#away.promise.catch(() => {})]);
  }

  async #beat(): Promise<void> {
    const timer = setTimeout(() => this.#leave(new DatabaseUnavailable(false, undefined)), AWAY_AFTER_MS);
    try {
      const { rows } = await this.#primary.query<BeatRow>({
        text: BEAT,
        timeoutMs: ANSWER_WITHIN_MS,
        usesReserve: true,
      });
      this.#answeredAt = performance.now();
      const beat = beatOf(rows[0] as BeatRow); // it is one row
      this.#see(beat >> 64n);
      this.#first ??= beat;
      this.#noted.push({ beat, at: this.#answeredAt });
      if (this.#noted.length > MOST_NOTED) this.#noted.shift();
      this.#comeBack();
    } catch (error) {
      this.#leave(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #leave(error: unknown): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#away.reject(error);
  }

  #comeBack(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#away = Promise.withResolvers();
    this.#away.promise.catch(() => {}); // as above
  }

  /**
   * How far one that shows this beat is behind what was last heard of the primary, in ms; undefined: it has not shown yet that it
   * follows this primary.
   */
  lagOf(shown: bigint): number | undefined {
    if (this.#first === undefined || shown < this.#first) return undefined;
    while ((this.#noted[1]?.beat ?? shown + 1n) <= shown) this.#noted.shift();
    const missing = this.#noted.find(({ beat }) => beat > shown);
    return missing === undefined ? 0 : this.#answeredAt - missing.at + ONE_BEAT_MS;
  }

  #see(timeline: bigint): void {
    if (timeline <= this.#timeline) return;
    this.#timeline = timeline;
    this.#first = undefined;
    this.#noted = [];
  }
}

export const ONE_BEAT_MS = 1_000;
