import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { Connections } from '../devices/connection.ts';
import { DEVICE_TOPICS, isDeviceTopic } from '../fiware/device-message.ts';
import type { Counters } from '../frames/counters.ts';
import type { Publish, Receive } from '../frames/message-ports.ts';
import type { MqttAccess } from '../mqtt/access.ts';
import type { EmbeddedMqtt } from '../mqtt/embedded-broker.ts';
import { startEmbeddedMqtt } from '../mqtt/embedded-broker.ts';
import { createPatientStore } from '../mqtt/patient-store.ts';
import type { MqttSessions } from '../mqtt/sessions.ts';
import { openMqttSessions } from '../mqtt/sessions.ts';
import type { MqttHealth } from '../mqtt/subscriber.ts';
import { isUplinkTopic, UPLINK_TOPICS } from '../network-servers/read-uplink.ts';
import type { Membership } from '../processes/membership.ts';
import type { IotAgentsOptions } from './options.ts';

/** The status shown by /ops and the metrics. */
export interface MqttStatus {
  readonly embeddedPort?: number;
  readonly clients?: number;
  readonly external?: MqttHealth;
}

/** The MQTT brokers by which devices are reached: the embedded one, an external one, both, or none. */
interface MqttConnections {
  /** Publishes to the clients of all brokers. Rejects if none is connected. */
  readonly publish: Publish;
  open(parts: MqttParts): Promise<void>;
  /** Topics of the inbox have changed. */
  renew(): void;
  /** After each renewal of the lease: takes over the sessions of processes that have ended. */
  adopt(): void;
  embedded(): EmbeddedMqtt | undefined;
  health(): MqttStatus;
  close(): Promise<void>;
}

interface MqttParts {
  readonly db: Database;
  readonly options: IotAgentsOptions;
  readonly membership: Pick<Membership, 'process' | 'isValid'>;
  readonly receive: Receive;
  readonly connections: Connections;
  readonly access: MqttAccess;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export function createMqttConnections(): MqttConnections {
  let embedded: EmbeddedMqtt | undefined;
  let sessions: MqttSessions | undefined;
  let patience: ReturnType<typeof createPatientStore> | undefined;
  return {
    async publish(topic, payload, how) {
      const subscriber = sessions?.subscriber();
      const connected = [embedded, subscriber?.connected() === true ? subscriber : undefined].filter(
        (broker) => broker !== undefined,
      );
      if (connected.length === 0) throw new Error('no MQTT broker is connected');
      await Promise.all(connected.map((broker) => broker.publish(topic, payload, how)));
    },
    async open(given) {
      patience = createPatientStore(given.receive, given.logger, () => sessions?.number() ?? 0);
      const parts = { ...given, receive: patience.receive };
      embedded = await openEmbedded(parts);
      sessions = await openExternal(parts);
    },
    renew() {
      sessions?.subscriber().renew();
      embedded?.renew();
    },
    adopt: () => sessions?.adopt(),
    embedded: () => embedded,
    health: () => ({
      ...(embedded === undefined ? {} : { embeddedPort: embedded.port, clients: embedded.clients() }),
      ...(sessions === undefined ? {} : { external: sessions.subscriber().health() }),
    }),
    async close() {
      patience?.end();
      await Promise.all([embedded?.close(), sessions?.close()]);
    },
  };
}

async function openEmbedded(parts: MqttParts): Promise<EmbeddedMqtt | undefined> {
  const { options, receive, connections, access, counters, logger } = parts;
  if (options.mqttPort === undefined) return undefined;
  return startEmbeddedMqtt({
    host: options.host,
    port: options.mqttPort,
    receive,
    takes: (topic) => isDeviceTopic(topic) || isUplinkTopic(topic) || connections.of(topic) !== undefined,
    topics: () => inboxTopics(connections),
    access,
    counters,
    logger,
    ...(options.mqttTlsDoor === undefined ? {} : { tls: options.mqttTlsDoor }),
    ...(options.mqttConnectionsPerAddress !== undefined && {
      connectionsPerAddress: options.mqttConnectionsPerAddress,
    }),
  });
}

async function openExternal(parts: MqttParts): Promise<MqttSessions | undefined> {
  const { db, options, membership, receive, connections, logger, signal } = parts;
  if (options.mqttUrl === undefined) return undefined;
  return openMqttSessions({
    db,
    process: membership.process,
    source: {
      url: options.mqttUrl,
      ...(options.mqttTls === undefined ? {} : { tls: options.mqttTls }),
      group: options.mqttClientId ?? 'alzette-iot-agents',
      receive,
      topics: () => inboxTopics(connections),
      isMember: membership.isValid,
      logger,
    },
    signal,
  });
}

function inboxTopics(connections: Connections): string[] {
  return [...UPLINK_TOPICS, ...DEVICE_TOPICS, ...connections.topics()];
}
