import { unavailable } from '@alzette/kit/problems';

/** Limits concurrent work: a few run, some wait, further ones are refused. */
export interface Slots {
  /** @throws Problem 503: too many wait */
  run<T>(work: () => Promise<T>): Promise<T>;
}

const RETRY_AFTER_S = 5;

export function slots(atOnce: number, mostWaiting: number): Slots {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(work) {
      if (running >= atOnce) {
        if (waiting.length >= mostWaiting) throw unavailable('Too many images are being read', RETRY_AFTER_S);
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else {
        running += 1;
      }
      try {
        return await work();
      } finally {
        // The slot passes to the next in the queue.
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
