/** Asks one question for many. Those who ask while it is under way share the next: no answer is older than its question. */
export class SharedAnswer<T> {
  readonly #ask: () => Promise<T>;
  #next: Promise<T> | undefined;
  #current: Promise<unknown> = Promise.resolve();

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  now(): Promise<T> {
    this.#next ??= this.#current.then(() => {
      this.#next = undefined;
      const asking = this.#ask();
      this.#current = asking.catch(() => {});
      return asking;
    });
    return this.#next;
  }
}
