import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { Run } from './run-report.ts';
import { LEASE_S } from './run-source.ts';
import type { SourceRow } from './source-rows.ts';
import * as rows from './source-rows.ts';

const AT_ONCE = 4;
const LONGEST_SLEEP_MS = 60_000;
const AFTER_FAULT_MS = 5_000;

/** Runs due sources, several at once, until it is stopped. */
export interface ScheduleLoop {
  /** Something may be due. */
  wake(): void;
  /** Counts a requested run among those in progress. */
  track<T>(run: Promise<T>): Promise<T>;
  /** After the signal is aborted: resolves when the loop has ended and nothing is in progress. */
  end(): Promise<void>;
}

export function startScheduleLoop(
  { db, logger, signal }: { readonly db: Database; readonly logger: Logger; readonly signal: AbortSignal },
  run: (due: SourceRow, lease: string) => Promise<Run>,
): ScheduleLoop {
  const running = new Set<Promise<unknown>>();
  /** Something may be due: also recorded while the loop is not sleeping. */
  let isAwake = false;
  let endSleep = (): void => undefined;
  const wake = (): void => {
    isAwake = true;
    endSleep();
  };

  const sleep = async (ms: number): Promise<void> => {
    if (isAwake || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      endSleep = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const track = <T>(work: Promise<T>): Promise<T> => {
    running.add(work);
    const done = (): void => {
      running.delete(work);
      wake();
    };
    work.then(done, done);
    return work;
  };
  const keepRunning = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        isAwake = false;
        const lease = randomUUID();
        const due = running.size < AT_ONCE ? await rows.claimDue(db, lease, LEASE_S) : undefined;
        if (due !== undefined) {
          track(run(due, lease)).catch((cause: unknown) => {
            if (!signal.aborted) logger.error({ err: cause, source: due.source.id }, 'a run of a source failed');
          });
          continue;
        }
        const next = await rows.nextDue(db);
        const ms = next === undefined ? LONGEST_SLEEP_MS : next.getTime() - Date.now();
        await sleep(Math.min(Math.max(ms, 50), LONGEST_SLEEP_MS));
      } catch (cause) {
        if (signal.aborted) break;
        logger.warn({ err: cause }, 'sources wait: the database does not answer');
        await sleep(AFTER_FAULT_MS);
      }
    }
  };
  const looping = keepRunning();
  return {
    wake,
    track,
    async end() {
      wake();
      await looping;
      await Promise.allSettled(running);
    },
  };
}
