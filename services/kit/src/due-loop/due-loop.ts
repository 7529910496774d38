/** Work that is due at times that a table keeps. */
export interface DueWork {
  /** Does some of what is due. @returns how much there was: as long as it is something, it is called again */
  work(): Promise<number>;
  /** When something is due next; undefined: nothing is known to be. */
  next(): Promise<Date | undefined>;
  onError(error: unknown): void;
  /** Longest time, in milliseconds, until what other processes left is found. Default 10,000. */
  readonly longestPauseMs?: number;
}

interface DueLoop {
  /** Looks at once: something may have become due. */
  wake(): void;
  /** Finishes what was begun. */
  stop(): Promise<void>;
}

const SHORTEST_PAUSE_MS = 100;
const AFTER_ERROR_MS = 1_000;

/** Does what is due when it is, in this process. Who may do what is for `work` to settle with other processes. */
export function startDueLoop({ work, next, onError, longestPauseMs = 10_000 }: DueWork): DueLoop {
  let isStopped = false;
  let isWoken = false;
  let endPause: (() => void) | undefined;

  async function pause(ms: number): Promise<void> {
    if (isWoken || isStopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    endPause = undefined;
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      isWoken = false;
      try {
        if ((await work()) > 0) continue;
        const at = await next();
        const untilNext = at === undefined ? longestPauseMs : at.getTime() - Date.now();
        await pause(Math.min(Math.max(untilNext, SHORTEST_PAUSE_MS), longestPauseMs));
      } catch (error) {
        onError(error);
        isWoken = false; // what fails at once would be tried without end
        await pause(AFTER_ERROR_MS);
      }
    }
  }

  const running = run();
  const wake = () => {
    isWoken = true;
    endPause?.();
  };
  return {
    wake,
    async stop() {
      isStopped = true;
      wake();
      await running;
    },
  };
}
