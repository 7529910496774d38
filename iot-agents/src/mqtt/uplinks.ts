import { setImmediate } from 'node:timers/promises';
import type { Aedes, AedesOptions, Client } from 'aedes';
import type { Logger } from 'pino';
import type { Counters } from '../frames/counters.ts';
import type { Receive } from '../frames/message-ports.ts';
import { overlaps } from '../frames/topic-filter.ts';
import type { MqttRights } from './access.ts';
import { mayPublish } from './access.ts';
import { createAcknowledging } from './acknowledging.ts';
import { createPendingMessages } from './pending-messages.ts';
import { createRedeliveries } from './redeliveries.ts';

/** The longest wait for commits at the end. Clients repeat messages that are not committed by then. */
const LONGEST_END_MS = 5_000;

/** Tracks whether any client has subscribed to inbox topics. */
interface InboxTopics {
  /** Records that these topic filters were granted to a client. */
  granted(filters: readonly string[]): void;
  isSubscribed(): boolean;
  /** Must be called after topics of the inbox were added. */
  renew(): void;
}

export function createInboxTopics(topics: () => readonly string[]): InboxTopics {
  const grantedFilters = new Set<string>();
  let isSubscribed = false;
  const isOfInbox = (asked: string): boolean => topics().some((filter) => overlaps(filter, asked));
  return {
    granted(filters) {
      for (const filter of filters) {
        grantedFilters.add(filter);
        isSubscribed ||= isOfInbox(filter);
      }
    },
    isSubscribed: () => isSubscribed,
    renew() {
      isSubscribed ||= [...grantedFilters].some(isOfInbox);
    },
  };
}

/** Stores published messages in the inbox before they are acknowledged. */
export interface Uplinks {
  readonly authorizePublish: NonNullable<AedesOptions['authorizePublish']>;
  /** Makes the broker not forward messages that are only for the inbox. */
  endHere(aedes: Aedes): void;
  /** Accepts no more messages, and waits until those in progress are acknowledged. */
  end(): Promise<void>;
}

export function createUplinks(
  {
    receive,
    takes,
    counters,
    logger,
  }: {
    readonly receive: Receive;
    readonly takes: (topic: string) => boolean;
    readonly counters: Pick<Counters, 'refused'>;
    readonly logger: Logger;
  },
  clients: { rightsOf(client: Client): MqttRights },
  inbox: InboxTopics,
): Uplinks {
  const acknowledge = createAcknowledging();
  const pending = createPendingMessages();
  const redeliveries = createRedeliveries();
  /** The message that is not forwarded to other clients. */
  let ended: object | undefined;
  return {
    // The only hook before the PUBACK: an error here leaves the message unacknowledged and closes the connection.
    authorizePublish(client, packet, answer) {
      if (packet.topic.startsWith('$SYS/')) return answer(new Error('$SYS topics are reserved'));
      // A will of an unknown client.
      if (client === null) return answer(new Error('a will without its client is not published'));
      const rights = clients.rightsOf(client);
      if (!mayPublish(rights, packet.topic)) {
        counters.refused.topic += 1;
        logger.warn({ client: client.id }, 'an MQTT client published on a topic that is not its own');
        return answer(new Error('not a topic of this client'));
      }
      // A retained measure would be delivered again to each new subscriber, and has no use here.
      if (rights !== 'open') packet.retain = false;
      if (!takes(packet.topic)) return answer(null);
      // The sender gets no answer, and sends it again to the next process.
      if (pending.isEnding()) return answer(new Error('the broker is being stopped'));
      const body = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      const store = (): Promise<void> => receive(packet.topic, body);
      const { messageId, topic, dup } = packet;
      const repeatable = packet.qos === 1 ? messageId : undefined;
      pending.begin();
      const stored =
        repeatable === undefined
          ? store()
          : redeliveries.take(client.id, { messageId: repeatable, topic, payload: body, dup }, store);
      stored.then(
        () => {
          pending.finish();
          // If no client subscribes, the message need not be forwarded, and is acknowledged together with others.
          const isOurs = !inbox.isSubscribed() && !packet.retain;
          if (isOurs && (packet.qos === 0 || acknowledge(client, packet))) ended = packet;
          answer(null);
        },
        (cause: unknown) => {
          pending.finish();
          if (repeatable !== undefined) redeliveries.forget(client.id, repeatable, stored);
          logger.warn({ err: cause, client: client.id }, 'an uplink could not be stored and is not acknowledged');
          answer(cause instanceof Error ? cause : new Error('not stored'));
        },
      );
    },
    async end() {
      await pending.end(LONGEST_END_MS);
      // Acknowledgements are written at the end of a turn; the bytes are sent in the next.
      await setImmediate();
      await setImmediate();
    },
    endHere(aedes) {
      const publish = aedes.publish.bind(aedes) as (packet: object, ...more: unknown[]) => void;
      aedes.publish = (packet: object, ...more: unknown[]) => {
        const done = more.at(-1);
        if (packet === ended && typeof done === 'function') done();
        else publish(packet, ...more);
      };
    },
  };
}
