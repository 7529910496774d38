import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import type { DeviceProfile } from '../../src/main.ts';
import type { UplinkValues } from '../support/uplinks.ts';
import { chirpStackEvent, chirpStackUplink } from '../support/uplinks.ts';
import { CHANNELS, LUMINAIRE } from './codecs.ts';
import { DECODED } from './uplinks.ts';
import type { Way, World } from './world.ts';
import { assertHolds } from './world.ts';

/** Bytes of a device, sent as a ChirpStack message. */
async function sayBytes(world: World, way: Way, values: UplinkValues): Promise<void> {
  const { topic, body } = chirpStackUplink(values);
  await world.say(way, topic, body);
}

function bytesOf(hex: string): number[] {
  return [...Buffer.from(hex, 'hex')];
}

const LPP: DeviceProfile = { id: 'corpus-lpp', name: 'Cayenne LPP', decoder: 'cayenne-lpp', entities: DECODED };

interface LppVector {
  readonly bytesHex: string;
  readonly flat?: Readonly<Record<string, unknown>>;
  readonly expectError?: boolean;
}

export async function cayenneLpp(world: World, way: Way, file: { readonly vectors: readonly LppVector[] }) {
  for (const { bytesHex, flat, expectError } of file.vectors) {
    const device = await world.device(LPP);
    await sayBytes(world, way, { devEui: device.devEui, bytes: bytesOf(bytesHex) });
    if (expectError === true) {
      const { reason, message } = await world.quarantined(device.devEui);
      assert.equal(reason, 'decode_error');
      assert.match(message, /offset \d/);
      assert.equal(await world.entity(device.asset, device.tenant), undefined);
    } else {
      const { decoded } = await world.values(device.asset, device.tenant, () => true);
      assert.deepEqual(decoded, flat);
    }
  }
}

interface CodecVector {
  readonly device?: string;
  readonly fPort: number;
  readonly bytesHex: string;
  readonly expectDecoded?: Readonly<Record<string, unknown>>;
  readonly expectDecodedSubset?: Readonly<Record<string, unknown>>;
  readonly expectWarnings?: readonly string[];
  readonly mapsTo?: Readonly<Record<string, unknown>>;
}

/** Sensors of several domains; earlier values are stored at their own time. */
export async function channels(world: World, way: Way, file: { readonly vectors: readonly CodecVector[] }) {
  const past = {
    type: 'Past',
    id: "device.asset + ':past'",
    each: 'data.history',
    observedAt: 'item.timestamp',
    attributes: ['temperature', 'humidity', 'pulse'].map((name) => ({ name, value: `item.${name}` })),
  };
  const profile = { id: 'corpus-channels', name: 'Channels', codec: CHANNELS, entities: [...DECODED, past] };
  for (const { device: kind = '', fPort, bytesHex, expectDecoded } of file.vectors) {
    const device = await world.device(profile, {
      settings: { kind: kind.includes('ambience') ? 'ambience' : 'other' },
    });
    await sayBytes(world, way, { devEui: device.devEui, bytes: bytesOf(bytesHex), fPort });
    const { decoded } = await world.values(device.asset, device.tenant, () => true);
    assert.deepEqual(decoded, expectDecoded, kind);
    const [measured] = (expectDecoded?.history ?? []) as { timestamp: number; pulse: number }[];
    if (measured === undefined) continue;
    await world.values(`${device.asset}:past`, device.tenant, ({ pulse }) => pulse === measured.pulse);
    const at = new Date(measured.timestamp * 1000).toISOString();
    assert.deepEqual(await world.history(`${device.asset}:past`, device.tenant, 'pulse'), [[at, measured.pulse]]);
  }
}

interface LuminaireCommand {
  readonly command?: string;
  readonly args?: { readonly level: number };
  readonly expectBytesHex?: string;
  readonly expectFPort?: number;
}

/** A controller's alerts, status and dimming; its echo completes the command. */
export async function luminaire(
  world: World,
  way: Way,
  file: { readonly vectors: readonly CodecVector[]; readonly commands: readonly LuminaireCommand[] },
) {
  const alert = 'data.drivers[0].status';
  const profile: DeviceProfile = {
    id: 'corpus-luminaire',
    name: 'Luminaire controller',
    codec: LUMINAIRE,
    commands: [
      {
        name: 'dim',
        payload:
          "{ packet_type: 'manual_dimming', destination: [{ address: 'dali_broadcast', dimming_level__percent: value * 100 }] }",
        done: 'frame.fPort == 60 && data.level == value * 100',
      },
    ],
    entities: [
      ...DECODED,
      {
        type: 'Streetlight',
        id: "device.asset + ':lamp'",
        attributes: [
          { name: 'status', value: `data.drivers && ${alert}.lamp_failure ? 'defectiveLamp' : null` },
          { name: 'powerState', value: `data.drivers ? (${alert}.lamp_on ? 'on' : 'off') : null` },
        ],
      },
    ],
  };
  for (const { fPort, bytesHex, expectDecoded, expectDecodedSubset, expectWarnings = [], mapsTo } of file.vectors) {
    const device = await world.device(profile);
    await sayBytes(world, way, { devEui: device.devEui, bytes: bytesOf(bytesHex), fPort });
    const { decoded } = await world.values(device.asset, device.tenant, ({ decoded }) => decoded !== undefined);
    if (expectDecoded !== undefined) assert.deepEqual(decoded, expectDecoded);
    assertHolds(decoded, expectDecodedSubset ?? {});
    const about = JSON.parse((await world.request('GET', '/iot/about')).text);
    for (const warning of expectWarnings) {
      const isOurs = (one: { devEui: string; message: string }) =>
        one.devEui === device.devEui && one.message === warning;
      assert.ok(about.warnings.some(isOurs), warning);
    }
    if (mapsTo === undefined) continue;
    const lamp = await world.values(`${device.asset}:lamp`, device.tenant, () => true);
    assert.deepEqual([lamp.status, lamp.powerState], [mapsTo.status, mapsTo.powerState]);
  }
  for (const { args, expectBytesHex, expectFPort } of file.commands) {
    if (args === undefined || expectBytesHex === undefined) continue;
    const device = await world.device(profile);
    const messages = await world.listen(`application/app/device/${device.devEui}/command/down`);
    await sayBytes(world, way, { devEui: device.devEui, bytes: [1, 0xfe, 0x32], fPort: 60, fCnt: 1 });
    await world.values(device.asset, device.tenant, ({ decoded }) => decoded !== undefined);
    const asked = { entityId: device.asset, command: 'dim', value: args.level };
    const { text } = await world.request('POST', '/iot/commands', asked, { 'ngsild-tenant': device.tenant });
    const sent = JSON.parse(await eventually('a downlink', () => messages[0], 30_000));
    assert.equal(Buffer.from(sent.data, 'base64').toString('hex'), expectBytesHex);
    assert.equal(sent.fPort, expectFPort);
    await sayBytes(world, way, { devEui: device.devEui, bytes: bytesOf(expectBytesHex), fPort: 60, fCnt: 2 });
    await eventually(
      'the command is done',
      async () => {
        const command = JSON.parse((await world.request('GET', `/iot/commands/${JSON.parse(text).id}`)).text);
        return command.state === 'OK' ? true : undefined;
      },
      30_000,
    );
  }
}

interface HostileCase {
  readonly name: string;
  readonly source: string;
  readonly input?: { readonly bytes?: readonly number[]; readonly fPort?: number; readonly recvTime?: string };
  readonly expect: string | { readonly data: Readonly<Record<string, unknown>>; readonly warnings?: readonly string[] };
}

/** Each ends as expected, and the next uplink of another device is decoded normally. */
export async function hostile(world: World, way: Way, file: { readonly cases: readonly HostileCase[] }) {
  const good: DeviceProfile = {
    id: 'corpus-good',
    name: 'Good',
    codec: 'function decodeUplink(i) { return { data: { n: i.bytes[0] } }; }',
    entities: DECODED,
  };
  for (const [index, { name, source, input = {}, expect }] of file.cases.entries()) {
    const { bytes = [1, 2], fPort = 7, recvTime: time = '2024-03-01T00:00:00.000Z' } = input;
    const bad = await world.device({ id: `corpus-hostile-${index}`, name, codec: source, entities: DECODED });
    const other = await world.device(good);
    // An empty payload is not decoded.
    await sayBytes(world, way, { devEui: bad.devEui, bytes: bytes.length === 0 ? [0] : bytes, fPort, time });
    await sayBytes(world, way, { devEui: other.devEui, bytes: [index] });
    const { decoded } = await world
      .values(other.asset, other.tenant, () => true)
      .catch((cause: unknown) => {
        throw new Error(`after "${name}": ${cause}`);
      });
    assert.deepEqual(decoded, { n: index }, name);
    if (typeof expect === 'object') {
      const seen = await world
        .values(bad.asset, bad.tenant, () => true)
        .catch((cause: unknown) => {
          throw new Error(`of "${name}": ${cause}`);
        });
      assert.deepEqual(seen.decoded, expect.data, name);
      continue;
    }
    const { reason, message } = await world.quarantined(bad.devEui);
    assert.match(reason, /^decode_(error|timeout)$/, name);
    const [fault = ''] = message.split(':');
    const isAsked = expect.includes(fault) || expect.includes(message) || expect.startsWith('decode error');
    assert.ok(isAsked, `${name}: ${reason} ${message}, expected ${expect}`);
  }
}

interface ScenarioEvent {
  readonly n: number;
  readonly time?: string;
  readonly fCnt?: number;
  readonly dedup?: string;
  readonly value?: { readonly t: number };
  readonly event?: 'join';
}

/** Duplicates, a retransmission, a late frame, a join, a wrong clock and an implausible value. */
export async function scenario(world: World, way: Way, file: { readonly events: readonly ScenarioEvent[] }) {
  const codec = `function decodeUplink(i) { return { data: { t: (i.bytes[0] << 8 | i.bytes[1]) / 100, n: i.fCnt, whole: true } }; }`;
  const device = await world.device({
    id: 'corpus-scenario',
    name: 'Scenario',
    codec,
    entities: [
      {
        type: 'Thing',
        id: 'device.asset',
        attributes: [
          { name: 'temperature', value: 'data.t' },
          { name: 'counter', value: 'frame.fCnt' },
        ],
      },
    ],
  });
  const { devEui, asset, tenant } = device;
  const { agents } = world.territory;
  const before = { ...agents.counters() };
  const lost = async () => {
    const [row] = await world.query<{ lost_uplinks: number }>(
      'SELECT lost_uplinks FROM iot.device_progress WHERE dev_eui = $1',
      [devEui],
    );
    return row?.lost_uplinks;
  };
  let lastMeasured = 0;
  for (const { n, event, time, fCnt = 0, dedup = '', value } of file.events) {
    const raw = Math.round((value?.t ?? 0) * 100);
    const { topic, body } =
      event === 'join'
        ? chirpStackEvent(devEui, 'join', { devAddr: '00189440' })
        : chirpStackUplink({
            devEui,
            fCnt,
            id: `${devEui}-${dedup}`,
            bytes: [raw >> 8, raw & 255],
            ...(time === undefined ? {} : { time }),
          });
    await world.say(way, topic, body, event === 'join' ? '?event=join' : '?event=up');
    lastMeasured += 1;
    await eventually(`event ${n}`, () => agents.counters().delivered >= before.delivered + lastMeasured || undefined);
    const expected = { 4: 1, 5: 0 }[n];
    if (expected !== undefined) {
      await eventually(`lost uplinks after ${n}`, async () => ((await lost()) === expected ? true : undefined));
    }
    if (n === 5) await world.values(asset, tenant, ({ temperature }) => temperature === 21);
    if (n === 7) await world.values(asset, tenant, ({ temperature, counter }) => temperature === 22 && counter === 0);
    if (n === 8) {
      const { observedAt } = await world.values(asset, tenant, ({ temperature }) => temperature === 22.5);
      assert.ok(Math.abs(Date.parse(String(observedAt)) - Date.now()) < 60_000, 'of the time of reception');
    }
  }
  assert.equal(agents.counters().duplicates - before.duplicates, 2);
  const { reason, message } = await world.quarantined(devEui);
  assert.equal(reason, 'implausible');
  assert.match(message, /^temperature: 327\.67/);
  const temperatures = await world.history(asset, tenant, 'temperature');
  assert.deepEqual(temperatures.slice(0, 4), [
    ['2024-05-01T10:00:00.100Z', 20],
    ['2024-05-01T10:10:00.000Z', 20.5],
    ['2024-05-01T10:20:00.000Z', 21],
    ['2024-05-01T11:00:05.000Z', 22],
  ]);
  assert.equal(temperatures.length, 5);
  const counters = await world.history(asset, tenant, 'counter');
  assert.ok(
    counters.some(([at, counter]) => at === '2024-05-01T11:20:00.000Z' && counter === 2),
    'the other attributes of the frame are published',
  );
  const about = JSON.parse((await world.request('GET', '/iot/about')).text);
  assert.ok(
    about.warnings.some(
      (one: { devEui: string; message: string }) => one.devEui === devEui && /clock/.test(one.message),
    ),
  );
}
