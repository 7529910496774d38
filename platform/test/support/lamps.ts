import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import { connectAsync, type MqttClient } from 'mqtt';
import { readTtnDownlinks, TTN_DOWNLINKS, ttnUplink } from '../../../demo/devices/networks.ts';
import { lampFrame } from '../../../demo/devices/payloads.ts';
import { demoProfiles, LAMP_PROFILE } from '../../../demo/devices/profiles.ts';
import { GATEWAYS } from '../../../demo/devices/radio.ts';
import { sendJson } from './send-json.ts';

export interface TestLamp {
  readonly devEui: string;
  readonly asset: string;
}

export function testLamp(number: number): TestLamp {
  const digits = String(number).padStart(4, '0');
  return { devEui: `70b3d5ffff00${digits}`, asset: `urn:ngsi-ld:Streetlight:test-${digits}` };
}

/** The data of a lamp entity, without its id. */
export interface LampPlace {
  readonly name: string;
  readonly scope: readonly string[];
  readonly coordinates: readonly [longitude: number, latitude: number];
  readonly address?: object;
}

/** Creates the entities of lamps, and registers their devices. */
export async function createLamps(
  url: string,
  lamps: readonly TestLamp[],
  placeOf: (nth: number) => LampPlace,
): Promise<void> {
  const entities = lamps.map(({ asset }, nth) => {
    const { coordinates, ...place } = placeOf(nth);
    const location = { type: 'GeoProperty', value: { type: 'Point', coordinates } };
    return { id: asset, type: 'Streetlight', ...place, location };
  });
  await sendJson(url, 'POST', '/ngsi-ld/v1/entityOperations/upsert', entities, territoryLink(url));
  await provision(url, lamps);
}

/** The lamps' network: a client that publishes their uplinks, and confirms each command. */
export async function connectLampNetwork(url: string, mqttUrl: string): Promise<MqttClient> {
  const credential = { username: 'network', password: 'a password for the network' };
  await sendJson(url, 'PUT', `/iot/registry/mqtt-credentials/${credential.username}`, {
    password: credential.password,
    topics: ['v3/#'],
  });
  const client = await connectAsync(mqttUrl, { clientId: 'network', ...credential });
  client.on('message', (topic, payload) => {
    for (const downlink of readTtnDownlinks(topic, payload)) {
      const message = downlink.acknowledged(new Date());
      client.publish(message.topic, message.payload);
    }
  });
  await client.subscribeAsync(TTN_DOWNLINKS);
  return client;
}

/** Registers the lamps by the agents' own HTTP routes. */
export async function provision(url: string, lamps: readonly TestLamp[]): Promise<void> {
  const profile = (await demoProfiles()).find(({ id }) => id === LAMP_PROFILE);
  // Tests of one database share the profile.
  const known = await fetch(`${url}/iot/registry/profiles/${LAMP_PROFILE}`);
  if (!known.ok) await post(`${url}/iot/registry/profiles`, profile);
  await post(`${url}/iot/registry/devices`, {
    devices: lamps.map(({ devEui, asset }) => ({ devEui, asset, profile: LAMP_PROFILE })),
  });
}

let fCnt = 0;

/** Publishes an uplink like The Things Stack, and resolves when the MQTT broker has acknowledged it. */
export async function sendUplink(
  mqtt: MqttClient,
  { devEui }: TestLamp,
  level: number,
  payload?: Buffer,
): Promise<void> {
  const frame = lampFrame({ level, power: level * 50, energy: 1000, fault: 'none' });
  const [gateway] = GATEWAYS;
  fCnt += 1;
  const message = ttnUplink(
    { devEui, deviceId: `lamp-${devEui}` },
    {
      ...frame,
      ...(payload === undefined ? {} : { payload }),
      fCnt,
      receptions: gateway ? [{ gateway, rssi: -90, snr: 7 }] : [],
      time: new Date(),
    },
  );
  await mqtt.publishAsync(message.topic, message.payload, { qos: 1 });
}

export async function post(url: string, body: unknown, type = 'application/json'): Promise<Response> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return response;
}

/** In simplified form; undefined if it does not exist. */
export async function retrieve(url: string, id: string): Promise<Record<string, unknown> | undefined> {
  const response = await fetch(`${url}/ngsi-ld/v1/entities/${id}?format=simplified`, { headers: territoryLink(url) });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`GET ${id}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** The same when it has a measurement; the names of its commands may exist before. */
export async function measured(url: string, id: string): Promise<Record<string, unknown> | undefined> {
  const entity = await retrieve(url, id);
  return entity?.powerState === undefined ? undefined : entity;
}

export function territoryLink(url: string): { link: string } {
  const rel = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"';
  return { link: `<${url}${TERRITORY_CONTEXT_PATH}>; ${rel}` };
}

/** Resolves to the subscription's path. */
export async function subscribeToLamps(url: string, endpoint: string, watchedAttributes?: string[]): Promise<string> {
  const response = await post(
    `${url}/ngsi-ld/v1/subscriptions`,
    {
      type: 'Subscription',
      entities: [{ type: 'Streetlight' }],
      ...(watchedAttributes ? { watchedAttributes } : {}),
      notification: { format: 'simplified', endpoint: { uri: endpoint, accept: 'application/json' } },
      '@context': `${url}${TERRITORY_CONTEXT_PATH}`,
    },
    'application/ld+json',
  );
  return response.headers.get('location') ?? '';
}
