import type { Readable } from 'node:stream';
import { type CacheUse, showCache } from '@alzette/kit/caches';
import type { MqttRights } from './access.ts';

/** The part of the broker's persistence that concerns sessions. */
export interface SessionPersistence {
  outgoingEnqueueCombi(subscriptions: readonly { readonly clientId: string }[], packet: QueuedPacket): Promise<void>;
  /** @returns the former contents of the queue */
  outgoingClearMessageId(client: { readonly id: string }, packet: object): Promise<QueuedPacket | undefined>;
  outgoingStream(client: { readonly id: string }): Readable;
  cleanSubscriptions(client: { readonly id: string }): Promise<void>;
}

interface QueuedPacket {
  readonly topic: string;
  payload: string | Uint8Array;
}

interface SessionClient {
  readonly id: string;
  readonly clean: boolean;
}

interface Session {
  readonly rights: MqttRights;
  /** Undefined: the session persists without a connection. */
  client: SessionClient | undefined;
  closedAtMs: number;
}

const MAX_QUEUED = 1_000;
/** The limit for all clients together. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
const PACKET_BYTES = 400;
const MAX_KEPT_BESIDE = 256;
const MAX_KEPT = 10_000;
const LASTS_MS = 24 * 3_600_000;

/**
 * Client identifiers with their sessions. An identifier belongs to the credential that uses it, as long as it is
 * connected or its session persists, so that nobody can take over another client's session and queued messages. Data of
 * disconnected clients is limited: a session ends after a day, the oldest ones are evicted, and a full queue accepts
 * nothing more.
 */
export interface ClientSessions {
  /** False: the identifier belongs to another credential. */
  claim(client: SessionClient, rights: MqttRights): boolean;
  /** The connection of this client has ended. */
  close(client: SessionClient): void;
  /** Ends the persistent sessions whose rights have changed. */
  endChanged(isCurrent: (rights: MqttRights) => boolean): void;
}

/** @param mostQueuedBytes the limit for the queues of all clients together */
export function createClientSessions(
  persistence: SessionPersistence,
  mostQueuedBytes = MAX_QUEUED_BYTES,
): ClientSessions {
  /** Disconnected sessions are in the order in which they were closed. */
  const sessions = new Map<string, Session>();
  boundQueues(persistence, mostQueuedBytes);

  const end = (id: string): void => {
    sessions.delete(id);
    void discard(persistence, id);
  };
  const makeRoom = (): void => {
    const now = Date.now();
    let kept = 0;
    for (const { client } of sessions.values()) if (client === undefined) kept += 1;
    for (const [id, { client, closedAtMs }] of sessions) {
      if (client !== undefined) continue;
      if (kept < MAX_KEPT && now - closedAtMs < LASTS_MS) return;
      end(id);
      kept -= 1;
    }
  };

  return {
    claim(client, rights) {
      const known = sessions.get(client.id);
      if (known !== undefined && ownerOf(known.rights) !== ownerOf(rights)) return false;
      sessions.delete(client.id);
      sessions.set(client.id, { rights, client, closedAtMs: 0 });
      return true;
    },
    close(client) {
      const session = sessions.get(client.id);
      // Another connection of the same owner may have taken over.
      if (session?.client !== client) return;
      sessions.delete(client.id);
      if (client.clean) return;
      makeRoom();
      sessions.set(client.id, { rights: session.rights, client: undefined, closedAtMs: Date.now() });
    },
    endChanged(isCurrent) {
      for (const [id, { rights, client }] of sessions) if (client === undefined && !isCurrent(rights)) end(id);
    },
  };
}

/** All clients without credential count as one owner. */
function ownerOf(rights: MqttRights): string {
  return typeof rights === 'string' ? '' : rights.username;
}

/** A client that stays away, or acknowledges nothing, keeps the first messages of its queue. */
function boundQueues(persistence: SessionPersistence, mostBytes: number): void {
  const queued = new Map<string, number>();
  const use = { entries: 0, bytes: 0, mostBytes };
  const filling: { readonly use: CacheUse } = { use };
  showCache('mqtt_queues', filling);
  const enqueue = persistence.outgoingEnqueueCombi.bind(persistence);
  const clear = persistence.outgoingClearMessageId.bind(persistence);
  persistence.outgoingEnqueueCombi = (subscriptions, packet) => {
    const bytes = bytesOf(packet);
    const taken = subscriptions.filter(({ clientId }) => {
      const before = queued.get(clientId) ?? 0;
      if (before >= MAX_QUEUED || filling.use.bytes + bytes > mostBytes) return false;
      queued.set(clientId, before + 1);
      use.entries += 1;
      use.bytes += bytes;
      return true;
    });
    if (taken.length > 0) packet.payload = ownBytes(packet.payload);
    return enqueue(taken, packet);
  };
  persistence.outgoingClearMessageId = async (client, packet) => {
    const cleared = await clear(client, packet);
    if (cleared !== undefined) {
      use.entries -= 1;
      use.bytes -= bytesOf(cleared);
      const left = (queued.get(client.id) ?? 0) - 1;
      if (left > 0) queued.set(client.id, left);
      else queued.delete(client.id);
    }
    return cleared;
  };
}

/** A payload is a view of all that was read from the connection at once, which would be kept with it. */
function ownBytes(payload: string | Uint8Array): string | Uint8Array {
  if (typeof payload === 'string' || payload.buffer.byteLength <= payload.byteLength + MAX_KEPT_BESIDE) return payload;
  return Buffer.from(new Uint8Array(payload).buffer);
}

function bytesOf({ topic, payload }: QueuedPacket): number {
  return PACKET_BYTES + topic.length + payload.length;
}

async function discard(persistence: SessionPersistence, id: string): Promise<void> {
  await persistence.cleanSubscriptions({ id });
  for await (const packet of persistence.outgoingStream({ id })) {
    await persistence.outgoingClearMessageId({ id }, packet);
  }
}
