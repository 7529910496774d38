import type { SubscriptionStore } from '../store/subscriptions.ts';

interface Log {
  error(fields: object, message: string): void;
}

const EVERY_MS = 2000;
/** A change may be committed so long after it was numbered. */
const OVERLAP_MS = 30_000;

/** Reloads subscriptions that other processes changed while the NOTIFY of it couldn't be heard. */
export class CatchUp {
  readonly #store: SubscriptionStore;
  readonly #reload: (tenant: string, id: string) => Promise<void>;
  readonly #log: Log;
  #seen = new Set<number>();
  #lookedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(store: SubscriptionStore, reload: (tenant: string, id: string) => Promise<void>, log: Log) {
    this.#store = store;
    this.#reload = reload;
    this.#log = log;
  }

  /** To be called when all subscriptions are loaded. */
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
      this.#log.error({ error }, 'The changes of subscriptions could not be looked up');
    }
  }
}
