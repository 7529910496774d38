import { setTimeout as pause } from 'node:timers/promises';

/** The rests of a background job between its steps. There are none while someone waits for the job, or once it closes. */
export class Rests {
  #waiting = 0;
  #isClosed = false;
  #current = new AbortController();

  /** Whether someone waits for the job. */
  get isAwaited(): boolean {
    return this.#waiting > 0;
  }

  /** Rests for this time, or until someone begins to wait. */
  async rest(ms: number): Promise<void> {
    if (this.#isClosed || this.isAwaited) return;
    await pause(ms, undefined, { signal: this.#current.signal, ref: false }).catch(() => {});
  }

  /** Ends the current rest; there is none until `work` is done. */
  async without<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waiting++;
    try {
      this.#end();
      return await work();
    } finally {
      this.#waiting--;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#end();
  }

  #end(): void {
    this.#current.abort();
    this.#current = new AbortController();
  }
}
