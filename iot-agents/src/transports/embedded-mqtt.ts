import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import type { Logger } from 'pino';
import type { MqttAccess, MqttCredential } from './mqtt-access.ts';
import { mayPublish, maySubscribe } from './mqtt-access.ts';

const NOBODY: MqttCredential = { username: '' };

export interface EmbeddedMqtt {
  readonly port: number;
  publish: Publish;
  close(): Promise<void>;
}

/** Sends a message to whoever has subscribed. */
export type Publish = (
  topic: string,
  payload: string,
  options: { readonly qos: 0 | 1 | 2; readonly retain: boolean },
) => Promise<void>;

/** Takes a message into the inbox; resolves when it is committed. */
export type Receive = (topic: string, body: Uint8Array) => Promise<void>;

/**
 * An MQTT broker (3.1.1) in this process. An uplink is taken into the inbox before its PUBACK, so what a sender has
 * been told of survives the process; any other topic is passed between clients as by any broker.
 */
export async function startEmbeddedMqtt(options: {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly receive: Receive;
  /** Whether a message on the topic is for the inbox. */
  readonly takes: (topic: string) => boolean;
  readonly access: Pick<MqttAccess, 'authenticate'>;
  readonly logger: Logger;
}): Promise<EmbeddedMqtt> {
  const { receive, takes, access, logger } = options;
  /** What each connected client may do. */
  const allowed = new WeakMap<object, MqttCredential | 'open'>();
  // A client without an entry is our own publishing.
  const credentialOf = (client: object | null): MqttCredential | 'open' =>
    client === null ? 'open' : (allowed.get(client) ?? NOBODY);
  const aedes = await Aedes.createBroker({
    authenticate(client, username, password, answer) {
      const credential = access.authenticate(username?.toString(), password?.toString() ?? '');
      if (credential === undefined) {
        logger.warn({ username: username?.toString() }, 'an MQTT client was refused');
        answer(Object.assign(new Error('bad username or password'), { returnCode: 4 as const }), false);
        return;
      }
      allowed.set(client, credential);
      answer(null, true);
    },
    authorizeSubscribe(client, subscription, answer) {
      // Null refuses this one subscription and keeps the connection.
      answer(null, maySubscribe(credentialOf(client), subscription.topic) ? subscription : null);
    },
    // The one hook that comes before the PUBACK: an error here leaves the message unacknowledged and ends the connection.
    authorizePublish(client, packet, answer) {
      if (packet.topic.startsWith('$SYS/')) return answer(new Error('$SYS topics are reserved'));
      if (!mayPublish(credentialOf(client), packet.topic)) {
        logger.warn({ client: client?.id }, 'an MQTT client published on a topic that is not its own');
        return answer(new Error('not a topic of this client'));
      }
      if (!takes(packet.topic)) return answer(null);
      receive(packet.topic, typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload).then(
        () => answer(null),
        (cause: unknown) => {
          logger.warn({ err: cause, client: client?.id }, 'an uplink could not be stored and is not acknowledged');
          answer(cause instanceof Error ? cause : new Error('not stored'));
        },
      );
    },
  });
  aedes.on('clientError', (client, error) => logger.debug({ err: error, client: client.id }, 'MQTT client error'));
  aedes.on('connectionError', (_client, error) => logger.debug({ err: error }, 'MQTT connection error'));

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    aedes.handle(socket);
  });
  // Exclusive: of several workers this one alone has it, and takes its connections itself.
  server.listen({ port: options.port, host: options.host, exclusive: true });
  await once(server, 'listening');
  // A TCP server has an AddressInfo once it listens.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    publish: (topic, payload, { qos, retain }) =>
      new Promise((resolve, reject) => {
        aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
