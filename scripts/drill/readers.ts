import { setTimeout as pause } from 'node:timers/promises';
import { headersOf } from './flow.ts';
import { LongestGap } from './longest-gap.ts';

/** The numbers of reads so far. */
export interface ReadFigures {
  readonly answered: number;
  readonly failed: number;
}

export interface Readers {
  figures(): ReadFigures;
  /** The longest time between two answers of any reader since the last call, in ms. */
  takeGap(): number;
  stop(): Promise<void>;
}

const READ_WITHIN_MS = 30_000;

/** Starts one client per URL, which reads it repeatedly. */
export function startReaders(urls: readonly string[], pauseMs: number, tenant?: string): Readers {
  let [answered, failed] = [0, 0];
  let isStopping = false;
  const gaps = urls.map(() => new LongestGap());
  const read = async (url: string, index: number) => {
    while (!isStopping) {
      const isAnswered = await fetch(url, {
        headers: headersOf(tenant),
        signal: AbortSignal.timeout(READ_WITHIN_MS),
      }).then(
        async (response) => {
          await response.text();
          return response.ok;
        },
        () => false,
      );
      if (isAnswered) {
        answered++;
        gaps[index]?.happened();
      } else failed++;
      await pause(pauseMs);
    }
  };
  const running = Promise.all(urls.map(read));
  return {
    figures: () => ({ answered, failed }),
    takeGap: () => Math.max(...gaps.map((gap) => gap.take())),
    async stop() {
      isStopping = true;
      await running;
    },
  };
}
