/** Shares one query among callers. Calls during a query share the next one, so no answer is older than its call. */
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
      const running = this.#ask();
      this.#current = running.catch(() => {});
      return running;
    });
    return this.#next;
  }
}
