import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { eventually } from '@alzette/kit/testing';
import type { DeviceProfile } from '../../src/main.ts';
import { CHANNELS, HEX, LUMINAIRE, THINGS_NODE, WATER } from './codecs.ts';
import type { Way, World } from './world.ts';
import { assertHolds } from './world.ts';

/** An uplink as a network server sends it, with the expected outcome. */
interface UplinkCase {
  readonly transport?: { readonly topic?: string };
  readonly body: object;
  readonly expectUplink?: Readonly<Record<string, unknown>>;
  readonly expectDecoded?: Readonly<Record<string, unknown>> | null;
  readonly expectNgsiLd?: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[];
  readonly expectHistory?: readonly { readonly observedAt: string; readonly litres: number }[];
  readonly expectDecodedSubset?: Readonly<Record<string, unknown>>;
  readonly corrupted?: { readonly bytesHex: string; readonly fPort: number; readonly recvTime: string };
}

const TOPICS: Readonly<Record<string, string>> = {
  'ttn-v3': 'v3/app1@tenant1/devices/dev1/up',
  'chirpstack-v3': 'application/430/device/d/event/up',
  'chirpstack-v4': 'application/a/device/d/event/up',
  actility: 'mqtt/things/d/uplink',
};

/** Writes the values of the envelope, and of the codec, to attributes. */
const SEEN: DeviceProfile = {
  id: 'corpus-seen',
  name: 'What is seen',
  codec: HEX,
  entities: [
    {
      type: 'Thing',
      id: 'device.asset',
      attributes: [
        { name: 'server', value: 'frame.lns' },
        { name: 'port', value: 'frame.fPort' },
        { name: 'counter', value: 'frame.fCnt' },
        { name: 'bytes', value: 'data.hex' },
        { name: 'signal', value: 'frame.rssi', range: [-200, 100] },
        { name: 'noise', value: 'frame.snr', range: [-200, 100] },
        { name: 'gatewayId', value: 'frame.gatewayId' },
        { name: 'spreading', value: 'frame.spreadingFactor' },
        { name: 'application', value: 'frame.applicationId' },
        { name: 'deviceName', value: 'frame.deviceName' },
      ],
    },
  ],
};

export const DECODED: DeviceProfile['entities'] = [
  { type: 'Thing', id: 'device.asset', attributes: [{ name: 'decoded', value: 'data' }] },
];
const UPSTREAM: DeviceProfile = { id: 'corpus-upstream', name: 'Decoded by the network server', entities: DECODED };

/** The message as if another device had sent it, because the corpus has some devices twice. */
export function renamed<T extends object>(body: T, from: string, to: string): T {
  const base64 = (devEui: string) => Buffer.from(devEui, 'hex').toString('base64');
  const text = JSON.stringify(body).replaceAll(new RegExp(from, 'gi'), to).replaceAll(base64(from), base64(to));
  return JSON.parse(text);
}

/** The envelope is parsed as expected. */
export async function uplink(world: World, way: Way, file: UplinkCase): Promise<void> {
  const { body, transport, expectUplink = {} } = file;
  const { lns, devEui, fPort, fCnt, payloadHex, time, spreadingFactor, applicationId, deviceName } = expectUplink;
  const device = await world.device(SEEN);
  const topic = await topicFor(world, way, String(lns), transport?.topic);
  await world.say(way, topic, renamed(body, String(devEui), device.devEui));
  const seen = await world.values(device.asset, device.tenant, () => true);
  assert.equal(seen.server, lns);
  assert.equal(seen.counter, fCnt);
  if (fPort !== undefined) assert.equal(seen.port ?? null, fPort);
  if (payloadHex !== undefined) assert.equal(seen.bytes, payloadHex);
  if (time !== undefined) assert.equal(seen.observedAt, time);
  if (spreadingFactor !== undefined) assert.equal(seen.spreading, spreadingFactor);
  if (applicationId !== undefined) assert.equal(seen.application, applicationId);
  if (deviceName !== undefined) assert.equal(seen.deviceName, deviceName);
  // A missing expectation does not mean that the value must be absent.
  const best = (expectUplink.best ?? {}) as { rssi?: number; snr?: number; gatewayId?: string };
  if (best.rssi !== undefined) assert.equal(seen.signal, best.rssi);
  if (best.snr !== undefined) assert.equal(seen.noise, best.snr);
  if (best.gatewayId !== undefined) assert.equal(seen.gatewayId, best.gatewayId);
}

/** A server without topics of its own publishes on that of a connection. */
async function topicFor(world: World, way: Way, lns: string, given: string | undefined): Promise<string> {
  const known = given ?? TOPICS[lns];
  if (known !== undefined || way === 'HTTP') return known ?? '';
  const id = `corpus-${randomBytes(4).toString('hex')}`;
  assert.equal((await world.request('PUT', `/iot/registry/connections/${id}`, { name: id })).status, 204);
  return `lns/${id}/up`;
}

/** Values that the network server decoded are used. */
export async function decodedUpstream(world: World, way: Way, file: UplinkCase): Promise<void> {
  await uplink(world, way, file);
  await decodes(world, way, file, UPSTREAM);
}

/** Our codec returns the values of the vendor's. */
export const decodedBy =
  (codec: string) =>
  async (world: World, way: Way, file: UplinkCase): Promise<void> => {
    await uplink(world, way, file);
    const id = `corpus-${file.expectUplink?.devEui}`;
    await decodes(world, way, file, { id, name: id, codec, entities: DECODED });
  };
export const thingsNode = decodedBy(THINGS_NODE);
export const luminaireUsage = decodedBy(LUMINAIRE);

async function decodes(world: World, way: Way, file: UplinkCase, profile: DeviceProfile): Promise<void> {
  const { body, transport, expectUplink = {}, expectDecoded } = file;
  const device = await world.device(profile);
  const topic = await topicFor(world, way, String(expectUplink.lns), transport?.topic);
  await world.say(way, topic, renamed(body, String(expectUplink.devEui), device.devEui));
  const { decoded } = await world.values(device.asset, device.tenant, ({ decoded }) => decoded !== undefined);
  assert.deepEqual(decoded, expectDecoded);
}

/** One uplink updates the container and the device, with the units of the models. */
export async function wasteContainer(world: World, way: Way, file: UplinkCase): Promise<void> {
  await uplink(world, way, file);
  const { body, transport, expectUplink = {}, expectNgsiLd = [] } = file;
  const range = '(device.settings.depthMm - device.settings.offsetMm)';
  const device = await world.device(
    {
      id: 'corpus-container',
      name: 'Container',
      codec: CHANNELS,
      entities: [
        {
          type: 'WasteContainer',
          id: 'device.asset',
          attributes: [
            {
              name: 'fillingLevel',
              value: `(1 - (data.distance - device.settings.offsetMm) / ${range})|clamp(0,1)|round(2)`,
            },
            { name: 'temperature', value: 'data.temperature', unitCode: 'CEL' },
            { name: 'status', value: "data.position|mapper(['normal','tilt'],['ok','dropped'])" },
          ],
        },
        {
          type: 'Device',
          id: "'urn:ngsi-ld:Device:' + device.devEui",
          attributes: [{ name: 'batteryLevel', value: 'data.battery / 100' }],
        },
      ],
    },
    { asset: String(expectNgsiLd[0]?.id), settings: { depthMm: 2500, offsetMm: 100 } },
  );
  const old = String(expectUplink.devEui);
  await world.say(way, transport?.topic ?? '', renamed(body, old, device.devEui));
  for (const expected of renamed(expectNgsiLd, old, device.devEui)) {
    const entity = await eventually(expected.id, () => world.entity(expected.id, device.tenant));
    for (const [member, content] of Object.entries(expected)) assert.deepEqual(entity[member], content, member);
  }
}

/** Seventeen values of one uplink, each at its own time; the newest is the present value. */
export async function waterMeter(world: World, way: Way, file: UplinkCase): Promise<void> {
  await uplink(world, way, file);
  const { body, transport, expectUplink = {}, expectHistory = [], expectDecodedSubset = {}, corrupted } = file;
  const profile: DeviceProfile = {
    id: 'corpus-water',
    name: 'Water meter',
    codec: WATER,
    entities: [
      ...DECODED,
      {
        type: 'Meter',
        id: "device.asset + ':meter'",
        each: 'data.log',
        observedAt: 'item.at',
        attributes: [{ name: 'litres', value: 'item.litres' }],
      },
    ],
  };
  const device = await world.device(profile);
  const topic = await topicFor(world, way, 'actility', transport?.topic);
  await world.say(way, topic, renamed(body, String(expectUplink.devEui), device.devEui));
  const meter = `${device.asset}:meter`;
  const newest = expectHistory.at(-1);
  await world.values(meter, device.tenant, ({ litres }) => litres === newest?.litres);
  assert.deepEqual(
    await world.history(meter, device.tenant, 'litres'),
    expectHistory.map(({ observedAt, litres }) => [observedAt, litres]),
  );
  const { decoded } = await world.values(device.asset, device.tenant, () => true);
  const { lastVolume, firstLogVolume } = expectDecodedSubset;
  assertHolds(decoded, { lastVolume, firstLogVolume });

  const broken = await world.device(profile);
  const { bytesHex, fPort, recvTime } = corrupted ?? { bytesHex: '', fPort: 1, recvTime: '' };
  const message = { DevEUI_uplink: { Time: recvTime, DevEUI: broken.devEui, FPort: fPort, payload_hex: bytesHex } };
  await world.say(way, topic, message);
  const { reason, message: said } = await world.quarantined(broken.devEui);
  assert.equal(reason, 'decode_error');
  assert.match(said, /corrupted/);
  assert.equal(await world.entity(broken.asset, broken.tenant), undefined);
}

/** A frame simulated in the console is counted and ignored. */
export async function simulated(world: World, way: Way, file: UplinkCase): Promise<void> {
  const device = await world.device(UPSTREAM);
  const before = world.territory.agents.counters().simulated;
  await world.say(way, file.transport?.topic ?? '', renamed(file.body, '0004a30b001c0530', device.devEui));
  await eventually('a simulated frame', () => world.territory.agents.counters().simulated > before || undefined);
  assert.equal(await world.entity(device.asset, device.tenant), undefined);
}

/** A payload that the network server's decoder refused is quarantined with its error; the device counts as alive. */
export async function upstreamFailed(
  world: World,
  way: Way,
  file: UplinkCase & { readonly expect?: { readonly quarantine: { readonly reason: string; readonly code: string } } },
): Promise<void> {
  const device = await world.device(UPSTREAM);
  await world.say(way, TOPICS.actility ?? '', renamed(file.body, '70b3d531c00027c8', device.devEui));
  const { reason, message } = await world.quarantined(device.devEui);
  assert.equal(reason, file.expect?.quarantine.reason);
  assert.ok(message.includes(file.expect?.quarantine.code ?? '?'), message);
  assert.equal(await world.entity(device.asset, device.tenant), undefined);
  await eventually('its life', async () => {
    const rows = await world.query('SELECT FROM iot.device_progress WHERE dev_eui = $1', [device.devEui]);
    return rows.length > 0 || undefined;
  });
}
