import { DatabaseUnavailable } from '../database-errors.ts';

/**
 * Lets only so many work at a time, in the order they came. Writes that wait for a lock or a standby must not hold all connections:
 * reads would wait with them.
 */
export class Turns {
  readonly #withinMs: number;
  readonly #waiting = new Set<() => void>();
  #free: number;

  /** @param withinMs how long a turn may be waited for */
  constructor(atOnce: number, withinMs: number) {
    this.#free = atOnce;
    this.#withinMs = withinMs;
  }

  /** How many wait for theirs. */
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
