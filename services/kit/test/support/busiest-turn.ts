/** What work cost the event loop. */
export interface TurnCost<T> {
  readonly result: T;
  /** CPU time of the main thread in its busiest turn. Unlike wall time, it doesn't depend on other processes. */
  readonly busiestMs: number;
}

/** Measures turns of the event loop until the work is done; turns of less than a millisecond count together. */
export async function busiestTurn<T>(work: () => Promise<T>): Promise<TurnCost<T>> {
  let isOver = false;
  let busiestMs = 0;
  let before = cpuMs();
  const measure = () => {
    const now = cpuMs();
    busiestMs = Math.max(busiestMs, now - before);
    before = now;
  };
  const turn = () => {
    measure();
    if (!isOver) setTimeout(turn, 1);
  };
  turn();
  try {
    const result = await work();
    measure();
    return { result, busiestMs };
  } finally {
    isOver = true;
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
