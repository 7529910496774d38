import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import type { AedesOptions, Client, PublishPacket } from 'aedes';
import { Aedes } from 'aedes';
import { writeToStream } from 'mqtt-packet';
import type { Logger } from 'pino';
import type { Counters } from '../frames/counters.ts';
import type { Publish, Receive } from '../frames/message-ports.ts';
import type { MqttAccess } from './access.ts';
import { maySubscribe } from './access.ts';
import type { SessionPersistence } from './client-sessions.ts';
import { createClients } from './clients.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { createDeliveryGate } from './delivery-gate.ts';
import { guardPackets } from './packet-guard.ts';
import { filterOf, SharedSubscriptions } from './shared-subscriptions.ts';
import { createSubscriptionGate } from './subscription-gate.ts';
import type { Uplinks } from './uplinks.ts';
import { createInboxTopics, createUplinks } from './uplinks.ts';

// Otherwise the library caches a buffer for each possible number: 8 MB that the garbage collector marks again and
// again.
writeToStream.cacheNumbers = false;

const CONNECT_TIMEOUT_MS = 10_000;
/** The default. */
const CONNECTIONS_PER_ADDRESS = 5000;
/** The maximum number of topics in a SUBSCRIBE packet. */
const MAX_TOPICS = 200;

export interface EmbeddedMqtt {
  readonly port: number;
  /** The port for TLS. */
  readonly tlsPort?: number;
  publish: Publish;
  /** The number of connected clients. */
  clients(): number;
  /** Topics of the inbox have been added. */
  renew(): void;
  close(): Promise<void>;
}

export interface EmbeddedTls {
  /** 0: any free port. */
  readonly port: number;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** PEM: a certificate of this authority replaces the password of the client it names (its CN). */
  readonly clientCa?: string;
}

interface EmbeddedMqttOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly receive: Receive;
  /** Whether a message on the topic goes to the inbox. */
  readonly takes: (topic: string) => boolean;
  /** Topic filters of the inbox. */
  readonly topics: () => readonly string[];
  readonly access: Pick<MqttAccess, 'authenticate' | 'certified' | 'isCurrent' | 'onChange'>;
  /** An additional listener with TLS. */
  readonly tls?: EmbeddedTls;
  /** The maximum number of concurrent connections from one address. */
  readonly connectionsPerAddress?: number;
  readonly counters: Pick<Counters, 'refused'>;
  readonly logger: Logger;
}

type PublishCallback = (error?: Error) => void;

/** Does not forward the messages that end in the inbox. */
class InboxBroker extends Aedes {
  /** Documented by aedes, but missing in its types. */
  declare readonly persistence: SessionPersistence;
  readonly #uplinks: Pick<Uplinks, 'endsHere'>;

  constructor(uplinks: Pick<Uplinks, 'endsHere'>, options: AedesOptions) {
    super(options);
    this.#uplinks = uplinks;
  }

  // The broker passes the client as well, which the types of aedes leave out.
  override publish(packet: PublishPacket, ...rest: [...client: Client[], done: PublishCallback]): void {
    if (this.#uplinks.endsHere(packet)) (rest.at(-1) as PublishCallback)();
    else super.publish(...([packet, ...rest] as unknown as Parameters<Aedes['publish']>));
  }
}

/**
 * Runs an MQTT broker (3.1.1) in this process. An uplink is stored in the inbox before its PUBACK, so that acknowledged
 * messages survive the process. Other topics are forwarded between clients as usual. Each subscription, published
 * message and delivery is checked against the rights of the client's credential.
 * Longer than 80 lines: it sets up one MQTT broker, hook after hook.
 */
export async function startEmbeddedMqtt(options: EmbeddedMqttOptions): Promise<EmbeddedMqtt> {
  const { access, counters, logger } = options;
  const clients = createClients(access, counters, logger);
  const inbox = createInboxTopics(options.topics);
  const shared = new SharedSubscriptions();
  const uplinks = createUplinks(options, clients, inbox);
  const aedes = new InboxBroker(uplinks, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    preConnect: clients.preConnect,
    authenticate: clients.authenticate,
    authorizeSubscribe: createSubscriptionGate(
      (client, topics) => {
        const isAllowed =
          topics.length <= MAX_TOPICS &&
          topics.every((topic) => maySubscribe(clients.rightsOf(client), filterOf(topic)));
        if (isAllowed) inbox.granted(topics.map(filterOf));
        else counters.refused.topic += 1;
        return isAllowed;
      },
      (client, subscription) => shared.take(client, subscription),
    ),
    authorizePublish: uplinks.authorizePublish,
    authorizeForward: createDeliveryGate(clients.rightsOf, shared),
  });
  await aedes.listen();
  aedes.on('unsubscribe', (topics, client) => {
    const ended = shared.end(client, topics);
    const done = () => {}; // the client has been answered
    if (ended.length > 0) client.unsubscribe({ unsubscriptions: ended } as Parameters<Client['unsubscribe']>[0], done);
  });
  clients.keep(aedes.persistence);
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
    // A missing certificate is allowed, because there are passwords; one of another authority, or an expired one, is
    // refused.
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
  // Exclusive: only one of several workers listens, and handles all connections itself.
  server.listen({ port, host, exclusive: true });
  await once(server, 'listening');
  // A listening TCP server has an AddressInfo.
  return (server.address() as AddressInfo).port;
}
