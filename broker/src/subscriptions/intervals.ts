import type { OutboxEntry } from '../entities/write-lane/write-lane.ts';
import type { SubscriptionKey } from '../notifications/outbox/outbox.ts';

/** Subscriptions taken by one statement. */
const ROUND = 100;
/** The longest time between two looks, so that changes by other processes are noticed. */
const LONGEST_SLEEP_MS = 30_000;
const RETRY_MS = 1000;

interface IntervalParts {
  /**
   * Sets the next time of the subscriptions that are due and returns them. Each interval is claimed by one process
   * only.
   */
  claimDue(limit: number): Promise<readonly SubscriptionKey[]>;
  /** The time until the next interval ends; undefined: there is none. */
  msUntilDue(): Promise<number | undefined>;
  /** The notifications at the end of an interval; empty if nothing matches or the subscription is not active. */
  round(tenant: string, id: string): Promise<readonly OutboxEntry[]>;
  /** Writes notifications to the outbox. False if those of the last interval are still undelivered. */
  addRound(entries: readonly OutboxEntry[]): Promise<boolean>;
  accept(entries: readonly OutboxEntry[]): void;
  readonly log: { error(fields: object, message: string): void };
}

/** Subscriptions with a `timeInterval` (5.8.6): at each interval they are notified of all matching entities. */
export class Intervals {
  readonly #parts: IntervalParts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isAwaited = false;
  #isClosed = false;

  constructor(parts: IntervalParts) {
    this.#parts = parts;
  }

  /** Must be called when a subscription may be due earlier than the timer expects. */
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
      this.#parts.log.error({ error }, 'Could not look up subscriptions with a time interval');
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
          this.#parts.log.error({ error, ...key }, 'Could not prepare the notifications of a time interval');
        });
      }
      if (due.length < ROUND) return;
    }
  }

  async #runOne({ tenant, id }: SubscriptionKey): Promise<void> {
    const entries = await this.#parts.round(tenant, id);
    if (entries.length > 0 && (await this.#parts.addRound(entries))) this.#parts.accept(entries);
  }
}
