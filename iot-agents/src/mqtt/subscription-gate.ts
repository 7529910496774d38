import type { AuthorizeSubscribeHandler, Client, Subscription } from 'aedes';

type Answer = Parameters<AuthorizeSubscribeHandler>[2];

/**
 * Decides on a SUBSCRIBE packet as a whole: if one of its topics is refused, all are. Otherwise the broker keeps all
 * topics of a packet for a lasting session as soon as one of them is granted.
 *
 * The broker asks for the topics of a packet one after another in one turn, so what comes in one turn is judged together.
 * `isAllowed` is asked for all of them at once, and `onGranted` told of each before it counts.
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
    // Null is 0x80 in the SUBACK: this subscription is refused, the connection stays (MQTT 3.1.1, 3.9.3).
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
