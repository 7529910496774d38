/** Copies processed in parallel. */
const MAX_AT_ONCE = 32;

interface CopyQueueParts<Pair> {
  key(pair: Pair): string;
  /** The group of a pair: its source. A failure pauses the whole group. */
  group(pair: Pair): string;
  /** @returns whether the group could be reached; if not, the whole group pauses and this is tried again */
  work(pair: Pair): Promise<boolean>;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

interface Pause {
  /** By `performance.now()`, so that a clock that is set back does not lengthen it. */
  readonly until: number;
  readonly failures: number;
}

/**
 * Processes copies of subscriptions (pairs of subscription and source). Each pair is processed by one run at a time,
 * and again if it was added meanwhile. If a group can't be reached it pauses, longer with each failure, without
 * delaying other groups.
 */
export class CopyQueue<Pair> {
  readonly #parts: CopyQueueParts<Pair>;
  readonly #waiting = new Map<string, Pair>();
  readonly #working = new Map<string, Promise<void>>();
  readonly #pauses = new Map<string, Pause>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: CopyQueueParts<Pair>) {
    this.#parts = parts;
  }

  add(pair: Pair): void {
    this.#waiting.set(this.#parts.key(pair), pair);
    this.#begin();
  }

  /** Ends the pause of a group, because something about it has changed. */
  resume(group: string): void {
    this.#pauses.delete(group);
    this.#begin();
  }

  clear(): void {
    this.#waiting.clear();
    this.#pauses.clear();
  }

  /** Waits for runs in progress. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.clear();
    await Promise.all(this.#working.values());
  }

  #begin(): void {
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [key, pair] of this.#waiting) {
      if (this.#isClosed || this.#working.size >= MAX_AT_ONCE) return;
      if (this.#working.has(key)) continue;
      const pausedUntil = this.#pauses.get(this.#parts.group(pair))?.until ?? 0;
      if (pausedUntil > now) next = Math.min(next, pausedUntil);
      else {
        this.#waiting.delete(key);
        this.#working.set(key, this.#work(key, pair));
      }
    }
    clearTimeout(this.#timer);
    if (next < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#begin(), next - now);
  }

  async #work(key: string, pair: Pair): Promise<void> {
    const group = this.#parts.group(pair);
    const isReached = await this.#parts.work(pair).catch(() => false);
    this.#working.delete(key);
    if (isReached) this.#pauses.delete(group);
    else if (!this.#isClosed) {
      if (!this.#waiting.has(key)) this.#waiting.set(key, pair);
      const { until = 0, failures = 0 } = this.#pauses.get(group) ?? {};
      // Other pairs of the group that were in progress fail too: together they count once.
      if (until <= performance.now()) {
        const { firstPauseMs, longestPauseMs } = this.#parts;
        const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(failures, 30), longestPauseMs);
        this.#pauses.set(group, { until: performance.now() + pauseMs, failures: failures + 1 });
      }
    }
    this.#begin();
  }
}
