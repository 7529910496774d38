import type { SubscriptionParts } from './create-subscription.ts';

/**
 * Delete Subscription (5.8.5): what is still owed to it is not sent.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function deleteSubscription(
  { subscriptions }: SubscriptionParts,
  tenant: string,
  id: string,
): Promise<void> {
  await subscriptions.store.remove(tenant, id);
  subscriptions.remove(tenant, id);
}
