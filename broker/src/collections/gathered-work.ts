const GATHER_MS = 300;
const RETRY_MS = 15_000;

/**
 * Background work caused by commits. Items that arrive within a moment are processed together, one batch after another.
 * A failed batch is retried together with newer items.
 */
export class GatheredWork<Item> {
  readonly #work: (items: readonly Item[]) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  #items = new Map<string, Item>();
  #timer: NodeJS.Timeout | undefined;
  #underway: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(work: (items: readonly Item[]) => Promise<void>, onFailure: (error: unknown) => void) {
    this.#work = work;
    this.#onFailure = onFailure;
  }

  /** If a key is added several times, the last item counts. */
  add(key: string, item: Item): void {
    this.#items.set(key, item);
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
    this.#timer = setTimeout(() => this.#doAll(), ms);
    this.#timer.unref();
  }

  #doAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#underway = this.#underway.then(async () => {
      // Taken only now, so that the batch contains everything added before it starts.
      const items = this.#items;
      if (items.size === 0) return;
      this.#items = new Map();
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
