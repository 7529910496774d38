import { type CacheUse, showCache } from '@alzette/kit/caches';

/** A published message with QoS 1. */
interface Publication {
  readonly messageId: number;
  readonly dup: boolean;
  readonly topic: string;
  readonly payload: Uint8Array;
}

interface Known {
  readonly fingerprint: number;
  readonly stored: Promise<void>;
}

/** Per client: usually more than it has in flight. */
const MESSAGES_KEPT = 256;
/** For all clients together. */
const KEPT_BYTES = 40 * 1024 * 1024;
const MESSAGE_BYTES = 200;
const CLIENT_BYTES = 400;

/**
 * Recognises messages that a client repeats because it has received no PUBACK: DUP is set, and packet identifier, topic
 * and payload are the same as of an earlier message of the client identifier (MQTT 3.1.1, 4.4).
 */
interface Redeliveries {
  /** What is remembered of the messages of all clients. */
  readonly use: CacheUse;
  /** Stores a message, or waits for the earlier attempt to store it. If it rejects, call `forget`. */
  take(clientId: string, message: Publication, store: () => Promise<void>): Promise<void>;
  /** Forgets a message that could not be stored, so that it may be sent again. @param stored what `take` returned */
  forget(clientId: string, messageId: number, stored: Promise<void>): void;
}

/** @param mostBytes the limit for all clients together */
export function createRedeliveries(mostBytes = KEPT_BYTES): Redeliveries {
  /** The clients, least recently active first. */
  const clients = new Map<string, Map<number, Known>>();

  const use = { entries: 0, bytes: 0, mostBytes };
  const count = (messages: number): void => {
    use.entries += messages;
    use.bytes += messages * MESSAGE_BYTES;
  };
  const makeRoom = (): void => {
    for (const [id, messages] of clients) {
      if (use.bytes <= mostBytes) return;
      clients.delete(id);
      count(-messages.size);
      use.bytes -= bytesOfClient(id);
    }
  };

  const messagesOf = (clientId: string): Map<number, Known> => {
    const known = clients.get(clientId);
    if (known !== undefined) return known;
    const messages = new Map<number, Known>();
    clients.set(clientId, messages);
    use.bytes += bytesOfClient(clientId);
    return messages;
  };

  const redeliveries: Redeliveries = {
    use,
    take(clientId, message, store) {
      const messages = messagesOf(clientId);
      const fingerprint = fingerprintOf(message);
      const before = message.dup ? messages.get(message.messageId) : undefined;
      if (before?.fingerprint === fingerprint) return before.stored;
      const stored = store();
      const had = messages.size;
      // Re-inserted at the end, because identifiers are reused in a cycle.
      messages.delete(message.messageId);
      if (messages.size >= MESSAGES_KEPT) messages.delete(messages.keys().next().value ?? 0);
      messages.set(message.messageId, { fingerprint, stored });
      count(messages.size - had);
      makeRoom();
      return stored;
    },
    forget(clientId, messageId, stored) {
      const messages = clients.get(clientId);
      if (messages?.get(messageId)?.stored !== stored) return;
      messages.delete(messageId);
      count(-1);
    },
  };
  showCache('mqtt_redeliveries', redeliveries);
  return redeliveries;
}

function bytesOfClient(id: string): number {
  return CLIENT_BYTES + 2 * id.length;
}

/** FNV-1a of topic and payload, 32 bits: cheap, because every message is hashed and hardly any is repeated. */
function fingerprintOf({ topic, payload }: Publication): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < topic.length; at++) hash = Math.imul(hash ^ topic.charCodeAt(at), 0x01000193);
  for (let at = 0; at < payload.length; at++) hash = Math.imul(hash ^ (payload[at] ?? 0), 0x01000193);
  return hash >>> 0;
}
