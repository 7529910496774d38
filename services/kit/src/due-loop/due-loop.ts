/** Work with due times that are stored in a table. */
export interface DueWork {
  /** Does some of the due work. @returns how much; it is called again until that is 0 */
  work(): Promise<number>;
  /** The next due time; undefined: none is known. */
  next(): Promise<Date | undefined>;
  onError(error: unknown): void;
  /** The longest time, in milliseconds, until due work of other processes is noticed. Default 10,000. */
  readonly longestPauseMs?: number;
  /**
   * After which time it looks at first, in milliseconds, unless it is woken before. Default 2,000: a start has other work,
   * and what became due while the process did not run can wait a little longer.
   */
  readonly firstLookMs?: number;
}

interface DueLoop {
  /** Looks immediately, because something may have become due. */
  wake(): void;
  /** Stops after finishing work in progress. */
  stop(): Promise<void>;
}

const SHORTEST_PAUSE_MS = 100;
const AFTER_ERROR_MS = 1_000;

/** Does work when it is due, in this process. `work` must coordinate with other processes itself. */
export function startDueLoop({ work, next, onError, longestPauseMs = 10_000, firstLookMs = 2_000 }: DueWork): DueLoop {
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
    await pause(firstLookMs);
    while (!isStopped) {
      isWoken = false;
      try {
        if ((await work()) > 0) continue;
        const at = await next();
        const untilNext = at === undefined ? longestPauseMs : at.getTime() - Date.now();
        await pause(Math.min(Math.max(untilNext, SHORTEST_PAUSE_MS), longestPauseMs));
      } catch (error) {
        onError(error);
        isWoken = false; // otherwise an immediate failure would be retried endlessly
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
