import { createBroker, migrate } from '@alzette/broker';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance } from 'fastify';
import type { MqttClient } from 'mqtt';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import type { IotAgents, IotAgentsOptions } from '../../src/main.ts';
import { migrationsFolder, startIotAgents } from '../../src/main.ts';
import type { Surroundings } from './absent-node.ts';
import type { Uplink } from './uplinks.ts';

type BrokerDatabase = Parameters<typeof createBroker>[0]['db'];

const PUBLIC_URL = 'http://127.0.0.1:1026';
export const CONTEXT = new URL(TERRITORY_CONTEXT_PATH, PUBLIC_URL).href;
export const LINK = `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;

/** A broker and the agents on one database, as in the platform, with an MQTT client. */
export interface Territory {
  readonly db: BrokerDatabase;
  readonly agents: IotAgents;
  readonly app: FastifyInstance;
  readonly mqtt: MqttClient;
  /** The agents of another process on the same database; the caller closes them. */
  agentsBeside(): Promise<IotAgents>;
  send(...uplinks: readonly Uplink[]): Promise<void>;
  /** The entity in the broker, with the terms of the territory. */
  entity(id: string, tenant?: string): Promise<Entity | undefined>;
  close(): Promise<void>;
}

export async function startTerritory(
  db: BrokerDatabase,
  options: Pick<
    IotAgentsOptions,
    | 'mqttUrl'
    | 'mqttClientId'
    | 'notifyUrl'
    | 'mqttTlsDoor'
    | 'logger'
    | 'access'
    | 'mqttAnonymous'
    | 'mqttConnectionsPerAddress'
    | 'isBrokerNear'
    | 'ownContextOf'
    | 'amqp'
  > & {
    /** Changes what the agents see. */
    readonly around?: (surroundings: Surroundings) => Surroundings;
  } = {},
): Promise<Territory> {
  await migrate(db, migrationsFolder, 'iot-agents');
  const logger = options.logger ?? pino({ level: process.env.TEST_LOG ?? 'silent' });
  const broker = await createBroker({ db, publicUrl: PUBLIC_URL, logger, offline: true });
  const { around = (surroundings: Surroundings) => surroundings, ...others } = options;
  const agents = await startIotAgents({
    ...around({ db, client: broker.client }),
    reach: { outgoing: broker.outgoing, secrets: broker.secrets },
    context: CONTEXT,
    isBrokerNear: true,
    host: '127.0.0.1',
    mqttPort: 0,
    logger,
    app: broker.app,
    ...others,
  });
  const credential = options.access === 'enforced' ? agents.ownMqttCredential : {};
  const mqtt = await connectAsync(options.mqttUrl ?? `mqtt://127.0.0.1:${agents.mqttPort}`, credential);
  // Refused while a test sets passwords; it reconnects by itself.
  mqtt.on('error', () => undefined);
  return {
    db,
    agents,
    app: broker.app,
    mqtt,
    agentsBeside: () =>
      startIotAgents({
        db,
        client: broker.client,
        reach: { outgoing: broker.outgoing, secrets: broker.secrets },
        context: CONTEXT,
        host: '127.0.0.1',
        logger,
      }),
    async send(...uplinks) {
      await Promise.all(uplinks.map(({ topic, body }) => mqtt.publishAsync(topic, JSON.stringify(body), { qos: 1 })));
    },
    entity: (id, tenant) => broker.client.retrieveEntity(id, { context: CONTEXT, ...(tenant ? { tenant } : {}) }),
    async close() {
      await mqtt.endAsync();
      await agents.close();
      await broker.close();
    },
  };
}

/** Collects the messages on a topic from now on. */
export async function heardOn(mqtt: MqttClient, topic: string): Promise<string[]> {
  const messages: string[] = [];
  mqtt.setMaxListeners(100);
  mqtt.on('message', (at, payload) => {
    if (at === topic) messages.push(payload.toString());
  });
  await mqtt.subscribeAsync(topic, { qos: 1 });
  return messages;
}

/** Undefined: there is no such attribute, or it has no `value`. */
export function attributeValue(entity: Entity | undefined, name: string): unknown {
  const attribute = entity?.[name];
  return typeof attribute === 'object' && attribute !== null && 'value' in attribute ? attribute.value : undefined;
}
