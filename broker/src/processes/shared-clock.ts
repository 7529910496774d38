import type { SteadyClock } from '../clock/steady-clock.ts';
import type { Database } from '../database/database.ts';

const EVERY_MS = 5_000;
/** Changes up to this long after the last recorded time may exist: a killed process stops recording. */
const UNNOTED_MS = 2 * EVERY_MS;

const READ = 'SELECT at FROM broker_clock';
const NOTE = 'UPDATE broker_clock SET at = greatest(at, $1) RETURNING at';

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
    this.#timer = setInterval(() => {
      this.#noting ??= this.#note().finally(() => {
        this.#noting = undefined;
      });
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** Await it before the first write. @param onFailed called when the time can't be recorded */
  static async start(
    db: Database,
    clock: SteadyClock,
    log: Log,
    onFailed: (error: unknown) => void,
  ): Promise<SharedClock> {
    clock.onJump = (ms) => log.warn({ seconds: ms / 1000 }, 'The clock of this machine was changed');
    const noted = (await db.query<{ at: Date }>({ text: READ })).rows[0]?.at.getTime() ?? 0;
    if (noted > clock.now()) {
      log.warn(
        { noted: new Date(noted) },
        'The clock of this machine is behind the last change: time continues from there',
      );
      clock.advance(noted + UNNOTED_MS);
    }
    return new SharedClock(db, clock, onFailed);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#noting;
    this.#onFailed = () => {};
    await this.#note();
  }

  async #note(): Promise<void> {
    try {
      const { rows } = await this.#db.query<{ at: Date }>({
        text: NOTE,
        values: [new Date(this.#clock.now())],
        timeoutMs: EVERY_MS,
      });
      const [noted] = rows;
      if (noted !== undefined) this.#clock.advance(noted.at.getTime());
    } catch (error) {
      this.#onFailed(error); // the next round records it
    }
  }
}
