import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long work pauses after this time, so that other requests get their turn. */
const TURN_MS = 2;

/** Splits long work into turns of the event loop. */
export class Turns {
  readonly #turnMs: number;
  #endsAt: number;

  /** @param turnMs negative: each turn is over at once */
  constructor(turnMs = TURN_MS) {
    this.#turnMs = turnMs;
    this.#endsAt = performance.now() + turnMs;
  }

  /** Whether it is time to pause. */
  get isOver(): boolean {
    return performance.now() > this.#endsAt;
  }

  /** Resolves after what is waiting in the event loop has had its turn. */
  async next(): Promise<void> {
    await nextTurn();
    this.#endsAt = performance.now() + this.#turnMs;
  }
}
