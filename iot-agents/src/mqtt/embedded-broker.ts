import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Client } from 'aedes';
import { Aedes } from 'aedes';
import { writeToStream } from 'mqtt-packet';
import type { Logger } from 'pino';
import type { Counters } from '../frames/counters.ts';
import type { Publish, Receive } from '../frames/message-ports.ts';
import { overlaps } from '../frames/topic-filter.ts';
import type { MqttAccess, MqttCredential, MqttRights } from './access.ts';
import { mayPublish, maySubscribe } from './access.ts';
import { createAcknowledging } from './acknowledging.ts';

// Or else it keeps a buffer of each number there is, from the first packet on: 8 MB that the collector of garbage marks again
// and again.
writeToStream.cacheNumbers = false;

const NOBODY: MqttCredential = { username: '' };

export interface EmbeddedMqtt {
  readonly port: number;
  /** Of the door with TLS. */
  readonly tlsPort?: number;
  publish: Publish;
  /** How many are connected. */
  clients(): number;
  /** Topics of the inbox have come. */
  renew(): void;
  close(): Promise<void>;
}

export interface EmbeddedTls {
  /** 0: any that is free. */
  readonly port: number;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** PEM: a certificate of this authority is as good as the password of who it names (its CN). */
  readonly clientCa?: string;
}

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
  /** Filters of these topics. */
  readonly topics: () => readonly string[];
  readonly access: Pick<MqttAccess, 'authenticate' | 'certified' | 'isCurrent' | 'onChange'>;
  /** A second door, with TLS. */
  readonly tls?: EmbeddedTls;
  readonly counters: Pick<Counters, 'refused'>;
  readonly logger: Logger;
}): Promise<EmbeddedMqtt> {
  const { receive, takes, topics, access, counters, logger } = options;
  /** What each connected client may do. */
  const allowed = new WeakMap<object, MqttRights>();
  // A client without an entry is our own publishing.
  const rightsOf = (client: object | null): MqttRights => (client === null ? 'open' : (allowed.get(client) ?? NOBODY));
  const clients = new Set<Client>();
  const acknowledge = createAcknowledging();
  /** What clients have asked for, and whether some of it may be what others tell the agents. */
  const heard = new Set<string>();
  let isHeard = false;
  const isOfInbox = (asked: string): boolean => topics().some((filter) => overlaps(filter, asked));
  /** Goes to no other client. */
  let ended: object | undefined;
  const aedes = await Aedes.createBroker({
    authenticate(client, username, password, answer) {
      const name = certifiedName(client.conn);
      const rights =
        name === undefined
          ? access.authenticate(username?.toString(), password?.toString() ?? '')
          : access.certified(name);
      if (rights === undefined) {
        counters.refused.credential += 1;
        logger.warn({ username: username?.toString(), certificate: name }, 'an MQTT client was refused');
        answer(Object.assign(new Error('bad username or password'), { returnCode: 4 as const }), false);
        return;
      }
      allowed.set(client, rights);
      clients.add(client);
      answer(null, true);
    },
    authorizeSubscribe(client, subscription, answer) {
      const isAllowed = maySubscribe(rightsOf(client), subscription.topic);
      if (isAllowed) heard.add(subscription.topic);
      else counters.refused.topic += 1;
      isHeard ||= isAllowed && isOfInbox(subscription.topic);
      // Null refuses this one subscription and keeps the connection.
      answer(null, isAllowed ? subscription : null);
    },
    // The one hook that comes before the PUBACK: an error here leaves the message unacknowledged and ends the connection.
    authorizePublish(client, packet, answer) {
      if (packet.topic.startsWith('$SYS/')) return answer(new Error('$SYS topics are reserved'));
      if (!mayPublish(rightsOf(client), packet.topic)) {
        counters.refused.topic += 1;
        logger.warn({ client: client?.id }, 'an MQTT client published on a topic that is not its own');
        return answer(new Error('not a topic of this client'));
      }
      // A retained measure would come again to whoever subscribes, and is of no use to us.
      if (rightsOf(client) !== 'open') packet.retain = false;
      if (!takes(packet.topic)) return answer(null);
      receive(packet.topic, typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload).then(
        () => {
          // Nobody else asks for it: it need not go the way of messages between clients, and is acknowledged with others.
          const isOurs = client !== null && !isHeard && !packet.retain;
          if (isOurs && (packet.qos === 0 || acknowledge(client, packet))) ended = packet;
          answer(null);
        },
        (cause: unknown) => {
          logger.warn({ err: cause, client: client?.id }, 'an uplink could not be stored and is not acknowledged');
          answer(cause instanceof Error ? cause : new Error('not stored'));
        },
      );
    },
  });
  const publish = aedes.publish.bind(aedes) as (packet: object, ...more: unknown[]) => void;
  aedes.publish = (packet: object, ...more: unknown[]) => {
    const done = more.at(-1);
    if (packet === ended && typeof done === 'function') done();
    else publish(packet, ...more);
  };
  aedes.on('clientError', (client, error) => logger.debug({ err: error, client: client.id }, 'MQTT client error'));
  aedes.on('connectionError', (_client, error) => logger.debug({ err: error }, 'MQTT connection error'));

  aedes.on('clientDisconnect', (client) => clients.delete(client));
  // Who has been shut out, or given less, does not stay by having come in before.
  access.onChange(() => {
    for (const client of clients) {
      if (access.isCurrent(rightsOf(client))) continue;
      logger.info({ client: client.id }, 'an MQTT client is disconnected: its credential has changed');
      clients.delete(client);
      client.close();
    }
  });

  const sockets = new Set<Socket>();
  const handle = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    aedes.handle(socket);
  };
  const server = createServer(handle);
  const tlsServer = options.tls && createSecureServer(options.tls, handle, options);
  const port = await listening(server, options.port, options.host);
  const tlsPort = options.tls && tlsServer && (await listening(tlsServer, options.tls.port, options.host));
  return {
    port,
    ...(tlsPort === undefined ? {} : { tlsPort }),
    publish: (topic, payload, { qos, retain }) =>
      new Promise((resolve, reject) => {
        aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    clients: () => aedes.connectedClients,
    renew() {
      isHeard ||= [...heard].some(isOfInbox);
    },
    async close() {
      const servers = tlsServer === undefined ? [server] : [server, tlsServer];
      const closed = servers.map((one) => once(one, 'close'));
      for (const one of servers) one.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

function createSecureServer(
  { cert, key, clientCa }: EmbeddedTls,
  handle: (socket: Socket) => void,
  { counters, logger }: { readonly counters: Pick<Counters, 'refused'>; readonly logger: Logger },
): TlsServer {
  const requested = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
  const server = createTlsServer({ cert, key, minVersion: 'TLSv1.2', ...requested }, (socket) => {
    // None is no fault, there are passwords; one of another authority, or out of date, is.
    if (clientCa !== undefined && !socket.authorized && Object.keys(socket.getPeerCertificate()).length > 0) {
      counters.refused.credential += 1;
      logger.warn({ reason: String(socket.authorizationError) }, "an MQTT client's certificate was refused");
      socket.destroy();
      return;
    }
    handle(socket);
  });
  server.on('tlsClientError', (error) => logger.debug({ err: error }, 'MQTT connection error'));
  return server;
}

async function listening(server: Server, port: number, host: string): Promise<number> {
  // Exclusive: of several workers this one alone has it, and takes its connections itself.
  server.listen({ port, host, exclusive: true });
  await once(server, 'listening');
  // A TCP server has an AddressInfo once it listens.
  return (server.address() as AddressInfo).port;
}

/** Who the certificate of a trusted authority names; undefined: none was shown. */
function certifiedName(connection: unknown): string | undefined {
  if (!(connection instanceof TLSSocket) || !connection.authorized) return undefined;
  const { CN } = connection.getPeerCertificate().subject ?? {};
  return typeof CN === 'string' ? CN : undefined;
}
