import { migrate, openDatabase } from '@alzette/broker';
import { httpClient } from '@alzette/ngsi-ld-schemas';
import { pino } from 'pino';
import type { IotAgents } from '../../src/main.ts';
import { migrationsFolder, startIotAgents } from '../../src/main.ts';
import { CONTEXT, startTerritory } from './territory.ts';

// The agents in a process to be killed: beside a broker, or with a remote one (BROKER_URL). Prints its MQTT port and
// runs until it is killed.
const { DATABASE_URL: url, DATA_DIR: dataDir, BROKER_URL: brokerUrl } = process.env;
const { MQTT_URL: mqttUrl, MQTT_CLIENT_ID: mqttClientId } = process.env;
const db = await openDatabase(url === undefined ? { ...(dataDir === undefined ? {} : { dataDir }) } : { url });
const agents = await (brokerUrl === undefined ? besideBroker() : farFrom(brokerUrl));
process.send?.({ mqttPort: agents.mqttPort });
process.on('message', () => process.send?.({ delivered: agents.counters().delivered }));

async function besideBroker(): Promise<IotAgents> {
  const territory = await startTerritory(db, {
    ...(mqttUrl === undefined ? {} : { mqttUrl }),
    ...(mqttClientId === undefined ? {} : { mqttClientId }),
  });
  return territory.agents;
}

async function farFrom(broker: string): Promise<IotAgents> {
  await migrate(db, migrationsFolder, 'iot-agents');
  const client = httpClient(broker);
  const logger = pino({ level: process.env.TEST_LOG ?? 'silent' });
  return startIotAgents({ db, client, context: CONTEXT, host: '127.0.0.1', mqttPort: 0, logger });
}
