import { representSubscription } from '../represent-subscription.ts';
import { counted } from '../unsettled-counts.ts';
import type { SubscriptionParts } from './create-subscription.ts';
import type { SubscriptionView } from './retrieve-subscription.ts';

interface SubscriptionPage {
  readonly limit: number;
  readonly offset: number;
}

interface SubscriptionList {
  readonly subscriptions: Record<string, unknown>[];
  readonly total: number;
}

/** Query Subscriptions (5.8.4): a page in order of creation, with the total count. */
export async function querySubscriptions(
  parts: SubscriptionParts,
  tenant: string,
  { limit, offset }: SubscriptionPage,
  { context, sysAttrs, caller }: SubscriptionView,
): Promise<SubscriptionList> {
  await parts.settled();
  const { store, defaultTriggers } = parts.subscriptions;
  const owner = caller === undefined || caller.administers ? undefined : caller.owner;
  const [total, stored] = await Promise.all([
    store.count(tenant, owner),
    limit > 0 ? store.list(tenant, limit, offset, owner) : [],
  ]);
  const unsettled = parts.unsettled();
  const subscriptions = stored.map((each) =>
    representSubscription(counted(each, unsettled), context, sysAttrs, defaultTriggers),
  );
  return { subscriptions, total };
}
