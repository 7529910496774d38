import { Histogram, SECONDS } from '../metrics/histogram.ts';
import { ProcessMetrics } from '../metrics/process-metrics.ts';
import type { OutboxStore } from '../notifications/outbox/outbox.ts';

const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200] as const;

/** Counters of this process since its start. */
export class Meters {
  readonly process = new ProcessMetrics();
  /** The number of entities in a batch of the write lane, and the duration until its commit. */
  readonly batchEntities = new Histogram(BATCH_SIZES);
  readonly batchSeconds = new Histogram(SECONDS);
  changes = 0;
  /** Notifications. */
  readonly notifications = { caused: 0, sent: 0, failed: 0, givenUp: 0 };

  batch(entities: number, elapsedMs: number): void {
    this.batchEntities.observe(entities);
    this.batchSeconds.observe(elapsedMs / 1000);
  }

  /** Wraps the outbox, to count the outcomes of notifications as they are written. */
  ofOutbox(outbox: OutboxStore): OutboxStore {
    return {
      ...outbox,
      settle: async (settlement) => {
        const left = await outbox.settle(settlement);
        const { notifications } = this;
        const open = new Set(left?.counts);
        for (const count of settlement.counts) {
          if (open.has(count)) continue;
          notifications.sent += count.sent - count.failed;
          notifications.failed += count.failed;
        }
        notifications.givenUp += settlement.dead.length - (left?.dead.length ?? 0);
        return left;
      },
    };
  }
}
