import type { Subscription } from './subscription.ts';

/**
 * Throttling (5.2.12): after a notification, changes within the next `throttling` seconds are dropped, by the times of
 * the changes, so that it comes out the same however late they are sent.
 */
export class Throttling {
  /** The last change told, by tenant and subscription. */
  readonly #last = new Map<string, { readonly at: number; readonly request?: string | undefined }>();

  /**
   * Whether a change at `at` (milliseconds since 1970) would be dropped.
   *
   * @param request that made the change: what it changed beside the change told last is told with it
   */
  isOver(subscription: Subscription, at: number, request?: string): boolean {
    const { throttlingMs } = subscription;
    if (throttlingMs === undefined) return false;
    const last = this.#last.get(keyOf(subscription.tenant, subscription.id));
    if (last === undefined || (request !== undefined && request === last.request)) return false;
    return at < last.at + throttlingMs;
  }

  /** The same, and a change that isn't dropped opens the next pause. */
  admits(subscription: Subscription, at: number, request?: string): boolean {
    if (subscription.throttlingMs === undefined) return true;
    if (this.isOver(subscription, at, request)) return false;
    this.#last.set(keyOf(subscription.tenant, subscription.id), { at, request });
    return true;
  }

  /** The change that was told last, also by another process or before a restart. */
  restore(subscription: Subscription, told: Date | undefined): void {
    if (subscription.throttlingMs === undefined || told === undefined) return;
    this.#last.set(keyOf(subscription.tenant, subscription.id), { at: told.getTime() });
  }

  forget(tenant: string, id: string): void {
    this.#last.delete(keyOf(tenant, id));
  }
}

function keyOf(tenant: string, id: string): string {
  return `${tenant} ${id}`;
}
