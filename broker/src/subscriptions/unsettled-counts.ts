import type { DeliveryCount, SubscriptionKey } from '../notifications/outbox/outbox.ts';
import type { StoredSubscription } from './subscription-store.ts';

/** What the stored counters of a subscription lack; undefined: nothing. */
export type UnsettledCounts = (key: SubscriptionKey) => DeliveryCount | undefined;

/** A stored subscription with what its counters lack. */
export function counted(stored: StoredSubscription, unsettled: UnsettledCounts): StoredSubscription {
  const more = unsettled(stored);
  if (more === undefined) return stored;
  const { delivery } = stored;
  return {
    ...stored,
    delivery: {
      ...delivery,
      timesSent: delivery.timesSent + more.sent,
      timesFailed: delivery.timesFailed + more.failed,
      ...latest('lastNotification', delivery.lastNotification, more.lastNotification),
      ...latest('lastSuccess', delivery.lastSuccess, more.lastSuccess),
      ...latest('lastFailure', delivery.lastFailure, more.lastFailure),
    },
  };
}

function latest(name: string, stored: Date | undefined, more: Date | undefined): { readonly [name: string]: Date } {
  const last = stored === undefined || (more !== undefined && more > stored) ? more : stored;
  return last === undefined ? {} : { [name]: last };
}
