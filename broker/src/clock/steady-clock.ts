/** A gap is closed at this share of the pace of time: the clock never stands still, and is right again in the end. */
const PACE_WHILE_AHEAD = 0.5;
/** Of the machine's clock against the time that has passed: less is what time servers correct by day and night. */
const JUMP_MS = 500;
/** A machine's clock that is set back further was wrong for long: it is believed, whatever the order. */
const LONGEST_AHEAD_MS = 24 * 3600 * 1000;

/** What the clocks of the machine tell: of the day, and of time passed, which nobody sets. In milliseconds. */
export interface Clocks {
  wall(): number;
  passed(): number;
}

const MACHINE: Clocks = { wall: () => Date.now(), passed: () => performance.now() };

/**
 * A clock that never goes back, by which changes are told apart and put in order. While the machine's clock is right it is that
 * one. When that is set back, this one goes on at half pace until it is caught up with; so times stay in the order of the changes,
 * and pauses that are counted by them still end.
 */
export class SteadyClock {
  readonly #clocks: Clocks;
  #last: number;
  #lastWall: number;
  #lastPassed: number;
  /** How often the machine's clock was set, by more than half a second, forwards or back. */
  jumps = 0;
  /** Told of each jump, in milliseconds, below zero for back. */
  onJump: (ms: number) => void = () => {};

  constructor(clocks: Clocks = MACHINE) {
    this.#clocks = clocks;
    this.#last = clocks.wall();
    this.#lastWall = this.#last;
    this.#lastPassed = clocks.passed();
  }

  /** Milliseconds since 1970; never less than it told before. */
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

  /** How far it is ahead of the machine's clock, in milliseconds. */
  get aheadMs(): number {
    return Math.max(0, this.now() - this.#clocks.wall());
  }

  /** Another process, or an earlier run, was there already: this one is not behind it from now on. */
  advance(to: number): void {
    const now = this.now();
    if (to > now && to - this.#clocks.wall() <= LONGEST_AHEAD_MS) this.#last = to;
  }
}

/** The process's own. */
export const steadyClock = new SteadyClock();
