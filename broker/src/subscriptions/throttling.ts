import { steadyClock } from '../clock/steady-clock.ts';
import type { Subscription } from './subscription.ts';

/**
 * Throttling (5.2.12): after a notification, changes within the next `throttling` seconds are dropped. Only the times
 * of the changes count, so the result does not depend on when they are sent. A change that seems to be in the future was
 * stamped by a clock that was wrong, and does not count.
 */
export class Throttling {
  readonly #now: () => number;
  /** The last notified change, by tenant and subscription. */
  readonly #last = new Map<string, { readonly at: number; readonly request?: string | undefined }>();

  /** @param now milliseconds since 1970, by the clock that stamps changes */
  constructor(now: () => number = () => steadyClock.now()) {
    this.#now = now;
  }

  /**
   * Whether a change at `at` (milliseconds since 1970) would be dropped.
   *
   * @param request the request that made the change: its other changes are notified together with it
   */
  isOver(subscription: Subscription, at: number, request?: string): boolean {
    const { throttlingMs } = subscription;
    if (throttlingMs === undefined) return false;
    const last = this.#last.get(keyOf(subscription.tenant, subscription.id));
    if (last === undefined || (request !== undefined && request === last.request)) return false;
    if (last.at > latestCredible(throttlingMs, this.#now())) return false;
    return at < last.at + throttlingMs;
  }

  /** The same, but a change that is not dropped starts the next pause. */
  admits(subscription: Subscription, at: number, request?: string): boolean {
    if (subscription.throttlingMs === undefined) return true;
    if (this.isOver(subscription, at, request)) return false;
    this.#last.set(keyOf(subscription.tenant, subscription.id), { at, request });
    return true;
  }

  /** Restores the last notified change, from another process or from before a restart. */
  restore(subscription: Subscription, lastNotifiedAt: Date | undefined): void {
    if (subscription.throttlingMs === undefined || lastNotifiedAt === undefined) return;
    this.#last.set(keyOf(subscription.tenant, subscription.id), { at: lastNotifiedAt.getTime() });
  }

  forget(tenant: string, id: string): void {
    this.#last.delete(keyOf(tenant, id));
  }
}

/** The last time at which a change can have been notified. Clocks of processes differ by less than the pause. */
export function latestCredible(throttlingMs: number, now: number): number {
  return now + throttlingMs;
}

function keyOf(tenant: string, id: string): string {
  return `${tenant} ${id}`;
}
