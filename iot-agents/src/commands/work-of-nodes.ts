import { unlessNodeIsAway } from '@alzette/kit/each-tenant';

/** The oldest are forgotten. */
const MOST_WAITING = 10_000;

interface NodeWork {
  /** Waits in memory if a node is away that the work needs. @throws whatever else the work throws */
  now(work: () => Promise<unknown>): Promise<void>;
  /** Does what waits in order, up to the first that still has to. */
  again(): Promise<void>;
}

/** Work that a node of a cluster may keep waiting, without stopping that of others. */
export function workOfNodes(): NodeWork {
  const waiting: (() => Promise<unknown>)[] = [];
  const isDone = async (work: () => Promise<unknown>): Promise<boolean> =>
    (await unlessNodeIsAway(async () => {
      await work();
      return true;
    })) ?? false;
  return {
    async now(work) {
      if (await isDone(work)) return;
      waiting.push(work);
      if (waiting.length > MOST_WAITING) waiting.shift();
    },
    async again() {
      for (let [next] = waiting; next !== undefined && (await isDone(next)); [next] = waiting) {
        if (waiting[0] === next) waiting.shift();
      }
    },
  };
}
