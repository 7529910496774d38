import type { Client, PublishPacket } from 'aedes';

const PUBACK = 0x40;
/** If a client does not read, the broker handles it and waits. */
const MAX_WAITING_BYTES = 64 * 1024;

/**
 * Writes the PUBACKs of messages committed together in one write per client, where the broker itself needs several
 * writes for each. Returns whether the message is acknowledged; if so, the broker must not acknowledge it too, so it gets
 * QoS 0.
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
    if (client.conn.writableLength > MAX_WAITING_BYTES) return false;
    const ids = due.get(client);
    if (ids === undefined) {
      if (due.size === 0) setImmediate(flush);
      due.set(client, [packet.messageId]);
    } else ids.push(packet.messageId);
    packet.qos = 0;
    return true;
  };
}
