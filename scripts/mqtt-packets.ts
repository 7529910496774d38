import type { Socket } from 'node:net';

/*
 * The parts of MQTT 3.1.1 for publishing over a bare socket in benchmarks, because a client library would use more CPU.
 */

/** CONNECT, with a clean session. */
export function connection(clientId: string): Buffer {
  return packet(0x10, Buffer.concat([text('MQTT'), Buffer.of(4, 2, 0, 60), text(clientId)]));
}

/** Counts PUBACKs, the only packets received, four bytes each. @throws Error: the connection was closed */
export function acknowledgements(socket: Socket): { count(): number; next(): Promise<void> } {
  let bytes = 0;
  let wake: ((error?: Error) => void) | undefined;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    wake?.();
  });
  socket.on('close', () => wake?.(new Error('the connection was closed before all messages were acknowledged')));
  return {
    count: () => Math.floor(bytes / 4),
    next: () =>
      new Promise((resolve, reject) => {
        wake = (error) => (error === undefined ? resolve() : reject(error));
      }),
  };
}

/** PUBLISH. `id`: 1 to 65,535 for QoS 1. */
export function publication(topic: string, payload: string, qos: 0 | 1, id: number): Buffer {
  const body = [text(topic), ...(qos === 1 ? [Buffer.of(id >> 8, id & 255)] : []), Buffer.from(payload)];
  return packet(0x30 | (qos << 1), Buffer.concat(body));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes]);
}

function packet(head: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.of(head, ...length), body]);
}
