import { type Broker, type Database, migrate } from '@alzette/broker';
import { type IotAgents, migrationsFolder, startIotAgents } from '@alzette/iot-agents';
import type { CommandGate } from '../commanding/command-gate.ts';
import type { Config } from '../config.ts';
import { contextUrl, type PlatformOptions } from './options.ts';

export async function startAgents(
  config: Config,
  { logger, worker = 1 }: PlatformOptions,
  db: Database,
  broker: Broker,
  gate: CommandGate,
  outgoing: Broker['outgoing'],
): Promise<IotAgents> {
  const { host, mqttPort, mqttUrl, mqttClientId, mqttTls, mqttsPort, mqttClientCa, access, tls } = config;
  await migrate(db, migrationsFolder, 'iot-agents');
  return startIotAgents({
    db,
    client: broker.client,
    reach: { outgoing, secrets: broker.secrets },
    context: contextUrl(config),
    ownContextOf: (tenant) => broker.ownContextOf(tenant),
    isBrokerNear: true,
    access,
    mqttAnonymous: config.mqttAnonymous,
    mqttConnectionsPerAddress: config.mqttConnectionsPerAddress,
    host,
    app: broker.app,
    logger,
    ...(mqttPort === 0 || worker !== 1 ? {} : { mqttPort }),
    ...(mqttPort === 0 || worker === 1
      ? {}
      : { mqttPortsElsewhere: { port: mqttPort, ...(mqttsPort !== 0 && { tlsPort: mqttsPort }) } }),
    // All processes connect to the external broker, and share its messages.
    ...(mqttUrl === undefined ? {} : { mqttUrl, mqttClientId, mqttTls }),
    ...(config.amqp && { amqp: config.amqp }),
    ...(mqttsPort === 0 || tls === undefined || worker !== 1
      ? {}
      : {
          mqttTlsDoor: { port: mqttsPort, ...tls, ...(mqttClientCa === undefined ? {} : { clientCa: mqttClientCa }) },
        }),
    checkCommands: gate.check,
    sendsCommands: worker === 1,
  });
}
