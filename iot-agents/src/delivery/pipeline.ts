import { setImmediate as nextTurn } from 'node:timers/promises';
import { admitFrames } from './admission.ts';
import { createDecoding } from './decoding.ts';
import { createDelivering } from './delivering.ts';
import { createDownlinkRoutes } from './downlink-routes.ts';
import { createMeasuring } from './measuring.ts';
import type { DeviceProgress } from './progress.ts';
import { persist } from './upsert.ts';
import type { Delivery } from './work.ts';

const TAKEN_AT_ONCE = 1_000;
const IN_FLIGHT = 4_000;

/** Inbox → admission → a lane for each codec → the broker → settled. Resolves when the inbox is closed and all is at rest. */
export async function runPipeline(delivery: Delivery): Promise<void> {
  const { inbox, counters, signal, logger } = delivery;
  const progress = new Map<string, DeviceProgress>();
  const parts = { measuring: createMeasuring(delivery), routes: createDownlinkRoutes(delivery.db) };
  let onRoom: (() => void) | undefined;
  const delivering = createDelivering(delivery, progress, (count) => {
    counters.inFlight -= count;
    onRoom?.();
  });
  signal.addEventListener('abort', () => onRoom?.(), { once: true });
  const decoding = createDecoding(delivery, (outcomes) => delivering.push(outcomes));
  const untilAtMost = async (inFlight: number): Promise<void> => {
    while (counters.inFlight > inFlight && !signal.aborted) {
      await new Promise<void>((resolve) => {
        onRoom = resolve;
      });
    }
  };
  const retried = <T>(work: () => Promise<T>): Promise<T> =>
    persist(
      signal,
      (cause) => {
        counters.retries += 1;
        logger.warn({ err: cause }, 'uplinks wait: the database does not answer');
      },
      work,
    );

  try {
    for (;;) {
      await untilAtMost(IN_FLIGHT - TAKEN_AT_ONCE);
      const frames = await retried(() => inbox.take(TAKEN_AT_ONCE));
      if (frames.length === 0) break;
      counters.inFlight += frames.length;
      const { admitted, settled } = await retried(() => admitFrames(delivery, parts, progress, frames));
      decoding.push(admitted);
      if (settled.length > 0) delivering.push(settled);
      // Lets the sockets in between: admission itself may not wait for anything.
      await nextTurn();
    }
    await untilAtMost(0);
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
