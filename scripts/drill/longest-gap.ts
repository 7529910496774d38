/** Measures the longest time between two events that should happen all the time. */
export class LongestGap {
  #last = performance.now();
  #longest = 0;

  happened(): void {
    this.#longest = Math.max(this.#longest, performance.now() - this.#last);
    this.#last = performance.now();
  }

  /** The longest gap since the last call in ms, including the one that still lasts. */
  take(): number {
    const longest = Math.max(this.#longest, performance.now() - this.#last);
    this.#longest = 0;
    return Math.round(longest);
  }
}
