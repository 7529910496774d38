import { setTimeout as pause } from 'node:timers/promises';
import { connect, type MqttClient } from 'mqtt';
import { chirpStackUplink } from '../../../iot-agents/test/support/uplinks.ts';
import { headersOf, TYPE } from '../flow.ts';
import { entityOf, provision } from '../measures.ts';

/** Where one run of the scenario takes place. */
export interface Place {
  readonly url: string;
  readonly mqttUrl: string;
  readonly tenant: string;
  /** The receiver of notifications. */
  readonly endpoint: string;
}

export const BATCH = Array.from({ length: 5 }, (_, nth) => `urn:ngsi-ld:${TYPE}:b${nth}`);
export const SINGLE = `urn:ngsi-ld:${TYPE}:a`;
export const DELETED = `urn:ngsi-ld:${TYPE}:c`;
export const DEVICE = entityOf('d0');
export const COMMAND = 'ping';
const AGAIN_MS = 50;

export const assetOf = (tenant: string) => `urn:ngsi-ld:${TYPE}:${tenant}-asset`;
const devEuiOf = (tenant: string) => Buffer.from(tenant.padStart(8, '0').slice(-8)).toString('hex');

export async function ask(place: Place, method: string, path: string, body?: object) {
  const headers = { ...headersOf(place.tenant), ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(place.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** Repeats a request until it has one of these statuses, as a client does whose connection was lost. */
async function insist(place: Place, statuses: readonly number[], method: string, path: string, body?: object) {
  for (;;) {
    const answer = await ask(place, method, path, body).catch(() => undefined);
    if (answer !== undefined && statuses.includes(answer.status)) return answer;
    if (answer !== undefined && answer.status < 500) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}, expected ${statuses}`);
    }
    await pause(AGAIN_MS);
  }
}

const counter = (id: string, n: number) => ({ id, type: TYPE, n: { type: 'Property', value: n } });

/** What has to be there before. */
export async function prepare(place: Place): Promise<void> {
  const { tenant } = place;
  await insist(place, [201], 'POST', '/ngsi-ld/v1/subscriptions', {
    type: 'Subscription',
    entities: [{ type: TYPE }],
    watchedAttributes: ['n'],
    notification: { endpoint: { uri: place.endpoint, timeout: 2000, cooldown: 200 } },
  });
  await provision(place.url, ['d0'], tenant);
  await ask(place, 'PUT', '/iot/registry/profiles/numbered', {
    name: 'Numbered',
    entities: [{ type: TYPE, id: 'device.asset', attributes: [{ name: 'n', value: 'data.n' }] }],
  });
  const device = { devEui: devEuiOf(tenant), profile: 'numbered', asset: assetOf(tenant), tenant };
  await insist(place, [200, 201], 'POST', '/iot/registry/devices', { devices: [device] });
  const url = `/iot/devices/d0`;
  const headers = { 'content-type': 'application/json', 'fiware-service': tenant, 'fiware-servicepath': '/' };
  const commands = [{ name: COMMAND, type: 'command' }];
  const response = await fetch(place.url + url, { method: 'PUT', headers, body: JSON.stringify({ commands }) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}

/** Writes until the entity has the value. A client that got no answer looks whether its write was done. */
async function writeAll(place: Place, ids: readonly string[], n: number): Promise<void> {
  for (;;) {
    const open: string[] = [];
    for (const id of ids) {
      const found = await insist(place, [200, 404], 'GET', `/ngsi-ld/v1/entities/${id}?options=keyValues`);
      if (found.body?.n !== n) open.push(id);
    }
    if (open.length === 0) return;
    const updates = open.map((id) => counter(id, n));
    await ask(place, 'POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', updates).catch(() =>
      pause(AGAIN_MS),
    );
  }
}

/** Requests, measures and a command; each is repeated until it is acknowledged. */
export async function act(place: Place): Promise<void> {
  const { tenant } = place;
  await writeAll(place, [SINGLE], 0);
  await writeAll(place, [SINGLE], 1);
  await writeAll(place, BATCH, 1);
  await writeAll(place, BATCH, 2);
  await writeAll(place, [DELETED], 0);
  await insist(place, [204, 404], 'DELETE', `/ngsi-ld/v1/entities/${DELETED}`);
  const mqtt = connect(place.mqttUrl, { clientId: `drill-${tenant}`, clean: false, reconnectPeriod: 100 });
  mqtt.on('error', () => {}); // it connects again, also if the first connection fails
  try {
    const measure = { n: 1, TimeInstant: new Date().toISOString() };
    await mqtt.publishAsync(`/json/${tenant}/d0/attrs`, JSON.stringify(measure), { qos: 1 });
    const uplink = chirpStackUplink({ devEui: devEuiOf(tenant), fCnt: 1, decoded: { n: 1 } });
    await mqtt.publishAsync(uplink.topic, JSON.stringify(uplink.body), { qos: 1 });
    await command(place, mqtt);
  } finally {
    await mqtt.endAsync();
  }
}

/** Sends a command, which the device answers each time it gets it. */
async function command(place: Place, mqtt: MqttClient): Promise<void> {
  const { tenant } = place;
  mqtt.on('message', (_topic, payload) => {
    const answer = JSON.stringify({ [COMMAND]: `done ${payload}` });
    mqtt.publishAsync(`/json/${tenant}/d0/cmdexe`, answer, { qos: 1 }).catch(() => {}); // at the end
  });
  await mqtt.subscribeAsync(`/${tenant}/d0/cmd`, { qos: 1 });
  for (;;) {
    const { body } = await insist(place, [200], 'GET', `/iot/commands?entityId=${DEVICE}&limit=1000`);
    const own = body.commands.filter((each: { tenant: string }) => each.tenant === tenant);
    if (own.length > 0 && own.every(({ state }: { state: string }) => state === 'OK')) return;
    if (own.length === 0) {
      const asked = { entityId: DEVICE, command: COMMAND, value: 1 };
      await ask(place, 'POST', '/iot/commands', asked).catch(() => undefined);
    }
    await pause(AGAIN_MS);
  }
}
