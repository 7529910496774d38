import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CAME, FIRST_SENT, LAST_CAME, newLedger, OUT_OF_ORDER } from './ledger.ts';

/**
 * Receives notifications in a separate thread and measures the delay after each update. An update sets `power` to the
 * time of sending, in microseconds since 1970, increasing.
 */
interface NotificationSink {
  readonly url: string;
  /** Resolves when no notification has arrived for a while. */
  quiet(): Promise<Received>;
  close(): Promise<void>;
}

export interface Received {
  readonly count: number;
  /** Duplicates, and notifications after a later one of the same entity and subscription. */
  readonly outOfOrder: number;
  /** From update to notification, in milliseconds. */
  readonly latencies: readonly number[];
  /** When the first update was sent, and when the last notification arrived, in milliseconds since 1970. */
  readonly firstSentAt: number;
  readonly lastAt: number;
}

const QUIET_MS = 500;
const LONGEST_WAIT_MS = 60_000;

export async function notificationSink(): Promise<NotificationSink> {
  const ledger = newLedger();
  const { latencies, ends, counts } = ledger;
  const worker = new Worker(new URL('./receiver.ts', import.meta.url), { workerData: ledger });
  const [port] = (await once(worker, 'message')) as [number];
  const count = () => Atomics.load(counts, CAME);
  return {
    url: `http://127.0.0.1:${port}`,
    async quiet() {
      let before = -1;
      for (let waited = 0; waited < LONGEST_WAIT_MS && count() !== before; waited += QUIET_MS) {
        before = count();
        await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      }
      return {
        count: count(),
        outOfOrder: Atomics.load(counts, OUT_OF_ORDER),
        latencies: Array.from(latencies.subarray(0, Math.min(count(), latencies.length))),
        firstSentAt: ends[FIRST_SENT] ?? Number.NaN,
        lastAt: ends[LAST_CAME] ?? Number.NaN,
      };
    },
    async close() {
      await worker.terminate();
    },
  };
}
