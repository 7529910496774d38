import type { AuthorizeSubscribeHandler, Client, Subscription } from 'aedes';

type Answer = Parameters<AuthorizeSubscribeHandler>[2];

/**
 * Decides on a SUBSCRIBE packet as a whole: if one of its topics is refused, all are. Otherwise the broker would store
 * all topics of a packet in a persistent session as soon as one is granted.
 *
 * The broker asks for the topics of a packet one after another within one turn of the event loop, so they are collected
 * for a turn. `isAllowed` is called for all of them, and `onGranted` for each before it takes effect.
 */
export function createSubscriptionGate(
  isAllowed: (client: Client, topics: readonly string[]) => boolean,
  onGranted: (client: Client, subscription: Subscription) => void,
): AuthorizeSubscribeHandler {
  const asked = new Map<Client, { readonly subscription: Subscription; readonly answer: Answer }[]>();
  const decide = (client: Client): void => {
    const packet = asked.get(client) ?? [];
    asked.delete(client);
    const topics = packet.map(({ subscription }) => subscription.topic);
    const isGranted = isAllowed(client, topics);
    // Null is sent as 0x80 in the SUBACK: the subscription is refused, the connection stays (MQTT 3.1.1, 3.9.3).
    for (const { subscription, answer } of packet) {
      if (isGranted) onGranted(client, subscription);
      answer(null, isGranted ? subscription : null);
    }
  };
  return (client, subscription, answer) => {
    const packet = asked.get(client);
    if (packet !== undefined) {
      packet.push({ subscription, answer });
      return;
    }
    asked.set(client, [{ subscription, answer }]);
    queueMicrotask(() => decide(client));
  };
}
