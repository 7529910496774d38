import { Histogram, SECONDS } from '../metrics/histogram.ts';
import { ProcessMetrics } from '../metrics/process-metrics.ts';
import type { OutboxStore } from '../notifications/outbox/outbox.ts';

const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200] as const;

/** What this process has done since its start, counted where it happens. */
export class Meters {
  readonly process = new ProcessMetrics();
  /** Entities in a batch of the write lane, and how long it took to commit. */
  readonly batchEntities = new Histogram(BATCH_SIZES);
  readonly batchSeconds = new Histogram(SECONDS);
  changes = 0;
  /** Notifications. */
  readonly notifications = { owed: 0, sent: 0, failed: 0, givenUp: 0 };

  batch(entities: number, elapsedMs: number): void {
    this.batchEntities.observe(entities);
    this.batchSeconds.observe(elapsedMs / 1000);
  }

  /** The outbox, counting what becomes of notifications as it is written down. */
  ofOutbox(outbox: OutboxStore): OutboxStore {
    return {
      ...outbox,
      settle: async (settlement) => {
        await outbox.settle(settlement);
        const { notifications } = this;
        for (const { sent, failed } of settlement.counts) {
          notifications.sent += sent - failed;
          notifications.failed += failed;
        }
        notifications.givenUp += settlement.dead.length;
      },
    };
  }
}
