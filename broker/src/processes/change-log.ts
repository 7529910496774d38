import { outageOf } from '@alzette/kit/outage';

/** A table that records which rows of another table have recently changed. */
export interface ChangeLog {
  /** Recent changes, each with a unique `number`. Empty if there is only one process. */
  changes(withinMs: number): Promise<{ readonly number: number; readonly tenant: string; readonly id: string }[]>;
  /** Deletes changes that every process must have seen by now. */
  forgetChanges(): Promise<void>;
}

interface Log {
  error(fields: object, message: string): void;
}

const EVERY_MS = 2000;
/** A change may be committed this long after it got its number. */
const OVERLAP_MS = 30_000;

/** Reloads what other processes changed while NOTIFY messages could not be received. */
export class CatchUp {
  readonly #store: ChangeLog;
  readonly #reload: (tenant: string, id: string) => Promise<void>;
  readonly #log: Log;
  #seen = new Set<number>();
  #lookedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(store: ChangeLog, reload: (tenant: string, id: string) => Promise<void>, log: Log) {
    this.#store = store;
    this.#reload = reload;
    this.#log = log;
  }

  /** Must be called when all rows are loaded. */
  async start(): Promise<void> {
    await this.#store.forgetChanges().catch((error: unknown) => {
      if (outageOf(error) !== 'node') throw error; // they are deleted at a later start
    });
    this.#seen = new Set((await this.#store.changes(OVERLAP_MS)).map(({ number }) => number));
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
    }, EVERY_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const now = performance.now();
    try {
      const changes = await this.#store.changes(now - this.#lookedAt + OVERLAP_MS);
      for (const { number, tenant, id } of changes) if (!this.#seen.has(number)) await this.#reload(tenant, id);
      this.#seen = new Set(changes.map(({ number }) => number));
      this.#lookedAt = now;
    } catch (error) {
      this.#log.error({ error }, 'Could not look up the changes of other processes');
    }
  }
}
