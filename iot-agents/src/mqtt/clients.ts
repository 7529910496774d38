import { TLSSocket } from 'node:tls';
import type { AedesOptions, Client } from 'aedes';
import type { Logger } from 'pino';
import type { Counters } from '../frames/counters.ts';
import type { MqttAccess, MqttCredential, MqttRights } from './access.ts';
import type { ClientSessions, SessionPersistence } from './client-sessions.ts';
import { createClientSessions } from './client-sessions.ts';
import type { PacketLimits } from './packet-guard.ts';

const NOBODY: MqttCredential = { username: '' };

/** A CONNECT packet contains names, a password and a will. */
const BEFORE_CONNECT: PacketLimits = { bytes: 16 * 1024, perSecond: 10, burst: 20 };
const LARGEST_PACKET = 256 * 1024;

const IDENTIFIER_REJECTED = 2;
const BAD_USERNAME_OR_PASSWORD = 4;

/** The clients of the embedded broker, with their rights and limits. */
export interface Clients {
  readonly preConnect: NonNullable<AedesOptions['preConnect']>;
  readonly authenticate: NonNullable<AedesOptions['authenticate']>;
  rightsOf(client: Client): MqttRights;
  /** Undefined: the client is not identified yet. */
  limitsOf(client: Client | undefined): PacketLimits;
  /** Sets the session store. */
  keep(persistence: SessionPersistence): void;
  close(client: Client): void;
}

export function createClients(
  access: Pick<MqttAccess, 'authenticate' | 'certified' | 'isCurrent' | 'onChange'>,
  counters: Pick<Counters, 'refused'>,
  logger: Logger,
): Clients {
  /** Clients that have been admitted. */
  const allowed = new WeakMap<Client, { readonly rights: MqttRights; readonly limits: PacketLimits }>();
  /** Clients whose CONNECT is being processed. */
  const proven = new WeakMap<Client, MqttRights>();
  const connected = new Set<Client>();
  let sessions: ClientSessions | undefined;
  const rightsOf = (client: Client): MqttRights => allowed.get(client)?.rights ?? NOBODY;

  // Disconnects clients whose credential was deleted or restricted.
  access.onChange(() => {
    for (const client of connected) {
      if (access.isCurrent(rightsOf(client))) continue;
      logger.info({ client: client.id }, 'an MQTT client is disconnected: its credential has changed');
      connected.delete(client);
      client.close();
    }
    sessions?.endChanged(access.isCurrent);
  });

  return {
    preConnect(client, packet, answer) {
      const name = certifiedName(client.conn);
      const { username, password } = packet;
      const rights =
        name === undefined ? access.authenticate(username, password?.toString() ?? '') : access.certified(name);
      if (rights !== undefined) proven.set(client, rights);
      // Without an owner, a session could be taken over by anyone.
      if (rights === 'keys' || !packet.clientId) packet.clean = true;
      answer(null, true);
    },
    authenticate(client, username, _password, answer) {
      const rights = proven.get(client);
      const refuse = (returnCode: number, message: string): void => {
        counters.refused.credential += 1;
        const certificate = certifiedName(client.conn);
        logger.warn({ username, certificate, client: client.id, reason: message }, 'an MQTT client was refused');
        answer(Object.assign(new Error(message), { returnCode }), false);
      };
      if (rights === undefined) return refuse(BAD_USERNAME_OR_PASSWORD, 'bad username or password');
      if (sessions?.claim(client, rights) === false) {
        return refuse(IDENTIFIER_REJECTED, 'the client identifier is in use by another credential');
      }
      allowed.set(client, { rights, limits: limitsOf(rights) });
      connected.add(client);
      answer(null, true);
    },
    rightsOf,
    limitsOf: (client) => (client && allowed.get(client)?.limits) ?? BEFORE_CONNECT,
    keep(persistence) {
      sessions = createClientSessions(persistence);
    },
    close(client) {
      connected.delete(client);
      sessions?.close(client);
    },
  };
}

/** A bridge sends the uplinks of a whole network, a gateway those of a key, a device only its own. */
function limitsOf(rights: MqttRights): PacketLimits {
  const bytes = LARGEST_PACKET;
  if (rights === 'open' || (rights !== 'keys' && rights.topics !== undefined)) {
    return { bytes, perSecond: Number.POSITIVE_INFINITY, burst: Number.POSITIVE_INFINITY };
  }
  if (rights !== 'keys' && rights.device === undefined) return { bytes, perSecond: 5_000, burst: 20_000 };
  return { bytes, perSecond: 100, burst: 1_000 };
}

/** The name in a certificate of a trusted authority; undefined: no certificate was presented. */
function certifiedName(connection: unknown): string | undefined {
  if (!(connection instanceof TLSSocket) || !connection.authorized) return undefined;
  const { CN } = connection.getPeerCertificate().subject ?? {};
  return typeof CN === 'string' ? CN : undefined;
}
