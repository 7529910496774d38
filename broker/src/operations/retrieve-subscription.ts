import type { NameCompactor } from '../model/names.ts';
import { noSubscription, type StoredSubscription } from '../store/subscriptions.ts';
import { representSubscription } from '../subscriptions/represent-subscription.ts';
import type { SubscriptionParts } from './create-subscription.ts';

export interface SubscriptionView {
  readonly context: NameCompactor;
  /** Shows `createdAt` and `modifiedAt`. */
  readonly sysAttrs: boolean;
}

/**
 * Retrieve Subscription (5.8.3).
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function retrieveSubscription(
  parts: SubscriptionParts,
  tenant: string,
  id: string,
  { context, sysAttrs }: SubscriptionView,
): Promise<Record<string, unknown>> {
  await parts.settled();
  return representSubscription(await storedSubscription(parts, tenant, id), context, sysAttrs);
}

/** @throws NgsiLdError ResourceNotFound */
export async function storedSubscription(
  { subscriptions }: SubscriptionParts,
  tenant: string,
  id: string,
): Promise<StoredSubscription> {
  const stored = await subscriptions.store.get(tenant, id);
  if (stored === undefined) throw noSubscription(id);
  return stored;
}
