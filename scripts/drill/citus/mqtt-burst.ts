import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { freePort } from '../../programs.ts';
import { brokerProcess } from '../broker-process.ts';
import { provision, TENANT } from '../measures.ts';
import type { CitusLab } from './citus-drill.ts';
import { ask } from './cluster.ts';

const DEVICES = 20;
/** Measurements of each device. */
const MEASURES = 500;
const STORED_WITHIN_MS = 60_000;

/**
 * The product on the cluster receives 10,000 measurements by MQTT at QoS 1, as fast as the devices can send them. Each must
 * be an instance in the history.
 */
export async function runMqttBurst({ cluster, say }: CitusLab): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-citus-'));
  const mqttPort = await freePort();
  const product = brokerProcess(
    await freePort(),
    {
      DATABASE_URL: cluster.coordinator.url,
      ACCESS: 'open',
      DEMO: 'off',
      OFFLINE: 'on',
      MQTT_PORT: String(mqttPort),
      MQTT_ANONYMOUS: 'on',
      DATA_DIR: folder,
    },
    { isProduct: true },
  );
  try {
    await product.start();
    const devices = Array.from({ length: DEVICES }, (_, nth) => `d${nth}`);
    await provision(product.url, devices);
    const begun = performance.now();
    await Promise.all(devices.map((device) => publish(mqttPort, device)));
    const sent = performance.now() - begun;
    const wanted = DEVICES * MEASURES;
    let stored = 0;
    while (stored < wanted && performance.now() - begun < sent + STORED_WITHIN_MS) {
      await pause(200);
      stored = await storedOf(cluster.coordinator.url);
    }
    say(`  ${wanted} measurements acknowledged in ${(sent / 1000).toFixed(1)} s; ${wanted - stored} lost`);
    return stored === wanted;
  } finally {
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function publish(port: number, device: string): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: `burst-${device}` });
  const sending = Array.from({ length: MEASURES }, (_, n) =>
    client.publishAsync(`/json/${TENANT}/${device}/attrs`, JSON.stringify({ n: n + 1 }), { qos: 1 }),
  );
  await Promise.all(sending);
  await client.endAsync();
}

/** The number of different values in the history. */
async function storedOf(url: string): Promise<number> {
  const [row] = await ask<{ stored: string }>(
    url,
    `SELECT count(DISTINCT (entity_id, number)) AS stored FROM evolution WHERE tenant = '${TENANT}' AND number > 0`,
  );
  return Number(row?.stored);
}
