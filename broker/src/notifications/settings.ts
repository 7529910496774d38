/** Settings of notification delivery; times in milliseconds. */
export interface DeliverySettings {
  /** For endpoints without a timeout of their own. */
  readonly timeoutMs: number;
  /** Concurrent notifications to one endpoint; those of one entity are always sent one after the other. */
  readonly concurrency: number;
  /** Notifications in memory for one endpoint; the rest waits in the outbox. */
  readonly queueLength: number;
  /** The same over all endpoints. */
  readonly totalLength: number;
  /** The pause after the first failure; it doubles with each further failure. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Older notifications that can't be delivered are given up. */
  readonly longestAgeMs: number;
  /** How often the outbox is searched for notifications that no queue holds. */
  readonly sweepMs: number;
  /** How long shutdown waits for answers. Unanswered notifications are sent again. */
  readonly graceMs: number;
}

export const DELIVERY_SETTINGS: DeliverySettings = {
  timeoutMs: 5000,
  concurrency: 32,
  queueLength: 2000,
  totalLength: 50_000,
  firstPauseMs: 1000,
  longestPauseMs: 300_000,
  longestAgeMs: 86_400_000,
  sweepMs: 5_000,
  graceMs: 5000,
};

/**
 * Doubling pauses, each shortened at random by up to a half, so that notifications that failed together are not retried
 * together.
 */
export function pauseMs(failures: number, leastMs: number, { firstPauseMs, longestPauseMs }: DeliverySettings): number {
  const pause = Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 30), longestPauseMs);
  return Math.max(pause * (0.5 + Math.random() / 2), leastMs);
}
