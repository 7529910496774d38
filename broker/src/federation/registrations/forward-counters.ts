import type { Registration } from './registration.ts';
import type { ForwardOutcomes, RegistrationStore } from './registration-store.ts';

interface Log {
  error(fields: object, message: string): void;
}

type Counted = { -readonly [Member in keyof ForwardOutcomes]: ForwardOutcomes[Member] };

const EVERY_MS = 500;

/** Counts the outcomes of requests to sources, and writes them in batches. No request waits for this. */
export class ForwardCounters {
  readonly #store: RegistrationStore;
  readonly #log: Log;
  #counted = new Map<string, Counted>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: RegistrationStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  count({ tenant, id }: Pick<Registration, 'tenant' | 'id'>, succeeded: boolean): void {
    const key = `${tenant} ${id}`;
    let counted = this.#counted.get(key);
    if (counted === undefined) {
      counted = { tenant, id, sent: 0, failed: 0 };
      this.#counted.set(key, counted);
    }
    counted.sent++;
    if (succeeded) counted.lastSuccess = new Date();
    else {
      counted.failed++;
      counted.lastFailure = new Date();
    }
    this.#timer ??= setTimeout(() => this.#write(), EVERY_MS);
  }

  /** Resolves when all counted outcomes are written. */
  async settled(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#counted.size === 0) return;
    const outcomes = [...this.#counted.values()];
    this.#counted = new Map();
    this.#writing = this.#writing
      .then(() => this.#store.recordForwards(outcomes))
      .catch((error) => this.#log.error({ error }, 'Could not write the counters of requests to sources'));
  }
}
