import { DatabaseUnavailable } from '../database-errors.ts';

/**
 * Limits how many tasks run at a time, in the order of their arrival. Otherwise writes that wait for a lock or a
 * standby could occupy all connections, and reads would have to wait too.
 */
export class Turns {
  readonly #withinMs: number;
  readonly #waiting = new Set<() => void>();
  #free: number;

  /** @param withinMs the longest time that a task may wait for its turn */
  constructor(atOnce: number, withinMs: number) {
    this.#free = atOnce;
    this.#withinMs = withinMs;
  }

  /** The number of waiting tasks. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** @throws DatabaseUnavailable: its turn did not come in time */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#turn();
    try {
      return await work();
    } finally {
      const [next] = this.#waiting;
      if (next === undefined) this.#free++;
      else next();
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(late);
        this.#waiting.delete(begin);
        resolve();
      };
      const late = setTimeout(() => {
        this.#waiting.delete(begin);
        reject(new DatabaseUnavailable(false, new Error('No connection was free in time')));
      }, this.#withinMs);
      this.#waiting.add(begin);
    });
  }
}
