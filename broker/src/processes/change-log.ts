/** A table that says which rows of another were changed of late, by whatever process. */
export interface ChangeLog {
  /** What changed of late; `number` tells the changes apart. None where there is one process only. */
  changes(withinMs: number): Promise<{ readonly number: number; readonly tenant: string; readonly id: string }[]>;
  /** Forgets changes that every process must know by now. */
  forgetChanges(): Promise<void>;
}

interface Log {
  error(fields: object, message: string): void;
}

const EVERY_MS = 2000;
/** A change may be committed so long after it was numbered. */
const OVERLAP_MS = 30_000;

/** Reloads what other processes changed while the NOTIFY of it couldn't be heard. */
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

  /** To be called when all rows are loaded. */
  async start(): Promise<void> {
    await this.#store.forgetChanges();
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
      this.#log.error({ error }, 'The changes that others made could not be looked up');
    }
  }
}
