import type { SubscriptionCaller, SubscriptionParts } from './create-subscription.ts';
import { storedSubscription } from './retrieve-subscription.ts';

/**
 * Delete Subscription (5.8.5). Its undelivered notifications are dropped.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function deleteSubscription(
  parts: SubscriptionParts,
  tenant: string,
  id: string,
  caller?: SubscriptionCaller,
): Promise<void> {
  const { subscriptions } = parts;
  if (caller !== undefined) await storedSubscription(parts, tenant, id, caller);
  await subscriptions.store.remove(tenant, id);
  subscriptions.remove(tenant, id);
}
