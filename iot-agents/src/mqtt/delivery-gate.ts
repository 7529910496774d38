import type { AuthorizeForwardHandler, Client } from 'aedes';
import { type MqttRights, mayReceive } from './access.ts';
import type { SharedSubscriptions } from './shared-subscriptions.ts';

/**
 * Decides on each delivery, also of retained and queued messages: whatever a session has subscribed to, its client gets
 * what its credential may receive now.
 */
export function createDeliveryGate(
  rightsOf: (client: Client) => MqttRights,
  shared: Pick<SharedSubscriptions, 'goesTo'>,
): AuthorizeForwardHandler {
  return (client, packet) =>
    mayReceive(rightsOf(client), packet.topic) && shared.goesTo(client, packet) ? packet : null;
}
