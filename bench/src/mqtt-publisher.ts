import { once } from 'node:events';
import { connect } from 'node:net';
import { acknowledgements, connection, publication } from '../../scripts/mqtt-packets.ts';

/** Publishes over bare sockets, because a client library would use more CPU than the measured program. */
interface MqttLoad {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly qos: 0 | 1;
  /** The maximum number of unacknowledged messages per connection. */
  readonly window: number;
  /** The n-th message. Messages of a topic use one connection if their n are congruent modulo `connections`. */
  message(n: number): { readonly topic: string; readonly payload: string };
}

/**
 * Publishes as fast as messages are acknowledged, or with QoS 0 as the sockets accept them. Resolves to the number of
 * messages, all acknowledged.
 */
export async function publishAll(load: MqttLoad): Promise<number> {
  const end = performance.now() + load.seconds * 1000;
  const each = Array.from({ length: load.connections }, (_, index) => publishOn(load, index, end));
  const sent = await Promise.all(each);
  return sent.reduce((sum, one) => sum + one, 0);
}

/** The number of messages between checks of the clock and of acknowledgements. */
const AT_ONCE = 50;

async function publishOn(load: MqttLoad, index: number, end: number): Promise<number> {
  const { port, connections, qos, window, message } = load;
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  socket.write(connection(`bench-${process.pid}-${index}`));
  await once(socket, 'data');
  const answers = acknowledgements(socket);
  let sent = 0;
  while (performance.now() < end) {
    const packets: Buffer[] = [];
    const room = qos === 0 ? AT_ONCE : Math.min(AT_ONCE, window - (sent - answers.count()));
    for (let i = 0; i < room; i++) {
      const { topic, payload } = message(index + sent * connections);
      packets.push(publication(topic, payload, qos, (sent++ % 65_535) + 1));
    }
    const isTaken = packets.length === 0 || socket.write(Buffer.concat(packets));
    if (qos === 1 && sent - answers.count() >= window) await answers.next();
    else if (!isTaken) await once(socket, 'drain');
    else await new Promise<void>((resolve) => setImmediate(resolve));
  }
  while (qos === 1 && answers.count() < sent) await answers.next();
  socket.end(Buffer.of(0xe0, 0));
  await once(socket, 'close');
  return sent;
}
