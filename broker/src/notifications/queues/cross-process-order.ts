import type { OutboxEntryKey, OutboxStore } from '../outbox/outbox.ts';

interface Log {
  error(fields: object, message: string): void;
}

interface Waiting extends OutboxEntryKey {
  readonly onTurn: () => void;
}

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/**
 * Keeps the order of notifications per entity over several processes. An entry waits while the outbox has an earlier
 * one of the same entity and subscription that another process is to send. One statement checks all waiting entries.
 */
export class CrossProcessOrder {
  readonly #outbox: Pick<OutboxStore, 'behindOthers'>;
  readonly #log: Log;
  /** Entries that have not been checked in the outbox yet. */
  #fresh = new Map<string, Waiting>();
  readonly #waiting = new Map<string, Waiting>();
  #isAsking = false;
  #pauseMs = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(outbox: Pick<OutboxStore, 'behindOthers'>, log: Log) {
    this.#outbox = outbox;
    this.#log = log;
  }

  /** Calls back as soon as no other process has an earlier entry of the same entity and subscription. */
  await({ entryId: id, tenant }: { readonly entryId: string; readonly tenant: string }, onTurn: () => void): void {
    this.#fresh.set(id, { id, tenant, onTurn });
    if (!this.#isAsking) this.#ask(false);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #ask(isTimeForWaiting: boolean): Promise<void> {
    this.#isAsking = true;
    // All entries committed in one turn of the event loop share one statement.
    await new Promise((resolve) => setImmediate(resolve));
    for (let asksWaiting = isTimeForWaiting; asksWaiting || this.#fresh.size > 0; asksWaiting = false) {
      if (this.#isClosed) return;
      const asked = this.#fresh;
      this.#fresh = new Map();
      if (asksWaiting) for (const [id, waiting] of this.#waiting) asked.set(id, waiting);
      const behind = await this.#behind([...asked.values()]);
      if (behind === undefined) for (const [id, waiting] of asked) this.#waiting.set(id, waiting);
      else this.#settle(asked, behind);
      if (asksWaiting) this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    }
    this.#isAsking = false;
    this.#askLater();
  }

  #settle(asked: ReadonlyMap<string, Waiting>, behind: ReadonlySet<string>): void {
    for (const [id, waiting] of asked) {
      if (behind.has(id)) {
        this.#waiting.set(id, waiting);
      } else {
        // Other processes make progress, so check again soon.
        if (this.#waiting.delete(id)) this.#pauseMs = FIRST_PAUSE_MS;
        waiting.onTurn();
      }
    }
  }

  async #behind(entries: readonly OutboxEntryKey[]): Promise<ReadonlySet<string> | undefined> {
    try {
      return await this.#outbox.behindOthers(entries);
    } catch (error) {
      this.#log.error({ error }, 'Could not check the order of notifications');
      return undefined;
    }
  }

  #askLater(): void {
    if (this.#timer !== undefined || this.#waiting.size === 0 || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isAsking) this.#askLater();
      else void this.#ask(true);
    }, this.#pauseMs);
  }
}
