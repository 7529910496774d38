import type { Client, PublishPacket } from 'aedes';

const PUBACK = 0x40;
/** A client that does not read is left to the broker, which waits for it. */
const MOST_WAITING_BYTES = 64 * 1024;

/**
 * PUBACKs of what was committed together, in one write for each client: the broker's own way takes several writes for each.
 * Answers whether the message is acknowledged; then the broker must not do it again, and is told QoS 0.
 */
export function createAcknowledging(): (client: Client, packet: PublishPacket) => boolean {
  const due = new Map<Client, number[]>();
  const flush = (): void => {
    for (const [{ conn, connected }, ids] of due) {
      if (!connected) continue;
      const bytes = Buffer.allocUnsafe(ids.length * 4);
      for (let i = 0; i < ids.length; i++) {
        bytes.writeUInt16BE((PUBACK << 8) | 2, i * 4);
        bytes.writeUInt16BE(ids[i] ?? 0, i * 4 + 2);
      }
      conn.write(bytes);
    }
    due.clear();
  };
  return (client, packet) => {
    if (packet.qos !== 1 || packet.messageId === undefined) return false;
    if (client.conn.writableLength > MOST_WAITING_BYTES) return false;
    const ids = due.get(client);
    if (ids === undefined) {
      if (due.size === 0) setImmediate(flush);
      due.set(client, [packet.messageId]);
    } else ids.push(packet.messageId);
    packet.qos = 0;
    return true;
  };
}
