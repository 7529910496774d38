import type { DeliveryCount, FailedAttempt, OutboxStore, Settlement, SubscriptionKey } from '../outbox/outbox.ts';

interface Log {
  error(fields: object, message: string): void;
}

interface Pending {
  /** The tenant by id. */
  readonly gone: Map<string, string>;
  readonly failed: Map<string, FailedAttempt>;
  readonly dead: Map<string, FailedAttempt>;
  readonly counts: Map<string, DeliveryCount>;
  /** Called when all of it is written. */
  readonly waiting: (() => void)[];
}

/**
 * Outcomes within this time share one statement, unless someone waits for them. A statement takes 0.25 ms to plan and
 * start, a row 2 µs.
 */
const GATHER_MS = 25;
/** The same while other processes may wait for a row to be deleted before they send their next notification. */
const GATHER_FOR_OTHERS_MS = 10;
/** Pause after a failed statement. */
const RETRY_MS = 1000;

/**
 * Writes the outcomes of notifications to the outbox in batches: those of a few milliseconds, and those that arrive
 * while a statement is in progress. A row is deleted and counted in one statement, so that after a crash in between a
 * notification is sent twice but counted once.
 */
export class OutcomeWriter {
  readonly #outbox: OutboxStore;
  readonly #log: Log;
  readonly #hasOthers: () => boolean;
  #pending = empty();
  #underWay: Pending | undefined;
  #writing: Promise<void> | undefined;
  /** Ends the waiting time of the current batch. */
  #hurry: (() => void) | undefined;
  #isClosing = false;

  /** @param hasOthers whether other processes send from the same outbox */
  constructor(outbox: OutboxStore, log: Log, hasOthers: () => boolean) {
    this.#outbox = outbox;
    this.#log = log;
    this.#hasOthers = hasOthers;
  }

  /** @param isCounted false if the first attempt of the notification was already counted */
  delivered(entryId: string, subscription: SubscriptionKey, isCounted = true): void {
    this.#pending.gone.set(entryId, subscription.tenant);
    const now = new Date();
    const count = this.#countOf(subscription, now);
    if (isCounted) count.sent++;
    count.lastSuccess = now;
    this.#write();
  }

  /** Not sent, and not to be sent. */
  dropped(entryId: string, tenant: string): void {
    this.#pending.gone.set(entryId, tenant);
    this.#write();
  }

  failed(attempt: FailedAttempt, subscription: SubscriptionKey, isCounted = true): void {
    if (isCounted) this.#countFailure(subscription);
    this.#pending.failed.set(attempt.id, attempt);
    this.#write();
  }

  /** @param wasTried false if it became too old before another attempt */
  died(attempt: FailedAttempt, subscription: SubscriptionKey, wasTried: boolean): void {
    if (wasTried) this.#countFailure(subscription);
    this.#pending.failed.delete(attempt.id);
    this.#pending.dead.set(attempt.id, attempt);
    this.#write();
  }

  /** Entries that are finished but still have rows in the outbox. */
  *unsettled(): Iterable<string> {
    for (const pending of [this.#pending, this.#underWay]) {
      if (pending === undefined) continue;
      yield* pending.gone.keys();
      yield* pending.dead.keys();
    }
  }

  /** What is counted and not being written yet. */
  unwritten(): Iterable<DeliveryCount> {
    return this.#pending.counts.values();
  }

  /** Resolves when all outcomes reported so far are in the database, even if more are reported meanwhile. */
  settled(): Promise<void> {
    const last = isEmpty(this.#pending) ? this.#underWay : this.#pending;
    if (last === undefined) return Promise.resolve();
    this.#hurry?.();
    return new Promise((resolve) => {
      last.waiting.push(resolve);
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#hurry?.();
    await this.#writing;
  }

  #countFailure(subscription: SubscriptionKey): void {
    const now = new Date();
    const count = this.#countOf(subscription, now);
    count.sent++;
    count.failed++;
    count.lastFailure = now;
  }

  #countOf({ tenant, id }: SubscriptionKey, now: Date): DeliveryCount {
    const key = `${tenant} ${id}`;
    let count = this.#pending.counts.get(key);
    if (count === undefined) {
      count = { tenant, id, sent: 0, failed: 0, lastNotification: now, lastSuccess: undefined, lastFailure: undefined };
      this.#pending.counts.set(key, count);
    }
    count.lastNotification = now;
    return count;
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (!isEmpty(this.#pending)) this.#write(); // reported since the last iteration
    });
  }

  /** Resolves when it is time to write. */
  #gather(): Promise<void> | undefined {
    if (this.#isClosing || this.#pending.waiting.length > 0) return undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#hasOthers() ? GATHER_FOR_OTHERS_MS : GATHER_MS);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #writeAll(): Promise<void> {
    while (!isEmpty(this.#pending)) {
      await this.#gather();
      const batch = this.#pending;
      this.#pending = empty();
      this.#underWay = batch;
      try {
        const left = await this.#outbox.settle({
          gone: Array.from(batch.gone, ([id, tenant]) => ({ id, tenant })),
          failed: [...batch.failed.values()],
          dead: [...batch.dead.values()],
          counts: [...batch.counts.values()],
        });
        this.#underWay = undefined;
        for (const resolve of batch.waiting) resolve();
        if (left === undefined) continue;
        if (this.#isClosing) return; // as below
        this.#pending = merged(pendingOf(left), this.#pending);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      } catch (error) {
        this.#log.error({ error }, 'Could not write the outcomes of notifications');
        if (this.#isClosing) {
          for (const resolve of batch.waiting) resolve();
          return; // the rows remain, so they will be sent again
        }
        this.#pending = merged(batch, this.#pending);
        this.#underWay = undefined;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

function empty(): Pending {
  return { gone: new Map(), failed: new Map(), dead: new Map(), counts: new Map(), waiting: [] };
}

function pendingOf({ gone, failed, dead, counts }: Settlement): Pending {
  return {
    gone: new Map(gone.map(({ id, tenant }) => [id, tenant])),
    failed: new Map(failed.map((attempt) => [attempt.id, attempt])),
    dead: new Map(dead.map((attempt) => [attempt.id, attempt])),
    counts: new Map(counts.map((count) => [`${count.tenant} ${count.id}`, count])),
    waiting: [],
  };
}

function isEmpty({ gone, failed, dead, counts }: Pending): boolean {
  return gone.size + failed.size + dead.size + counts.size === 0;
}

function merged(earlier: Pending, later: Pending): Pending {
  const gone = new Map([...earlier.gone, ...later.gone]);
  const dead = new Map([...earlier.dead, ...later.dead]);
  const failed = new Map([...earlier.failed, ...later.failed]);
  for (const id of later.dead.keys()) failed.delete(id);
  const counts = new Map(earlier.counts);
  for (const [key, count] of later.counts) {
    const before = counts.get(key);
    counts.set(key, before === undefined ? count : sum(before, count));
  }
  return { gone, failed, dead, counts, waiting: [...earlier.waiting, ...later.waiting] };
}

function sum(earlier: DeliveryCount, later: DeliveryCount): DeliveryCount {
  return {
    ...later,
    sent: earlier.sent + later.sent,
    failed: earlier.failed + later.failed,
    lastSuccess: later.lastSuccess ?? earlier.lastSuccess,
    lastFailure: later.lastFailure ?? earlier.lastFailure,
  };
}
