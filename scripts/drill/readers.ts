import { setTimeout as pause } from 'node:timers/promises';
import { headersOf } from './flow.ts';
import { LongestGap } from './longest-gap.ts';

/** How readers fared so far. */
export interface ReadFigures {
  readonly answered: number;
  readonly failed: number;
}

export interface Readers {
  figures(): ReadFigures;
  /** Of the reader that waited longest between two answers, in ms, since it was last taken. */
  takeGap(): number;
  stop(): Promise<void>;
}

const READ_WITHIN_MS = 30_000;

/** For each of the addresses a client that reads, one read after the other. */
export function startReaders(urls: readonly string[], pauseMs: number, tenant?: string): Readers {
  let [answered, failed] = [0, 0];
  let isStopping = false;
  const gaps = urls.map(() => new LongestGap());
  const read = async (url: string, place: number) => {
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
        gaps[place]?.happened();
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
