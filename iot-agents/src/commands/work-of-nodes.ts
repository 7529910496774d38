import { unlessNodeIsAway } from '@alzette/kit/each-tenant';

/** The maximum number of waiting items; the oldest are dropped. */
const MOST_WAITING = 10_000;

interface NodeWork {
  /** Does work, or stores it in memory if a node that it needs is unreachable. @throws other errors of the work */
  now(work: () => Promise<unknown>): Promise<void>;
  /** Does the waiting work in order, up to the first item that must still wait. */
  again(): Promise<void>;
}

/** Work that waits while a node of a cluster is unreachable, without delaying that of other nodes. */
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
