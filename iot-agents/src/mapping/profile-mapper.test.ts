import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chirpStackUplink } from '../../test/support/uplinks.ts';
import { readUplink } from '../network-servers/read-uplink.ts';
import type { AttributeMapping, Device } from './device-profile.ts';
import { freshReportMemory, reportDevice } from './device-report.ts';
import { MappingError } from './entity-mapper.ts';
import { compileProfile } from './profile-mapper.ts';

const TIME = '2026-07-01T11:00:00.000Z';
const DEVICE: Device = {
  devEui: '24e124713c000001',
  profile: 'p',
  asset: 'urn:ngsi-ld:WasteContainer:bin-1',
  settings: { depthMm: 2500, offsetMm: 100 },
};

function frameAt(time: string, radio: { rssi?: number; snr?: number } = {}) {
  const { topic, body } = chirpStackUplink({ devEui: DEVICE.devEui, bytes: [1], time, ...radio });
  return readUplink(topic, Buffer.from(JSON.stringify(body)), '2026-07-01T12:00:00.000Z');
}

function mapOne(attribute: AttributeMapping, data: Record<string, unknown>) {
  const map = compileProfile({ entities: [{ type: 'WasteContainer', id: 'device.asset', attributes: [attribute] }] });
  const { entities, dropped } = map(DEVICE, frameAt(TIME), data, true);
  return { attribute: entities[0]?.[attribute.name], dropped: dropped.map(({ message }) => message) };
}

const VALUES: readonly {
  name: string;
  mapping: Omit<AttributeMapping, 'name'>;
  data: Record<string, unknown>;
  expected: unknown;
  dropped?: RegExp;
}[] = [
  {
    name: 'temperature',
    mapping: { value: 'data.t', unitCode: 'CEL' },
    data: { t: 25.7 },
    expected: { type: 'Property', value: 25.7, unitCode: 'CEL', observedAt: TIME },
  },
  {
    name: 'fillingLevel',
    mapping: {
      value:
        '(1 - (data.d - device.settings.offsetMm) / (device.settings.depthMm - device.settings.offsetMm))|clamp(0,1)|round(2)',
    },
    data: { d: 2116 },
    expected: { type: 'Property', value: 0.16, observedAt: TIME },
  },
  {
    name: 'status',
    mapping: { value: "data.position == 'tilt' ? 'dropped' : 'ok'" },
    data: { position: 'tilt' },
    expected: { type: 'Property', value: 'dropped', observedAt: TIME },
  },
  {
    name: 'status',
    mapping: { value: "data.p|mapper(['normal','tilt'],['ok','dropped'])" },
    data: { p: 'other' },
    expected: undefined,
  },
  { name: 'status', mapping: { value: "'ok'" }, data: {}, expected: { type: 'Property', value: 'ok' } },
  { name: 'temperature', mapping: { value: 'data.t' }, data: {}, expected: undefined },
  { name: 'temperature', mapping: { value: 'data.t' }, data: { t: null }, expected: undefined },
  {
    name: 'temperature',
    mapping: { value: 'data.t * 2' },
    data: { t: 'warm' },
    expected: undefined,
    dropped: /temperature: NaN is not a number/,
  },
  {
    name: 'temperature',
    mapping: { value: 'data.t' },
    data: { t: 'n/a' },
    expected: undefined,
    dropped: /temperature: "n\/a" is not a number/,
  },
  {
    name: 'speed',
    mapping: { value: 'data.s', unitCode: 'KMH' },
    data: { s: ' -12.5e1 ' },
    expected: { type: 'Property', value: -125, unitCode: 'KMH', observedAt: TIME },
  },
  { name: 'speed', mapping: { value: 'data.s', unitCode: 'KMH' }, data: { s: '' }, expected: undefined },
  {
    name: 'temperature',
    mapping: { value: 'data.t' },
    data: { t: '400' },
    expected: undefined,
    dropped: /400 is outside/,
  },
  {
    name: 'note',
    mapping: { value: 'data.n' },
    data: { n: '12' },
    expected: { type: 'Property', value: '12', observedAt: TIME },
  },
  {
    name: 'voltage',
    mapping: { value: 'data.a / data.b' },
    data: { a: 1, b: 0 },
    expected: undefined,
    dropped: /Infinity/,
  },
  {
    name: 'temperature',
    mapping: { value: 'data.t' },
    data: { t: 327.67 },
    expected: undefined,
    dropped: /327.67 is outside -40..85/,
  },
  {
    name: 'temperature',
    mapping: { value: 'data.t', range: [0, 400] },
    data: { t: 327.67 },
    expected: { type: 'Property', value: 327.67, observedAt: TIME },
  },
  {
    name: 'constructor',
    mapping: { value: 'data.t' },
    data: { t: 5 },
    expected: { type: 'Property', value: 5, observedAt: TIME },
  },
  { name: 'note', mapping: { value: 'data.n' }, data: { n: 'urn:ngsi-ld:null' }, expected: undefined, dropped: /Null/ },
  {
    name: 'refPart',
    mapping: { type: 'Relationship', value: 'data.r' },
    data: { r: 'urn:ngsi-ld:Part:1' },
    expected: { type: 'Relationship', object: 'urn:ngsi-ld:Part:1', observedAt: TIME },
  },
  {
    name: 'refPart',
    mapping: { type: 'Relationship', value: 'data.r' },
    data: { r: 'part one' },
    expected: undefined,
    dropped: /is not a URI/,
  },
  {
    name: 'location',
    mapping: { type: 'GeoProperty', value: '[data.lon, data.lat]' },
    data: { lon: 5.9, lat: 49.4 },
    expected: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.4] }, observedAt: TIME },
  },
  {
    name: 'location',
    mapping: { type: 'GeoProperty', value: 'data.gps' },
    data: { gps: '5.9,49.4' },
    expected: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.4] }, observedAt: TIME },
  },
  {
    name: 'location',
    mapping: { type: 'GeoProperty', value: '[data.lon, data.lat]' },
    data: { lon: 0, lat: 0 },
    expected: undefined,
    dropped: /is not a position/,
  },
  {
    name: 'location',
    mapping: { type: 'GeoProperty', value: '[data.lon, data.lat]' },
    data: { lon: 49.4, lat: 95.9 },
    expected: undefined,
    dropped: /is not a position/,
  },
];

describe('a mapped attribute', () => {
  for (const { name, mapping, data, expected, dropped } of VALUES) {
    test(`${name} = ${mapping.value} of ${JSON.stringify(data)}`, () => {
      const got = mapOne({ name, ...mapping }, data);
      assert.deepEqual(got.attribute, expected);
      if (dropped === undefined) assert.deepEqual(got.dropped, []);
      else assert.match(got.dropped[0] ?? '', dropped);
    });
  }
});

describe('a profile', () => {
  test('feeds several entities, leaves out those without an id or without values, and sends static values when asked', () => {
    const map = compileProfile({
      entities: [
        {
          type: 'Streetlight',
          id: 'device.settings.lamps[0]',
          attributes: [
            { name: 'powerState', value: 'data.a' },
            { name: 'status', value: "'ok'" },
          ],
        },
        { type: 'Streetlight', id: 'device.settings.lamps[1]', attributes: [{ name: 'powerState', value: 'data.b' }] },
        { type: 'Streetlight', id: 'device.settings.lamps[2]', attributes: [{ name: 'powerState', value: 'data.a' }] },
      ],
    });
    const device = { ...DEVICE, settings: { lamps: ['urn:l:1', 'urn:l:2'] } };
    const ids = (data: object, withStatic: boolean) =>
      map(device, frameAt(TIME), { ...data }, withStatic).entities.map((entity) => [
        entity.id,
        Object.keys(entity).slice(2),
      ]);
    assert.deepEqual(ids({ a: 'on', b: 'off' }, true), [
      ['urn:l:1', ['powerState', 'status']],
      ['urn:l:2', ['powerState']],
    ]);
    assert.deepEqual(ids({ a: 'on' }, false), [['urn:l:1', ['powerState']]]);
    assert.deepEqual(ids({}, false), []);
  });

  test('with an invalid expression is refused, naming it', () => {
    const profile = (value: string) => ({
      entities: [{ type: 'T', id: 'device.asset', attributes: [{ name: 'a', value }] }],
    });
    for (const value of ['data..x', '1 +', 'data.x|nope', 'data.x )']) {
      assert.throws(
        () => compileProfile(profile(value)),
        (error) => error instanceof MappingError && error.message.startsWith('entities[0].attributes[0].value: '),
        value,
      );
    }
  });

  test('creates an update for each item of a list, oldest first, except those with an impossible time', () => {
    const map = compileProfile({
      entities: [
        {
          type: 'Meter',
          id: 'device.asset',
          each: 'data.log',
          observedAt: 'item.at',
          attributes: [
            { name: 'index', value: 'item.v * data.scale' },
            { name: 'kind', value: "'water'" },
          ],
        },
      ],
    });
    const at = (time: string, value: number) => ({ type: 'Property', value, observedAt: time });
    const log = [
      { at: '2026-07-01T10:00:00Z', v: 3 },
      { at: 1782896400, v: 1 },
      { at: 1782898200000, v: 2 },
      { at: '2078-01-01T00:00:00Z', v: 4 },
      { at: 'noon', v: 5 },
    ];
    const { entities, dropped } = map(DEVICE, frameAt(TIME), { log, scale: 10 }, false);
    assert.deepEqual(
      entities.map(({ index }) => index),
      [at('2026-07-01T09:00:00.000Z', 10), at('2026-07-01T09:30:00.000Z', 20), at('2026-07-01T10:00:00.000Z', 30)],
    );
    assert.deepEqual(
      dropped.map(({ message, implausible }) => [/2078|noon/.test(message), implausible]),
      [
        [true, true],
        [true, true],
      ],
    );
    assert.deepEqual(map(DEVICE, frameAt(TIME), {}, false).entities, []);
    assert.throws(() => map(DEVICE, frameAt(TIME), { log: 5 }, false), /each of Meter is 5, expected a list/);
  });

  test("uses the device's own time, or the frame's if that is impossible", () => {
    const map = compileProfile({
      entities: [
        { type: 'T', id: 'device.asset', observedAt: 'data.at', attributes: [{ name: 'a', value: 'data.a' }] },
      ],
    });
    const made = (at: unknown) => {
      const { entities, dropped } = map(DEVICE, frameAt(TIME), { a: 1, at }, false);
      const { observedAt } = (entities[0]?.a ?? {}) as { observedAt?: string };
      return [observedAt, dropped.length];
    };
    assert.deepEqual(made('2026-07-01T09:00:00'), ['2026-07-01T09:00:00.000Z', 0]);
    assert.deepEqual(made(undefined), [TIME, 0]);
    assert.deepEqual(made('1970-01-01T00:00:12Z'), [TIME, 1]);
  });

  test('whose id is not a URI is refused', () => {
    const map = compileProfile({ entities: [{ type: 'T', id: 'data.id', attributes: [{ name: 'a', value: '1' }] }] });
    assert.throws(() => map(DEVICE, frameAt(TIME), { id: 'no uri' }, true), /the id of T is "no uri", expected a URI/);
  });
});

describe("a device's own entity", () => {
  test('contains radio, last reception and asset, and then only what has changed', () => {
    const memory = freshReportMemory();
    const report = (minute: number, rssi: number, withStatic = false) =>
      reportDevice(
        DEVICE,
        frameAt(`2026-07-01T11:${String(minute).padStart(2, '0')}:00.000Z`, { rssi, snr: 2 }),
        undefined,
        withStatic,
        memory,
      );
    assert.deepEqual(report(0, -100, true), {
      id: 'urn:ngsi-ld:Device:24e124713c000001',
      type: 'Device',
      rssi: { type: 'Property', value: -100, unitCode: 'DBM', observedAt: TIME },
      snr: { type: 'Property', value: 2, unitCode: '2N', observedAt: TIME },
      dateLastValueReported: { type: 'Property', value: TIME, observedAt: TIME },
      controlledAsset: { type: 'Relationship', object: DEVICE.asset },
    });
    assert.equal(report(0, -102), undefined);
    assert.deepEqual(Object.keys(report(1, -102) ?? {}), ['id', 'type', 'dateLastValueReported']);
    assert.deepEqual(Object.keys(report(2, -104) ?? {}), ['id', 'type', 'rssi', 'snr', 'dateLastValueReported']);
  });

  test('prefers the values of the profile', () => {
    const mapped = {
      id: 'urn:ngsi-ld:Device:24e124713c000001',
      type: 'Device',
      batteryLevel: { type: 'Property', value: 0.92 },
    };
    const entity = reportDevice(
      DEVICE,
      { ...frameAt(TIME), battery: { kind: 'level', value: 0.5 } },
      mapped,
      false,
      freshReportMemory(),
    );
    assert.deepEqual(entity?.batteryLevel, { type: 'Property', value: 0.92 });
    assert.ok(entity !== undefined && 'rssi' in entity);
  });
});
