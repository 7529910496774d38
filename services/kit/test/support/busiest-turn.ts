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

/**
 * Repeats the work, up to three times, until no turn reaches the limit.
 * The first run compiles code, and any may collect garbage; a real block is there each time.
 */
export async function quietestRun<T>(belowMs: number, work: () => Promise<T>): Promise<TurnCost<T>> {
  let best = await busiestTurn(work);
  for (let run = 1; run < 3 && best.busiestMs >= belowMs; run++) {
    const again = await busiestTurn(work);
    if (again.busiestMs < best.busiestMs) best = again;
  }
  return best;
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
