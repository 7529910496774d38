import type { OutboxEntry } from '../entities/write-lane/write-lane.ts';
import type { SubscriptionKey } from '../notifications/outbox/outbox.ts';

/** Subscriptions that one statement takes. */
const ROUND = 100;
/** The clock is looked at so often at least, for what other processes have changed. */
const LONGEST_SLEEP_MS = 30_000;
const RETRY_MS = 1000;

interface IntervalParts {
  /** Moves on those that are due, and resolves to them: each round goes to one process. */
  claimDue(limit: number): Promise<readonly SubscriptionKey[]>;
  /** Until the next is due; undefined: there is none. */
  msUntilDue(): Promise<number | undefined>;
  /** What a subscription is told of at the end of its interval; nothing when none matches, or it isn't active. */
  round(tenant: string, id: string): Promise<readonly OutboxEntry[]>;
  /** Writes what is owed, unless the round before is still owed; then resolves to false. */
  owe(entries: readonly OutboxEntry[]): Promise<boolean>;
  accept(entries: readonly OutboxEntry[]): void;
  readonly log: { error(fields: object, message: string): void };
}

/** Subscriptions with a `timeInterval` (5.8.6): at each interval they are told of all that matches. */
export class Intervals {
  readonly #parts: IntervalParts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isAwaited = false;
  #isClosed = false;

  constructor(parts: IntervalParts) {
    this.#parts = parts;
  }

  /** To be called when a subscription may be due earlier than the timer knows. */
  wake(): void {
    if (this.#isClosed) return;
    this.#isAwaited = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    let sleepMs = LONGEST_SLEEP_MS;
    try {
      while (this.#isAwaited && !this.#isClosed) {
        this.#isAwaited = false;
        await this.#runDue();
        const due = await this.#parts.msUntilDue();
        sleepMs = Math.min(Math.max(due ?? LONGEST_SLEEP_MS, 1), LONGEST_SLEEP_MS);
      }
    } catch (error) {
      this.#parts.log.error({ error }, 'Subscriptions with a time interval could not be looked up');
      sleepMs = RETRY_MS;
    }
    if (!this.#isClosed) this.#timer = setTimeout(() => this.wake(), sleepMs);
  }

  async #runDue(): Promise<void> {
    for (;;) {
      const due = await this.#parts.claimDue(ROUND);
      for (const key of due) {
        if (this.#isClosed) return;
        await this.#runOne(key).catch((error) => {
          this.#parts.log.error({ error, ...key }, 'What a time interval tells of could not be gathered');
        });
      }
      if (due.length < ROUND) return;
    }
  }

  async #runOne({ tenant, id }: SubscriptionKey): Promise<void> {
    const entries = await this.#parts.round(tenant, id);
    if (entries.length > 0 && (await this.#parts.owe(entries))) this.#parts.accept(entries);
  }
}
