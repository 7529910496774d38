/** The longest time without something that should happen all the time. */
export class LongestGap {
  #last = performance.now();
  #longest = 0;

  happened(): void {
    this.#longest = Math.max(this.#longest, performance.now() - this.#last);
    this.#last = performance.now();
  }

  /** In ms, since it was last taken; one that lasts counts. */
  take(): number {
    const longest = Math.max(this.#longest, performance.now() - this.#last);
    this.#longest = 0;
    return Math.round(longest);
  }
}
