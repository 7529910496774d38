import type { UsageStore, WindowCount } from '../store/usage.ts';
import { LimitReached } from './access-error.ts';
import { type Limit, type Period, periodAt } from './limits.ts';

interface Counter {
  requests: number;
  refused: number;
  limited: number;
}

/** A window of a limit: what all had counted when it was last written down, and what this process has since. */
interface Window {
  readonly consumer: string;
  readonly per: Period;
  readonly start: number;
  readonly end: number;
  /** Addresses without a name have windows that are kept here alone. */
  readonly isShared: boolean;
  known: number;
  since: number;
}

const WRITE_EVERY_MS = 1000;
const FORGET_EVERY = 3600;
const MOST_WINDOWS = 100_000;

/** Counts what consumers ask for, and refuses what is beyond their limits. */
export class Metering {
  readonly #store: UsageStore;
  readonly #onError: (error: unknown) => void;
  readonly #counters = new Map<string, Counter>();
  readonly #windows = new Map<string, Window>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #rounds = 0;

  constructor(store: UsageStore, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  start(): void {
    this.#timer = setInterval(() => void this.write(), WRITE_EVERY_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }

  /**
   * Counts a request.
   *
   * @param address tells those apart who share a consumer, where there is no other name for them
   * @throws LimitReached
   */
  admit(consumer: string, limits: readonly Limit[] | undefined, address?: string): void {
    this.#of(consumer).requests++;
    if (limits === undefined) return;
    const at = Date.now();
    for (const limit of limits) {
      const window = this.#window(consumer, limit.per, at, address);
      if (window.known + window.since < limit.requests) {
        window.since++;
        continue;
      }
      this.#of(consumer).limited++;
      const seconds = Math.max(1, Math.ceil((window.end - at) / 1000));
      throw new LimitReached(`The limit of ${limit.requests} requests a ${limit.per} is reached`, seconds);
    }
  }

  refused(consumer: string): void {
    this.#of(consumer).refused++;
  }

  #of(consumer: string): Counter {
    let counter = this.#counters.get(consumer);
    if (counter === undefined) {
      counter = { requests: 0, refused: 0, limited: 0 };
      this.#counters.set(consumer, counter);
    }
    return counter;
  }

  #window(consumer: string, per: Period, at: number, address: string | undefined): Window {
    const key = `${per} ${consumer} ${address ?? ''}`;
    let window = this.#windows.get(key);
    if (window === undefined || at >= window.end) {
      const [start, end] = periodAt(per, at);
      window = { consumer, per, start, end, isShared: address === undefined, known: 0, since: 0 };
      if (this.#windows.size >= MOST_WINDOWS) this.#windows.clear();
      this.#windows.set(key, window);
    }
    return window;
  }

  /** Writes down what was counted, and learns what other processes have. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeOnce()).catch(this.#onError);
    return this.#writing;
  }

  async #writeOnce(): Promise<void> {
    const now = Date.now();
    const counted = [...this.#counters].map(([consumer, counter]) => ({ consumer, ...counter }));
    this.#counters.clear();
    if (counted.length > 0) await this.#store.add(new Date(periodAt('hour', now)[0]), counted);
    const counts = new Map<Window, WindowCount>();
    for (const [key, window] of this.#windows) {
      if (now >= window.end) this.#windows.delete(key);
      else if (window.isShared) {
        const { consumer, per, start, since } = window;
        counts.set(window, { consumer, per, start: new Date(start), requests: since });
      }
    }
    if (counts.size > 0) {
      const totals = await this.#store.addToWindows([...counts.values()]);
      const byKey = new Map(totals.map((total) => [windowKey(total), total.requests]));
      for (const [window, count] of counts) {
        window.since -= count.requests; // more may have come meanwhile
        window.known = byKey.get(windowKey(count)) ?? window.known;
      }
    }
    if (this.#rounds++ % FORGET_EVERY === 0) await this.#store.forget();
  }
}

function windowKey({ consumer, per, start }: WindowCount): string {
  return `${per} ${start.getTime()} ${consumer}`;
}
