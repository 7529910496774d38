import { setImmediate } from 'node:timers/promises';
import type { AedesOptions, Client, PublishPacket } from 'aedes';
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
  /** Whether the message was for the inbox alone, so that the broker does not forward it. */
  endsHere(packet: object): boolean;
  /** Accepts no more messages, and waits until those in progress are acknowledged. */
  end(): Promise<void>;
}

/** A message that a client publishes, with the client's rights. */
interface Message {
  readonly client: Client;
  readonly packet: PublishPacket;
  readonly rights: MqttRights;
}

/**
 * A step of admission. An error refuses the message: it stays unacknowledged and the connection is closed. `forward`:
 * it is not for the inbox. Undefined: the next step decides.
 */
type Step = (message: Message) => Error | 'forward' | undefined;

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
  const store = createStore(receive, pending, logger);
  const ended = new WeakSet<object>();

  const mayUseTopic: Step = ({ client, packet, rights }) => {
    if (mayPublish(rights, packet.topic)) return undefined;
    counters.refused.topic += 1;
    logger.warn({ client: client.id }, 'an MQTT client published on a topic that is not its own');
    return new Error('not a topic of this client');
  };
  // A retained measure would be delivered again to each new subscriber, and has no use here.
  const dropRetain: Step = ({ packet, rights }) => {
    if (rights !== 'open') packet.retain = false;
    return undefined;
  };
  const isForInbox: Step = ({ packet }) => (takes(packet.topic) ? undefined : 'forward');
  // The sender gets no answer, and sends it again to the next process.
  const isNotEnding: Step = () => (pending.isEnding() ? new Error('the broker is being stopped') : undefined);
  const ADMISSION: readonly Step[] = [mayUseTopic, dropRetain, isForInbox, isNotEnding];

  /** If no client subscribes, the message need not be forwarded, and is acknowledged together with others. */
  function endIfUnread({ client, packet }: Message): void {
    if (inbox.isSubscribed() || packet.retain) return;
    if (packet.qos === 0 || acknowledge(client, packet)) ended.add(packet);
  }

  return {
    // The only hook before the PUBACK.
    authorizePublish(client, packet, answer) {
      if (packet.topic.startsWith('$SYS/')) return answer(new Error('$SYS topics are reserved'));
      // A will of an unknown client.
      if (client === null) return answer(new Error('a will without its client is not published'));
      const message = { client, packet, rights: clients.rightsOf(client) };
      for (const step of ADMISSION) {
        const verdict = step(message);
        if (verdict !== undefined) return answer(verdict === 'forward' ? null : verdict);
      }
      store(message).then(() => {
        endIfUnread(message);
        answer(null);
      }, answer);
    },
    endsHere: (packet) => ended.has(packet),
    async end() {
      await pending.end(LONGEST_END_MS);
      // Acknowledgements are written at the end of a turn; the bytes are sent in the next.
      await setImmediate();
      await setImmediate();
    },
  };
}

/** Resolves when the message is committed. A repeated one is not stored twice. */
function createStore(
  receive: Receive,
  pending: ReturnType<typeof createPendingMessages>,
  logger: Logger,
): (message: Message) => Promise<void> {
  const redeliveries = createRedeliveries();
  return async ({ client, packet }) => {
    const { messageId, topic, dup } = packet;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const commit = (): Promise<void> => receive(topic, payload);
    const repeatable = packet.qos === 1 ? messageId : undefined;
    pending.begin();
    const stored =
      repeatable === undefined
        ? commit()
        : redeliveries.take(client.id, { messageId: repeatable, topic, payload, dup }, commit);
    try {
      await stored;
    } catch (cause) {
      if (repeatable !== undefined) redeliveries.forget(client.id, repeatable, stored);
      logger.warn({ err: cause, client: client.id }, 'an uplink could not be stored and is not acknowledged');
      throw cause instanceof Error ? cause : new Error('not stored');
    } finally {
      pending.finish();
    }
  };
}
