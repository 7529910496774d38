import { openDatabase } from '@alzette/broker';
import { startTerritory } from './territory.ts';

// A broker and the agents in a process of their own, for tests that kill it. Tells its MQTT port, then lives on.
const { DATABASE_URL: url, DATA_DIR: dataDir, MQTT_URL: mqttUrl, MQTT_CLIENT_ID: mqttClientId } = process.env;
const db = await openDatabase(url === undefined ? { ...(dataDir === undefined ? {} : { dataDir }) } : { url });
const { agents } = await startTerritory(db, {
  ...(mqttUrl === undefined ? {} : { mqttUrl }),
  ...(mqttClientId === undefined ? {} : { mqttClientId }),
});
process.send?.({ mqttPort: agents.mqttPort });
process.on('message', () => process.send?.({ delivered: agents.counters().delivered }));
