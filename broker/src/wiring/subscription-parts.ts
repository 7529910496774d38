import { parseVia } from '../federation/calls/via.ts';
import type { SubscriptionParts } from '../subscriptions/operations/create-subscription.ts';
import type { Areas } from './areas.ts';

/** Dependencies of the operations on subscriptions, by HTTP and in process. */
export interface SubscriptionOperations extends SubscriptionParts {
  /** @throws NgsiLdError LoopDetected: the request has already passed through this broker (4.3.6.4) */
  checkLoop(tenant: string, via: string | undefined): void;
}

export function subscriptionParts({ foundation, subscribing, federating, notifying }: Areas): SubscriptionOperations {
  const { contexts, secrets, changeBarrier, checkEndpoint } = foundation;
  return {
    subscriptions: subscribing.subscriptions,
    secrets,
    checkContext: (url) => contexts.resolve(url),
    checkUrl: checkEndpoint,
    // Makes the counters current before they are shown, whichever process has sent.
    settled: async () => void (await Promise.all([notifying.notifications.settled(), changeBarrier.allCaughtUp()])),
    unsettled: () => notifying.notifications.unsettled(),
    checkLoop: (tenant, via) => federating.federation.checkLoop({ tenant, via: parseVia(via) }),
  };
}
