import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import type { Client } from 'aedes';
import { Aedes } from 'aedes';
import { writeToStream } from 'mqtt-packet';
import type { Logger } from 'pino';
import type { Counters } from '../frames/counters.ts';
import type { Publish, Receive } from '../frames/message-ports.ts';
import type { MqttAccess } from './access.ts';
import { mayReceive, maySubscribe } from './access.ts';
import type { SessionPersistence } from './client-sessions.ts';
import { createClients } from './clients.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { guardPackets } from './packet-guard.ts';
import { filterOf, SharedSubscriptions } from './shared-subscriptions.ts';
import { createSubscriptionGate } from './subscription-gate.ts';
import { createInboxTopics, createUplinks } from './uplinks.ts';

// Or else it keeps a buffer of each number there is, from the first packet on: 8 MB that the collector of garbage marks again
// and again.
writeToStream.cacheNumbers = false;

const CONNECT_TIMEOUT_MS = 10_000;
/** Where nothing else is said. */
const CONNECTIONS_PER_ADDRESS = 5000;
/** Topics of one SUBSCRIBE packet. */
const MOST_TOPICS = 200;

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

interface EmbeddedMqttOptions {
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
  /** Most connections of one address at a time. */
  readonly connectionsPerAddress?: number;
  readonly counters: Pick<Counters, 'refused'>;
  readonly logger: Logger;
}

// Longer than 80 lines: it sets up one MQTT broker, hook after hook.
/**
 * An MQTT broker (3.1.1) in this process. An uplink is taken into the inbox before its PUBACK, so what a sender has
 * been told of survives the process; any other topic is passed between clients as by any broker. Each subscription, each
 * published message and each delivery is held to the rights of the client's credential.
 */
export async function startEmbeddedMqtt(options: EmbeddedMqttOptions): Promise<EmbeddedMqtt> {
  const { access, counters, logger } = options;
  const clients = createClients(access, counters, logger);
  const inbox = createInboxTopics(options.topics);
  const shared = new SharedSubscriptions();
  const uplinks = createUplinks(options, clients, inbox);
  const aedes = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    preConnect: clients.preConnect,
    authenticate: clients.authenticate,
    authorizeSubscribe: createSubscriptionGate(
      (client, topics) => {
        const isAllowed =
          topics.length <= MOST_TOPICS &&
          topics.every((topic) => maySubscribe(clients.rightsOf(client), filterOf(topic)));
        if (isAllowed) inbox.hear(topics.map(filterOf));
        else counters.refused.topic += 1;
        return isAllowed;
      },
      (client, subscription) => shared.take(client, subscription),
    ),
    authorizePublish: uplinks.authorizePublish,
    // Also of retained messages and of those queued for a session.
    authorizeForward: (client, packet) =>
      mayReceive(clients.rightsOf(client), packet.topic) && shared.goesTo(client, packet) ? packet : null,
  });
  uplinks.endHere(aedes);
  aedes.on('unsubscribe', (topics, client) => {
    const ended = shared.end(client, topics);
    const done = () => {}; // who asked has been answered
    if (ended.length > 0) client.unsubscribe({ unsubscriptions: ended } as Parameters<Client['unsubscribe']>[0], done);
  });
  // Not in the types of aedes; its documentation has it.
  clients.keep((aedes as Aedes & { readonly persistence: SessionPersistence }).persistence);
  aedes.on('clientError', (client, error) => logger.debug({ err: error, client: client.id }, 'MQTT client error'));
  aedes.on('connectionError', (_client, error) => logger.debug({ err: error }, 'MQTT connection error'));

  const limit = new ConnectionLimit(options.connectionsPerAddress ?? CONNECTIONS_PER_ADDRESS);
  const handle = (socket: Socket): void => {
    if (!limit.take(socket)) {
      counters.refused.connection += 1;
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    let client: Client | undefined;
    guardPackets(
      socket,
      () => clients.limitsOf(client),
      (reason) =>
        logger.warn({ client: client?.id, address: socket.remoteAddress, reason }, 'an MQTT client was cut off'),
    );
    client = aedes.handle(socket);
    socket.once('close', () => {
      if (client === undefined) return;
      clients.close(client);
      shared.close(client);
    });
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
    renew: inbox.renew,
    async close() {
      const servers = tlsServer === undefined ? [server] : [server, tlsServer];
      const closed = servers.map((one) => once(one, 'close'));
      for (const one of servers) one.close();
      await uplinks.end();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      for (const socket of limit.sockets) socket.destroy();
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
