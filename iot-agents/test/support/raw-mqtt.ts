import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Packet } from 'mqtt-packet';
import { generate, parser } from 'mqtt-packet';

/** An MQTT client that sends given packets or bytes, and records what it receives. */
export interface RawMqtt {
  readonly socket: Socket;
  readonly received: readonly Packet[];
  /** Sends the packets in one TCP write. */
  send(...packets: readonly Packet[]): void;
  /** Removes and returns the first packet of this kind. Rejects on timeout. */
  next<C extends Packet['cmd']>(cmd: C, timeoutMs?: number): Promise<Extract<Packet, { cmd: C }>>;
  readonly isClosed: boolean;
  closed(): Promise<void>;
  end(): void;
}

export async function openRawMqtt(t: TestContext, port: number | undefined): Promise<RawMqtt> {
  const socket = connect({ port: port ?? 0, host: '127.0.0.1' });
  await once(socket, 'connect');
  let isClosed = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
  });
  t.after(() => socket.destroy());
  const received: Packet[] = [];
  const packets = parser();
  packets.on('packet', (packet: Packet) => received.push(packet));
  socket.on('data', (chunk) => packets.parse(chunk));
  return {
    socket,
    received,
    send: (...sent) => void socket.write(Buffer.concat(sent.map((packet) => generate(packet)))),
    async next<C extends Packet['cmd']>(cmd: C, timeoutMs = 5_000) {
      return eventually(
        cmd,
        () => {
          const at = received.findIndex((packet) => packet.cmd === cmd);
          return at < 0 ? undefined : (received.splice(at, 1)[0] as Extract<Packet, { cmd: C }>);
        },
        timeoutMs,
      );
    },
    get isClosed() {
      return isClosed;
    },
    closed: async () => void (await eventually('the end of the connection', () => isClosed || undefined, 5_000)),
    end: () => void socket.end(generate({ cmd: 'disconnect' })),
  };
}

export function connectPacket(
  clientId: string,
  { clean = true, ...credential }: { clean?: boolean; username?: string; password?: string } = {},
): Packet {
  const { username, password } = credential;
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId,
    clean,
    keepalive: 60,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
  };
}

export function subscribePacket(messageId: number, ...topics: readonly string[]): Packet {
  return { cmd: 'subscribe', messageId, subscriptions: topics.map((topic) => ({ topic, qos: 1 as const })) };
}

export function publishPacket(topic: string, payload: string, messageId?: number): Packet {
  const common = { cmd: 'publish', topic, payload, retain: false, dup: false } as const;
  return messageId === undefined ? { ...common, qos: 0 } : { ...common, qos: 1, messageId };
}
