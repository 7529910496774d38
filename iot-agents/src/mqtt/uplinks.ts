import { setImmediate } from 'node:timers/promises';
import type { Aedes, AedesOptions, Client } from 'aedes';
import type { Logger } from 'pino';
import type { Counters } from '../frames/counters.ts';
import type { Receive } from '../frames/message-ports.ts';
import { overlaps } from '../frames/topic-filter.ts';
import type { MqttRights } from './access.ts';
import { mayPublish } from './access.ts';
import { createAcknowledging } from './acknowledging.ts';
import { createRedeliveries } from './redeliveries.ts';
import { createUnderWay } from './under-way.ts';

/** What the database has not committed by then is sent again. */
const LONGEST_END_MS = 5_000;

/** Whether any client has asked for what others tell the agents. */
interface InboxTopics {
  /** These topic filters have been granted to a client. */
  hear(filters: readonly string[]): void;
  isHeard(): boolean;
  /** Topics of the inbox have come. */
  renew(): void;
}

export function createInboxTopics(topics: () => readonly string[]): InboxTopics {
  const heard = new Set<string>();
  let isHeard = false;
  const isOfInbox = (asked: string): boolean => topics().some((filter) => overlaps(filter, asked));
  return {
    hear(filters) {
      for (const filter of filters) {
        heard.add(filter);
        isHeard ||= isOfInbox(filter);
      }
    },
    isHeard: () => isHeard,
    renew() {
      isHeard ||= [...heard].some(isOfInbox);
    },
  };
}

/** Takes what clients publish into the inbox, before it is acknowledged. */
export interface Uplinks {
  readonly authorizePublish: NonNullable<AedesOptions['authorizePublish']>;
  /** Messages for the inbox alone are not passed on by this broker. */
  endHere(aedes: Aedes): void;
  /** Takes no more messages, and waits until those that are under way are acknowledged. */
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
  const underWay = createUnderWay();
  const redeliveries = createRedeliveries();
  /** Goes to no other client. */
  let ended: object | undefined;
  return {
    // The one hook that comes before the PUBACK: an error here leaves the message unacknowledged and ends the connection.
    authorizePublish(client, packet, answer) {
      if (packet.topic.startsWith('$SYS/')) return answer(new Error('$SYS topics are reserved'));
      // The will of a client that is not known any more.
      if (client === null) return answer(new Error('a will without its client is not published'));
      const rights = clients.rightsOf(client);
      if (!mayPublish(rights, packet.topic)) {
        counters.refused.topic += 1;
        logger.warn({ client: client.id }, 'an MQTT client published on a topic that is not its own');
        return answer(new Error('not a topic of this client'));
      }
      // A retained measure would come again to whoever subscribes, and is of no use to us.
      if (rights !== 'open') packet.retain = false;
      if (!takes(packet.topic)) return answer(null);
      // Its sender is not told, and sends it again to whoever comes after us.
      if (underWay.isEnding()) return answer(new Error('the broker is being stopped'));
      const body = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      const store = (): Promise<void> => receive(packet.topic, body);
      const { messageId, topic, dup } = packet;
      const stored =
        packet.qos === 1 && messageId !== undefined
          ? redeliveries.take(client.id, { messageId, topic, payload: body, dup }, store)
          : store();
      underWay.add(
        stored.then(
          () => {
            // Nobody else asks for it: it need not go the way of messages between clients, and is acknowledged with others.
            const isOurs = !inbox.isHeard() && !packet.retain;
            if (isOurs && (packet.qos === 0 || acknowledge(client, packet))) ended = packet;
            answer(null);
          },
          (cause: unknown) => {
            logger.warn({ err: cause, client: client.id }, 'an uplink could not be stored and is not acknowledged');
            answer(cause instanceof Error ? cause : new Error('not stored'));
          },
        ),
      );
    },
    async end() {
      await underWay.end(LONGEST_END_MS);
      // The acknowledgements are written at the end of a turn, the bytes in the next.
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
