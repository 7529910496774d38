const GATHER_MS = 300;
const RETRY_MS = 15_000;
/** More items within a moment are the sign of a bulk load. */
const MANY = 100;

/**
 * Background work caused by commits. Items that arrive within a moment are processed together, one batch after another.
 * While many arrive, they wait until fewer do, so that the work doesn't slow down a bulk load. A failed batch is retried
 * together with newer items.
 */
export class GatheredWork<Item> {
  readonly #work: (items: readonly Item[]) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  readonly #maxWaitMs: number;
  #items = new Map<string, Item>();
  #timer: NodeJS.Timeout | undefined;
  /** When the oldest item has waited long enough. */
  #waitsUntil = 0;
  /** The number of items a moment ago. */
  #sizeBefore = 0;
  #underway: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param maxWaitMs how long items wait at most while many arrive; 0: only for a moment */
  constructor(
    work: (items: readonly Item[]) => Promise<void>,
    onFailure: (error: unknown) => void,
    { maxWaitMs = 0 }: { readonly maxWaitMs?: number } = {},
  ) {
    this.#work = work;
    this.#onFailure = onFailure;
    this.#maxWaitMs = maxWaitMs;
  }

  /** If a key is added several times, the last item counts. */
  add(key: string, item: Item): void {
    this.#items.set(key, item);
    if (this.#timer !== undefined) return;
    this.#waitsUntil = performance.now() + this.#maxWaitMs;
    this.#later(GATHER_MS);
  }

  /** Resolves when everything added so far has been processed or has failed. */
  async settled(): Promise<void> {
    if (this.#items.size > 0) this.#doAll();
    await this.#underway;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.settled();
  }

  #later(ms: number): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => this.#afterMoment(), ms);
    this.#timer.unref();
  }

  #afterMoment(): void {
    const arrived = this.#items.size - this.#sizeBefore;
    this.#sizeBefore = this.#items.size;
    this.#timer = undefined;
    if (arrived > MANY && performance.now() < this.#waitsUntil) this.#later(GATHER_MS);
    else this.#doAll();
  }

  #doAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#underway = this.#underway.then(async () => {
      // Taken only now, so that the batch contains everything added before it starts.
      const items = this.#items;
      if (items.size === 0) return;
      this.#items = new Map();
      this.#sizeBefore = 0;
      try {
        await this.#work([...items.values()]);
      } catch (error) {
        this.#items = new Map([...items, ...this.#items]);
        this.#onFailure(error);
        this.#later(RETRY_MS);
      }
    });
  }
}
