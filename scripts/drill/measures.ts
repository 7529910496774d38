import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { TYPE } from './flow.ts';
import type { Ledger } from './ledger.ts';
import { LongestGap } from './longest-gap.ts';

export interface Measures {
  readonly acknowledged: () => number;
  /** The longest time without an acknowledged measurement since the last call, in ms. */
  takeGap(): number;
  /** Stops publishing; resolves when the last measurement is acknowledged. */
  stop(): Promise<void>;
}

/** FIWARE devices belong to a tenant. */
export const TENANT = 'drill';

/**
 * Starts devices that publish 1, 2, 3, … at QoS 1 in a persistent session: the MQTT client repeats what is not
 * acknowledged, as devices do. A measurement counts as written when its PUBACK has arrived.
 */
export async function startMeasures(
  ledger: Ledger,
  url: string,
  mqttUrl: string,
  devices: number,
  pauseMs: number,
): Promise<Measures> {
  const ids = Array.from({ length: devices }, (_, nth) => `d${nth}`);
  await provision(url, ids);
  const gap = new LongestGap();
  let acknowledged = 0;
  let isStopping = false;
  const run = async (id: string) => {
    const client = await connectAsync(mqttUrl, { clientId: `drill-${id}`, clean: false, reconnectPeriod: 500 });
    client.on('error', () => {}); // the client reconnects
    for (let n = 1; !isStopping; n++) {
      await client.publishAsync(`/json/${TENANT}/${id}/attrs`, JSON.stringify({ n }), { qos: 1 });
      ledger.wrote(entityOf(id), n, true);
      acknowledged++;
      gap.happened();
      await pause(pauseMs);
    }
    await client.endAsync();
  };
  const running = Promise.all(ids.map(run));
  return {
    acknowledged: () => acknowledged,
    takeGap: () => gap.take(),
    async stop() {
      isStopping = true;
      await running;
    },
  };
}

export function entityOf(device: string): string {
  return `urn:ngsi-ld:${TYPE}:${device}`;
}

/** Creates a group of a tenant, with the tenant's name as its key, and its devices. Each has one numeric attribute. */
export async function provision(url: string, ids: readonly string[], tenant = TENANT): Promise<void> {
  const headers = { 'content-type': 'application/json', 'fiware-service': tenant, 'fiware-servicepath': '/' };
  const post = async (path: string, body: object) => {
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  await post('/iot/groups', { groups: [{ apikey: tenant, resource: '/iot/json', entity_type: TYPE }] });
  const devices = ids.map((id) => ({
    device_id: id,
    entity_name: entityOf(id),
    attributes: [{ object_id: 'n', name: 'n', type: 'Number' }],
  }));
  await post('/iot/devices', { devices });
}
