import { namedCache } from '@alzette/kit/caches';
import { LimitReached } from '../model/errors.ts';
import { type Limit, type Period, periodAt } from './limits.ts';
import type { UsageStore, WindowCount } from './usage-store.ts';

interface Counter {
  requests: number;
  refused: number;
  limited: number;
}

/**
 * A counting window of a limit: the shared count when it was last written, and the count of this process since then.
 */
interface Window {
  readonly consumer: string;
  readonly per: Period;
  readonly start: number;
  readonly end: number;
  /** Windows of anonymous addresses are kept only in this process. */
  readonly isShared: boolean;
  /** Counted in the database with each request instead of periodically. */
  isExact: boolean;
  known: number;
  since: number;
}

const WRITE_EVERY_MS = 1000;
const FORGET_EVERY = 3600;
/** Some 100,000 of them. */
const WINDOWS_BYTES = 48 * 1024 * 1024;
/** Besides its key. */
const WINDOW_BYTES = 200;

/**
 * Limits up to this number are enforced exactly over all processes, because counting so few one by one is affordable.
 */
const MAX_EXACT = 1000;

/** Counts the requests of consumers, and refuses those beyond their limits. */
export class Metering {
  readonly #store: UsageStore;
  readonly #onError: (error: unknown) => void;
  readonly #counters = new Map<string, Counter>();
  readonly #windows = namedCache<Window>('rate_windows', WINDOWS_BYTES, 'broker');
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
   * Counts a request. If the limit is low enough to be enforced exactly, this is asynchronous and uses the database.
   *
   * @param address distinguishes anonymous clients, which share a consumer
   *
   * @throws LimitReached
   */
  admit(consumer: string, limits: readonly Limit[] | undefined, address?: string): undefined | Promise<void> {
    this.#of(consumer).requests++;
    if (limits === undefined) return undefined;
    const at = Date.now();
    const windows = limits.map((limit) => this.#window(consumer, limit.per, at, address));
    for (const [place, window] of windows.entries()) {
      const limit = limits[place] as Limit;
      if (window.known + window.since >= limit.requests) throw this.#reached(window, limit);
      window.isExact = window.isShared && limit.requests <= MAX_EXACT;
    }
    for (const window of windows) if (!window.isExact) window.since++;
    return windows.some(({ isExact }) => isExact) ? this.#countExactly(windows, limits) : undefined;
  }

  async #countExactly(windows: readonly Window[], limits: readonly Limit[]): Promise<void> {
    const exact = windows.filter(({ isExact }) => isExact);
    let totals: readonly number[];
    try {
      totals = await this.#add(exact.map((window): [Window, number] => [window, 1]));
    } catch (error) {
      this.#onError(error);
      for (const window of exact) window.since++; // to be written later
      return;
    }
    for (const [place, window] of exact.entries()) {
      const limit = limits[windows.indexOf(window)] as Limit;
      if ((totals[place] ?? 0) > limit.requests) throw this.#reached(window, limit);
    }
  }

  #reached({ consumer, end }: Window, { requests, per }: Limit): LimitReached {
    this.#of(consumer).limited++;
    const seconds = Math.max(1, Math.ceil((end - Date.now()) / 1000));
    return new LimitReached(`The limit of ${requests} requests a ${per} is reached`, seconds);
  }

  /** Adds to the shared counts of windows and returns the new totals. */
  async #add(counts: readonly (readonly [Window, number])[]): Promise<number[]> {
    const rows = counts.map(([{ consumer, per, start }, requests]) => ({
      consumer,
      per,
      start: new Date(start),
      requests,
    }));
    const totals = await this.#store.addToWindows(rows);
    const byKey = new Map(totals.map((total) => [windowKey(total), total.requests]));
    return counts.map(([window], place) => {
      const total = byKey.get(windowKey(rows[place] as WindowCount)) ?? 0;
      window.known = Math.max(window.known, total);
      return total;
    });
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
      window = { consumer, per, start, end, isShared: address === undefined, known: 0, since: 0, isExact: false };
      this.#windows.set(key, window, WINDOW_BYTES);
    }
    return window;
  }

  /** Writes the counts of this process, and reads the shared totals. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeOnce()).catch(this.#onError);
    return this.#writing;
  }

  async #writeOnce(): Promise<void> {
    const now = Date.now();
    const counted = [...this.#counters].map(([consumer, counter]) => ({ consumer, ...counter }));
    this.#counters.clear();
    if (counted.length > 0) await this.#store.add(new Date(periodAt('hour', now)[0]), counted);
    const counts: [Window, number][] = [];
    for (const [key, window] of this.#windows.entries()) {
      if (now >= window.end) this.#windows.delete(key);
      else if (window.isShared && (window.since > 0 || !window.isExact)) counts.push([window, window.since]);
    }
    if (counts.length > 0) {
      await this.#add(counts);
      for (const [window, written] of counts) window.since -= written; // more may have been counted meanwhile
    }
    if (this.#rounds++ % FORGET_EVERY === 0) await this.#store.forget();
  }
}

function windowKey({ consumer, per, start }: WindowCount): string {
  return `${per} ${start.getTime()} ${consumer}`;
}
