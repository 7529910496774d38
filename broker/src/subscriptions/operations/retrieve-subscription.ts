import type { NameCompactor } from '../../model/names.ts';
import { representSubscription } from '../represent-subscription.ts';
import { noSubscription, type StoredSubscription } from '../subscription-store.ts';
import { counted } from '../unsettled-counts.ts';
import type { SubscriptionCaller, SubscriptionParts } from './create-subscription.ts';

export interface SubscriptionView {
  readonly context: NameCompactor;
  /** Whether to include `createdAt` and `modifiedAt`. */
  readonly sysAttrs: boolean;
  readonly caller?: SubscriptionCaller;
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
  { context, sysAttrs, caller }: SubscriptionView,
): Promise<Record<string, unknown>> {
  await parts.settled();
  const { defaultTriggers } = parts.subscriptions;
  const stored = await storedSubscription(parts, tenant, id, caller);
  return representSubscription(counted(stored, parts.unsettled()), context, sysAttrs, defaultTriggers);
}

/** @throws NgsiLdError ResourceNotFound */
export async function storedSubscription(
  { subscriptions }: SubscriptionParts,
  tenant: string,
  id: string,
  caller?: SubscriptionCaller,
): Promise<StoredSubscription> {
  const stored = await subscriptions.store.get(tenant, id);
  if (stored === undefined || !isThereFor(caller, stored)) throw noSubscription(id);
  return stored;
}

function isThereFor(caller: SubscriptionCaller | undefined, { owner }: StoredSubscription): boolean {
  if (caller === undefined || caller.administers) return true;
  const { kind, id, issuer } = caller.owner;
  return owner?.kind === kind && owner.id === id && owner.issuer === issuer;
}
