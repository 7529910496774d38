import type { Database } from '../database.ts';
import { DatabaseUnavailable } from '../database-errors.ts';
import { SharedAnswer } from './shared-answer.ts';
import { onTimeline, parsePosition, type WalPosition } from './wal-position.ts';

/** After this time without an answer the primary counts as unreachable. */
const AWAY_AFTER_MS = 2_000;
const ANSWER_WITHIN_MS = 3_000;
/** Enough beats for longer than replicas may lag behind. */
const MAX_NOTED = 10_000;

const TIMELINE = `left(pg_walfile_name(pg_current_wal_lsn()), 8)`;
const WRITTEN = `SELECT ${TIMELINE} || '-' || pg_current_wal_flush_lsn() AS position`;
// The commit does not wait for standbys, because beats must also reach them while no commit is confirmed.
const BEAT = `
  WITH unconfirmed AS (SELECT set_config('synchronous_commit', 'off', true))
  UPDATE replica_beat SET beat = beat + 1, timeline = ('x' || ${TIMELINE})::bit(32)::bigint FROM unconfirmed
  RETURNING beat::text AS beat, timeline::text AS timeline`;

/** A row of the table of beats. */
export interface BeatRow {
  readonly beat: string;
  readonly timeline: string;
}

/** A beat as a number that can be compared. The timeline is in its upper bits. */
export function beatOf({ beat, timeline }: BeatRow): bigint {
  return onTimeline(BigInt(timeline), BigInt(beat));
}

/**
 * Observes the primary. A beat is written there each second: a replica that shows it follows this primary. The primary
 * is also asked for its current position.
 */
export class PrimaryBeats {
  readonly #primary: Database;
  readonly #position: SharedAnswer<WalPosition>;
  /** Oldest first. */
  #noted: { readonly beat: bigint; readonly at: number }[] = [];
  /** The first beat of the current timeline that this process has written. */
  #first: bigint | undefined;
  #timeline = 0n;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #beating: Promise<void> | undefined;
  #isAway = false;
  /** Rejects when the primary is found to be unreachable, so that no caller waits for its answer any longer. */
  #away = Promise.withResolvers<never>();

  constructor(primary: Database) {
    this.#primary = primary;
    this.#away.promise.catch(() => {}); // perhaps no caller is waiting
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

  /** Whether the primary did not answer the last question. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /**
   * The position after everything committed before the call.
   *
   * @throws DatabaseUnavailable, StatementTimeout: at once, while the primary is unreachable
   */
  async written(): Promise<WalPosition> {
    if (this.#isAway) return this.#away.promise;
    try {
      return await Promise.race([this.#position.now(), this.#away.promise]);
    } catch {
      // Perhaps only a connection was lost. The next beat shows whether the primary answers.
      await this.next();
      return Promise.race([this.#position.now(), this.#away.promise]);
    }
  }

  /** Writes the next beat. Resolves when it is written, or when the primary is found to be unreachable. */
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
      if (this.#noted.length > MAX_NOTED) this.#noted.shift();
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
   * How far a replica that shows this beat lags behind the last known state of the primary, in ms; undefined: it has
   * not yet shown that it follows this primary.
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
