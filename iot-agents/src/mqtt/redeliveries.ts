/** A message at QoS 1 as it is published. */
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

/** Of a client: more than it has under way at once, as a rule. */
const MESSAGES_KEPT = 256;
const CLIENTS_KEPT = 10_000;
/** Of all clients together: about 40 MB. */
const ALL_KEPT = 200_000;

/**
 * Recognises messages that a client sends again because it has seen no PUBACK: DUP is set, and packet identifier, topic
 * and payload are those of one that was taken from the same client identifier (MQTT 3.1.1, 4.4).
 */
interface Redeliveries {
  /** How many messages of all clients are remembered. */
  readonly kept: number;
  /** Stores a message, or waits for what is stored of it already. Rejects when that fails: then it may come again. */
  take(clientId: string, message: Publication, store: () => Promise<void>): Promise<void>;
}

/** @param allKept messages of all clients together */
export function createRedeliveries(allKept = ALL_KEPT): Redeliveries {
  /** The clients in the order in which they were heard. */
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
      // Again at the end: identifiers go round.
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

/** FNV-1a of topic and payload, 32 bits: cheap, as every message is counted and hardly any comes again. */
function fingerprintOf({ topic, payload }: Publication): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < topic.length; at++) hash = Math.imul(hash ^ topic.charCodeAt(at), 0x01000193);
  for (let at = 0; at < payload.length; at++) hash = Math.imul(hash ^ (payload[at] ?? 0), 0x01000193);
  return hash >>> 0;
}
