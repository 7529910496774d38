import type { PushSubscription } from './contract/contract.ts';
import type { ChannelParts } from './parts.ts';
import { exchange, type HttpMessage } from './senders/http-exchange.ts';
import { encryptedMessage, type PushOptions } from './senders/push.ts';
import type { Outcome } from './senders/sender.ts';

/** Web push for other services, with the key pair of a tenant and through the guard on outgoing URLs. */
export interface WebPushPort {
  /** The VAPID public key with which browsers subscribe. */
  publicKey(tenant: string): Promise<string>;
  /** Sends JSON to one browser. `refused` with HTTP 404 or 410: the subscription has ended. Never throws. */
  send(tenant: string, subscription: PushSubscription, data: object, options: PushOptions): Promise<Outcome>;
  /** The same for complete messages, such as those to other push services. */
  exchange(message: HttpMessage): Promise<Outcome>;
  /** Why requests to an endpoint are not allowed; undefined: they are. */
  objectionTo(endpoint: string): Promise<string | undefined>;
}

export function webPushPort({ vapidOf, territories, outgoing }: ChannelParts): WebPushPort {
  return {
    publicKey: async (tenant) => (await vapidOf(tenant)).publicKey,
    exchange: (message) => exchange(outgoing, message),
    async send(tenant, subscription, data, options) {
      const vapid = await vapidOf(tenant).catch(() => undefined);
      if (vapid === undefined) return { outcome: 'retry', detail: 'the key of push messages could not be read' };
      try {
        const url = territories.publicUrl(tenant);
        return await exchange(outgoing, await encryptedMessage(subscription, vapid, url, data, options));
      } catch (error) {
        // Invalid keys stay invalid, so there is no retry.
        return { outcome: 'refused', detail: error instanceof Error ? error.message : String(error) };
      }
    },
    async objectionTo(endpoint) {
      const verdict = await outgoing.check(endpoint, ['https:']); // RFC 8030, 2
      return verdict.allowed ? undefined : verdict.reason;
    },
  };
}
