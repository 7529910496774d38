import { LONGEST_AHEAD_MS, type SteadyClock } from '../clock/steady-clock.ts';
import type { Database } from '../database/database.ts';

const EVERY_MS = 5_000;
/** Changes up to this long after the last recorded time may exist: a killed process stops recording. */
const UNNOTED_MS = 2 * EVERY_MS;

const READ = 'SELECT at, before_jump AS "beforeJump" FROM broker_clock';
// A time after $2 was noted while a clock was wrong. If it stayed, a later process could not tell when the last change was. Before
// $3: a clock has gone ahead by so much that it may be wrong, so the time before is kept.
const NOTE = `
  UPDATE broker_clock SET
    at = CASE WHEN at > $2 THEN $1 ELSE greatest(at, $1) END,
    before_jump = CASE WHEN at < $3 THEN at ELSE before_jump END
  RETURNING at`;

interface Log {
  warn(fields: object, message: string): void;
}

/**
 * Synchronises the steady clocks of processes: each records its time and continues from the furthest one. A process on
 * a machine whose clock was set back continues after the last change written.
 */
export class SharedClock {
  readonly #db: Database;
  readonly #clock: SteadyClock;
  #onFailed: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #noting: Promise<void> | undefined;

  private constructor(db: Database, clock: SteadyClock, onFailed: (error: unknown) => void) {
    this.#db = db;
    this.#onFailed = onFailed;
    this.#clock = clock;
    this.#timer = setInterval(() => this.#noteSoon(), EVERY_MS);
    this.#timer.unref();
  }

  #noteSoon(): void {
    this.#noting ??= this.#note().finally(() => {
      this.#noting = undefined;
    });
  }

  /** Await it before the first write. @param onFailed called when the time can't be recorded */
  static async start(
    db: Database,
    clock: SteadyClock,
    log: Log,
    onFailed: (error: unknown) => void,
  ): Promise<SharedClock> {
    const now = clock.now();
    const [row] = (await db.query<{ at: Date; beforeJump: Date }>({ text: READ })).rows;
    const times = [row?.at.getTime() ?? 0, row?.beforeJump.getTime() ?? 0];
    const noted = times.find((time) => time - now <= LONGEST_AHEAD_MS) ?? 0;
    if (noted > now) {
      log.warn(
        { noted: new Date(noted) },
        'The clock of this machine is behind the last change: time continues from there',
      );
      clock.advance(noted + UNNOTED_MS);
    }
    const shared = new SharedClock(db, clock, onFailed);
    clock.onJump = (ms) => {
      log.warn({ seconds: ms / 1000 }, 'The clock of this machine was changed');
      // Called while the time is read, which noting does too.
      setImmediate(() => shared.#noteSoon());
    };
    return shared;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#clock.onJump = () => {};
    await this.#noting;
    this.#onFailed = () => {};
    await this.#note();
  }

  async #note(): Promise<void> {
    const now = this.#clock.now();
    try {
      const { rows } = await this.#db.query<{ at: Date }>({
        text: NOTE,
        values: [new Date(now), new Date(now + LONGEST_AHEAD_MS), new Date(now - LONGEST_AHEAD_MS)],
        timeoutMs: EVERY_MS,
      });
      const [noted] = rows;
      if (noted !== undefined) this.#clock.advance(noted.at.getTime());
    } catch (error) {
      this.#onFailed(error); // the next round records it
    }
  }
}
