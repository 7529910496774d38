import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredFrame } from '../inbox/stored-frame.ts';
import { partitionOf } from '../processes/partition-of.ts';
import { admitFrames } from './admit-frames.ts';
import { createDecoding } from './decode-frames.ts';
import { createOutcomeDelivery, type OutcomeDelivery } from './deliver-outcomes.ts';
import type { DeliveryContext } from './delivery-context.ts';
import { createDownlinkRoutes } from './downlink-routes.ts';
import type { DeviceProgress } from './progress.ts';
import { persist } from './upsert.ts';

const TAKEN_AT_ONCE = 1_000;
const IN_FLIGHT = 4_000;
/** In addition, so that those of a tenant whose node is away don't keep out others. */
const ASIDE_AT_MOST = 16_000;

export interface Pipeline {
  /** Other processes may have continued with these devices, so cached data about them is read again. */
  forget(partitions: readonly number[]): void;
  /** Resolves when the inbox is closed and all work is done. */
  readonly done: Promise<void>;
}

/**
 * Inbox → admission → a lane for each codec → the broker → settled. While the node of a tenant is away, its frames are
 * put off after admission, and the others go on.
 */
export function runPipeline(delivery: DeliveryContext): Pipeline {
  const { inbox, counters, signal } = delivery;
  const progress = new Map<string, DeviceProgress>();
  let onRoom: (() => void) | undefined;
  const delivering = createOutcomeDelivery(delivery, progress, {
    onSettled(outcomes) {
      inbox.settled(outcomes.map(({ inboxId }) => inboxId));
      counters.inFlight -= outcomes.length;
      onRoom?.();
    },
    onAside: () => onRoom?.(),
  });
  const parts = {
    routes: createDownlinkRoutes(delivery.db, delivery.connections),
    mustWait: (tenant: string) => inbox.isPutOff(tenant) || delivering.isFull(tenant),
  };
  signal.addEventListener('abort', () => onRoom?.(), { once: true });
  const decoding = createDecoding(delivery, (outcomes) => delivering.push(outcomes));
  const done = takeAll(
    delivery,
    delivering,
    async (frames, retried) => {
      const { admitted, settled, putOff } = await retried(() => admitFrames(delivery, parts, progress, frames));
      decoding.push(admitted);
      if (settled.length > 0) delivering.push(settled);
      if (putOff.length === 0) return;
      await retried(() => inbox.putOff(putOff));
      counters.inFlight -= putOff.length;
    },
    (resolve) => {
      onRoom = resolve;
    },
  );
  return {
    done,
    forget(partitions) {
      const gained = new Set(partitions);
      for (const devEui of progress.keys()) if (gained.has(partitionOf(devEui))) progress.delete(devEui);
      decoding.forget();
      parts.routes.forget();
    },
  };
}

type Retried = <T>(work: () => Promise<T>) => Promise<T>;

async function takeAll(
  { inbox, counters, signal, logger }: DeliveryContext,
  { aside, isWaiting }: Pick<OutcomeDelivery, 'aside' | 'isWaiting'>,
  admit: (frames: readonly StoredFrame[], retried: Retried) => Promise<void>,
  onRoom: (resolve: () => void) => void,
): Promise<void> {
  const untilAtMost = async (inFlight: number): Promise<void> => {
    while (counters.inFlight - Math.min(aside(), ASIDE_AT_MOST) > inFlight && !signal.aborted) {
      await new Promise<void>(onRoom);
    }
  };
  const retried: Retried = (work) =>
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
      const frames = await retried(() => inbox.take(TAKEN_AT_ONCE, isWaiting));
      if (frames.length === 0) break;
      counters.inFlight += frames.length;
      await admit(frames, retried);
      // Yields to the sockets, because admission itself may not wait for anything.
      await nextTurn();
    }
    await untilAtMost(0);
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
