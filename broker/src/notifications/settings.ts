/** How notifications are sent; times in milliseconds. */
export interface DeliverySettings {
  /** For endpoints that don't say how long an answer may take. */
  readonly timeoutMs: number;
  /** Entities told of at the same time to one endpoint; of one entity always one after the other. */
  readonly concurrency: number;
  /** Notifications kept in memory for one endpoint; the rest waits in the outbox. */
  readonly queueLength: number;
  /** The same for all endpoints together. */
  readonly totalLength: number;
  /** The pause after a first failure; each further one doubles it. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** An older notification that can't be delivered is given up. */
  readonly longestAgeMs: number;
  /** How often the outbox is searched for what nobody sends. */
  readonly sweepMs: number;
  /** At the end, how long answers are waited for; what is without one is sent again. */
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

/** Doubling pauses, each shortened at random by up to a half, so that what failed together isn't tried together. */
export function pauseMs(failures: number, leastMs: number, { firstPauseMs, longestPauseMs }: DeliverySettings): number {
  const pause = Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 30), longestPauseMs);
  return Math.max(pause * (0.5 + Math.random() / 2), leastMs);
}
