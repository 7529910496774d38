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
const CLIENTS_KEPT = 10_000;
/** For all clients together: about 40 MB. */
const ALL_KEPT = 200_000;

/**
 * Recognises messages that a client repeats because it has received no PUBACK: DUP is set, and packet identifier, topic
 * and payload are the same as of an earlier message of the client identifier (MQTT 3.1.1, 4.4).
 */
interface Redeliveries {
  /** The number of remembered messages of all clients. */
  readonly kept: number;
  /**
   * Stores a message, or waits for the earlier attempt to store it. Rejects if storing fails, so that it may be sent
   * again.
   */
  take(clientId: string, message: Publication, store: () => Promise<void>): Promise<void>;
}

/** @param allKept the limit for all clients together */
export function createRedeliveries(allKept = ALL_KEPT): Redeliveries {
  /** The clients, least recently active first. */
  const clients = new Map<string, Map<number, Known>>();

  let kept = 0;
  const forgetOldest = (): void => {
    const [oldest] = clients;
    if (oldest === undefined) return;
    clients.delete(oldest[0]);
    kept -= oldest[1].size;
  };

  const messagesOf = (clientId: string): Map<number, Known> => {
    const known = clients.get(clientId);
    if (known !== undefined) return known;
    if (clients.size >= CLIENTS_KEPT) forgetOldest();
    const messages = new Map<number, Known>();
    clients.set(clientId, messages);
    return messages;
  };

  return {
    get kept() {
      return kept;
    },
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
      const known = { fingerprint, stored };
      messages.set(message.messageId, known);
      kept += messages.size - had;
      while (kept > allKept) forgetOldest();
      stored.catch(() => {
        if (messages.get(message.messageId) !== known) return;
        messages.delete(message.messageId);
        if (clients.get(clientId) === messages) kept -= 1;
      });
      return stored;
    },
  };
}

/** FNV-1a of topic and payload, 32 bits: cheap, because every message is hashed and hardly any is repeated. */
function fingerprintOf({ topic, payload }: Publication): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < topic.length; at++) hash = Math.imul(hash ^ topic.charCodeAt(at), 0x01000193);
  for (let at = 0; at < payload.length; at++) hash = Math.imul(hash ^ (payload[at] ?? 0), 0x01000193);
  return hash >>> 0;
}
