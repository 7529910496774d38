/**
 * The speed of this clock while it is ahead of the machine's clock, as a share of real time: it never stands still, and
 * the difference shrinks.
 */
const PACE_WHILE_AHEAD = 0.5;
/**
 * A difference between the machine's clock and elapsed time that counts as a jump. Corrections by time servers are
 * smaller.
 */
const JUMP_MS = 500;
/**
 * If the machine's clock is set back by more than this, it had been wrong for long, so the new time is used at the cost
 * of the order.
 */
export const LONGEST_AHEAD_MS = 24 * 3600 * 1000;

/** The clocks of the machine in milliseconds: the time of day, and monotonic elapsed time. */
export interface Clocks {
  wall(): number;
  passed(): number;
}

const MACHINE: Clocks = { wall: () => Date.now(), passed: () => performance.now() };

/**
 * A clock that never goes back, used to order and identify changes. Normally it follows the machine's clock. If that is
 * set back, this clock continues at half speed until the machine has caught up. So times stay in the order of changes,
 * and pauses measured with it still end.
 */
export class SteadyClock {
  readonly #clocks: Clocks;
  #last: number;
  #lastWall: number;
  #lastPassed: number;
  /** How often the machine's clock was changed by more than half a second, in either direction. */
  jumps = 0;
  /** Called with the size of each jump in milliseconds, negative for backwards. */
  onJump: (ms: number) => void = () => {};

  constructor(clocks: Clocks = MACHINE) {
    this.#clocks = clocks;
    this.#last = clocks.wall();
    this.#lastWall = this.#last;
    this.#lastPassed = clocks.passed();
  }

  /** Milliseconds since 1970. Never less than an earlier result. */
  now(): number {
    const wall = this.#clocks.wall();
    const passed = this.#clocks.passed();
    const elapsed = passed - this.#lastPassed;
    const jump = wall - this.#lastWall - elapsed;
    this.#lastWall = wall;
    this.#lastPassed = passed;
    if (Math.abs(jump) > JUMP_MS) {
      this.jumps++;
      this.onJump(Math.round(jump));
    }
    if (wall >= this.#last || this.#last - wall > LONGEST_AHEAD_MS) this.#last = wall;
    else this.#last = Math.max(wall, this.#last + elapsed * PACE_WHILE_AHEAD);
    return Math.floor(this.#last);
  }

  /** How far this clock is ahead of the machine's, in milliseconds. */
  get aheadMs(): number {
    return Math.max(0, this.now() - this.#clocks.wall());
  }

  /** Moves forward to a time that another process or an earlier run has already used. */
  advance(to: number): void {
    const now = this.now();
    if (to > now && to - this.#clocks.wall() <= LONGEST_AHEAD_MS) this.#last = to;
  }
}

/** The clock of this process. */
export const steadyClock = new SteadyClock();
