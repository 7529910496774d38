import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CORPUS_MISSING, corpusFiles, readCase } from '../../test/support/payload-corpus.ts';
import { chirpStackEvent, chirpStackUplink, thingsStackUplink } from '../../test/support/uplinks.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import { isUplinkTopic, readUplink } from './read-uplink.ts';

const NETWORK_SERVERS = /^(ttn|chirpstack|actility|liveobjects|loriot|kerlink)-/;
const RECEIVED = '2026-07-01T12:00:00.000Z';
const DEV_EUI = '70b3d50000000001';

function read({ topic, body }: { topic: string; body: unknown }) {
  return readUplink(topic, Buffer.from(JSON.stringify(body)), RECEIVED);
}

/** Replaces members by path, e.g. `uplink_message.f_port`; undefined removes them. */
function changed(message: { topic: string; body: object }, changes: Record<string, unknown>) {
  const body = structuredClone(message.body);
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    // The structure is that of the fixture.
    const parent = names.reduce((at, name) => at[name] as Record<string, unknown>, body as Record<string, unknown>);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return { topic: message.topic, body };
}

describe('an uplink of The Things Stack v3', () => {
  const uplink = thingsStackUplink({
    devEui: DEV_EUI,
    bytes: [1, 2, 255],
    fCnt: 7,
    fPort: 3,
    id: 'as:up:01E0',
    time: '2026-07-01T11:59:59.123456789Z',
  });

  test('becomes a frame', () => {
    assert.deepEqual(read(uplink), {
      kind: 'data',
      lns: 'ttn-v3',
      devEui: DEV_EUI,
      deviceId: `d-${DEV_EUI}`,
      applicationId: 'territory',
      fPort: 3,
      fCnt: 7,
      confirmed: false,
      payload: Uint8Array.of(1, 2, 255),
      time: '2026-07-01T11:59:59.123Z',
      timeSource: 'lns',
      receivedAt: RECEIVED,
      dedupKey: 'as:up:01E0',
      sessionKey: 'AXA50',
      late: false,
      simulated: false,
      best: { gatewayId: 'gw-a', rssi: -97, snr: 7.2 },
      gateways: [{ id: 'gw-a', eui: 'aa555a0000000101', rssi: -97, snr: 7.2 }],
      spreadingFactor: 9,
      bandwidthHz: 125000,
      frequencyHz: 867100000,
    });
  });

  const gateway = (extra: object) => [{ gateway_ids: { gateway_id: 'a' }, rssi: -100, ...extra }];
  const CHANGES: readonly { name: string; changes: Record<string, unknown>; expected: Record<string, unknown> }[] = [
    {
      name: 'has counter 0 if the counter is omitted',
      changes: { 'uplink_message.f_cnt': undefined },
      expected: { fCnt: 0 },
    },
    {
      name: 'has no port if none is given',
      changes: { 'uplink_message.f_port': undefined },
      expected: { fPort: null },
    },
    {
      name: 'has an empty payload if none is given',
      changes: { 'uplink_message.frm_payload': undefined },
      expected: { payload: new Uint8Array(0) },
    },
    { name: 'is simulated', changes: { simulated: true }, expected: { simulated: true } },
    {
      name: 'contains the battery level',
      changes: { 'uplink_message.last_battery_percentage': { value: 85 } },
      expected: { battery: { kind: 'level', value: 0.85 } },
    },
    {
      name: 'does not treat a missing snr as 0',
      changes: { 'uplink_message.rx_metadata': gateway({}) },
      expected: { best: { gatewayId: 'a', rssi: -100, snr: null } },
    },
    {
      name: 'prefers a gateway clock that agrees with the server',
      changes: { 'uplink_message.rx_metadata': gateway({ time: '2026-07-01T11:59:58Z' }) },
      expected: { time: '2026-07-01T11:59:58.000Z', timeSource: 'gateway' },
    },
    {
      name: 'ignores a gateway clock that disagrees',
      changes: { 'uplink_message.rx_metadata': gateway({ time: '1980-01-06T00:00:00Z' }) },
      expected: { time: '2026-07-01T11:59:59.123Z', timeSource: 'lns' },
    },
    {
      name: 'ignores a time in the future',
      changes: { 'uplink_message.received_at': '2031-01-01T00:00:00Z' },
      expected: { time: RECEIVED, timeSource: 'reception' },
    },
    {
      name: 'converts the offset of a time',
      changes: { 'uplink_message.received_at': '2026-07-01T13:00:00.5+02:00' },
      expected: { time: '2026-07-01T11:00:00.500Z' },
    },
    {
      name: 'ignores a position at 0,0',
      changes: { 'uplink_message.locations': { user: { latitude: 0, longitude: 0 } } },
      expected: { networkLocation: undefined },
    },
  ];
  for (const { name, changes, expected } of CHANGES) {
    test(name, () => {
      const frame: Record<string, unknown> = { ...read(changed(uplink, changes)) };
      for (const [member, value] of Object.entries(expected)) assert.deepEqual(frame[member], value, member);
    });
  }

  test('gets a deduplication key if it has no correlation id', () => {
    const one = read(changed(uplink, { correlation_ids: [] })).dedupKey;
    assert.equal(read(changed(uplink, { correlation_ids: [] })).dedupKey, one);
    assert.notEqual(read(changed(uplink, { correlation_ids: [], 'uplink_message.f_cnt': 8 })).dedupKey, one);
  });

  test('chooses the gateway with the highest snr, then the highest rssi', () => {
    const best = (...receptions: [id: string, rssi: number, snr: number | undefined][]) =>
      read(
        changed(uplink, {
          'uplink_message.rx_metadata': receptions.map(([gateway_id, rssi, snr]) => ({
            gateway_ids: { gateway_id },
            rssi,
            snr,
          })),
        }),
      ).best?.gatewayId;
    assert.equal(best(['a', -50, 1], ['b', -90, 2]), 'b');
    assert.equal(best(['a', -90, 2], ['b', -80, 2], ['c', -85, 2]), 'b');
    assert.equal(best(['a', -90, undefined], ['b', -99, -20]), 'b');
  });
});

describe('an event of ChirpStack v4', () => {
  test('up becomes a frame', () => {
    const uplink = chirpStackUplink({
      devEui: DEV_EUI,
      bytes: [170],
      fCnt: 4,
      id: '3ac7',
      time: '2026-07-01T11:59:59.775023242+00:00',
      decoded: { t: 1 },
    });
    assert.deepEqual(read(uplink), {
      kind: 'data',
      lns: 'chirpstack-v4',
      devEui: DEV_EUI,
      deviceId: DEV_EUI,
      applicationId: 'app',
      deviceName: `d-${DEV_EUI}`,
      tags: {},
      fPort: 1,
      fCnt: 4,
      confirmed: false,
      payload: Uint8Array.of(170),
      upstreamDecoded: { t: 1 },
      time: '2026-07-01T11:59:59.775Z',
      timeSource: 'lns',
      receivedAt: RECEIVED,
      dedupKey: '3ac7',
      sessionKey: '01a2b3c4',
      late: false,
      simulated: false,
      best: { gatewayId: '0016c001f153a14d', rssi: -101, snr: 2.5 },
      gateways: [{ id: '0016c001f153a14d', rssi: -101, snr: 2.5 }],
      spreadingFactor: 9,
      bandwidthHz: 125000,
      frequencyHz: 868300000,
    });
  });

  const EVENTS: readonly { event: string; members: object; expected: Record<string, unknown> }[] = [
    {
      event: 'status',
      members: { margin: 10, batteryLevel: 88.3 },
      expected: { kind: 'status', linkMargin: 10, battery: { kind: 'level', value: 0.883 } },
    },
    {
      event: 'status',
      members: { margin: 10, externalPowerSource: true, batteryLevel: 0 },
      expected: { battery: { kind: 'external' } },
    },
    { event: 'status', members: { batteryLevelUnavailable: true, batteryLevel: 0 }, expected: { battery: null } },
    { event: 'join', members: { devAddr: '00189440' }, expected: { kind: 'join' } },
    {
      event: 'ack',
      members: { acknowledged: false, queueItemId: 'q1' },
      expected: {
        kind: 'downlink-event',
        downlink: { state: 'ERROR', correlationIds: ['q1'], error: 'not acknowledged' },
      },
    },
    {
      event: 'txack',
      members: { queueItemId: 'q1', gatewayId: 'a' },
      expected: { downlink: { state: 'SENT', correlationIds: ['q1'] } },
    },
    {
      event: 'log',
      members: { level: 'ERROR', code: 'UPLINK_MIC', description: 'wrong keys' },
      expected: { kind: 'log', log: { level: 'ERROR', code: 'UPLINK_MIC', description: 'wrong keys' } },
    },
    {
      event: 'location',
      members: { location: { latitude: 49.4, longitude: 5.9, altitude: 2 } },
      expected: {
        kind: 'location',
        networkLocation: { point: { type: 'Point', coordinates: [5.9, 49.4, 2] }, source: 'network' },
      },
    },
  ];
  for (const { event, members, expected } of EVENTS) {
    test(`${event} ${JSON.stringify(members)}`, () => {
      const message = chirpStackEvent(DEV_EUI, event, members);
      for (const topic of [message.topic, `/iot/lns?event=${event}`, '/iot/lns']) {
        const frame: Record<string, unknown> = { ...read({ topic, body: message.body }) };
        for (const [member, value] of Object.entries(expected))
          assert.deepEqual(frame[member], value, `${member} by ${topic}`);
      }
    });
  }
});

describe('a message that is not an uplink', () => {
  const WRONG: readonly { name: string; body: Uint8Array | string; reason: string; message: RegExp }[] = [
    { name: 'nothing', body: '', reason: 'bad_syntax', message: /not JSON/ },
    { name: 'no JSON', body: '{"end_device_ids":', reason: 'bad_syntax', message: /not JSON/ },
    { name: 'Protobuf', body: Uint8Array.of(0x0a, 0x24, 0x38, 0xff), reason: 'bad_syntax', message: /Protobuf/ },
    { name: 'a list', body: '[]', reason: 'unknown_envelope', message: /object/ },
    { name: 'an unknown shape', body: '{"DevEUI_uplink":{}}', reason: 'unknown_envelope', message: /DevEUI_uplink/ },
    {
      name: 'a devEui that is none',
      body: '{"deviceInfo":{"devEui":"xyz"}}',
      reason: 'unknown_envelope',
      message: /devEui/,
    },
    {
      name: 'a payload that is no base64',
      body: '{"deviceInfo":{"devEui":"0101010101010101"},"data":"*"}',
      reason: 'unknown_envelope',
      message: /data/,
    },
    {
      name: 'an event of The Things Stack we do not know',
      body: '{"end_device_ids":{"device_id":"a"},"x":1}',
      reason: 'unknown_envelope',
      message: /uplink_message/,
    },
  ];
  for (const { name, body, reason, message } of WRONG) {
    test(`is refused as ${reason}: ${name}`, () => {
      assert.throws(
        () => readUplink('v3/a/devices/b/up', Buffer.from(body), RECEIVED),
        (error) => error instanceof EnvelopeError && error.reason === reason && message.test(error.message),
      );
    });
  }

  test('is recognised by its topic', () => {
    assert.ok(isUplinkTopic('v3/app@tenant/devices/dev1/up'));
    assert.ok(isUplinkTopic('application/a/device/0101010101010101/event/status'));
    for (const topic of [
      'v3/app/devices/dev1/down/push',
      'application/a/device/b/command/down',
      'v3/app/devices/up',
      'x',
    ]) {
      assert.ok(!isUplinkTopic(topic), topic);
    }
  });
});

describe('the payload corpus', () => {
  test('exists', { skip: CORPUS_MISSING }, () => assert.ok(corpusFiles(NETWORK_SERVERS).length >= 14));

  for (const name of corpusFiles(NETWORK_SERVERS)) {
    const { transport, body, expectUplink, events = [] } = readCase(name);
    if (expectUplink !== undefined) {
      test(`${name}: the frame`, () => {
        const frame = readUplink(transport?.topic ?? '/iot/lns', Buffer.from(JSON.stringify(body)), RECEIVED);
        const got: Record<string, unknown> = {
          ...frame,
          payloadHex: Buffer.from(frame.payload).toString('hex'),
          gatewayLocation: frame.gateways.find(({ location }) => location)?.location ?? null,
        };
        for (const [member, expected] of Object.entries(expectUplink)) {
          assertHolds(got[member], expected, member);
        }
      });
    }
    for (const [index, event] of events.entries()) {
      test(`${name}: event ${index}`, () => {
        const topic = typeof event.topic === 'string' ? event.topic : `application/a/device/b/event/${event.event}`;
        const frame = readUplink(topic, Buffer.from(JSON.stringify(event.body)), RECEIVED);
        const state = event.expectCommandState ?? (event.expect as { commandState?: string }).commandState;
        if (state !== undefined) assert.ok(String(state).startsWith(String(frame.downlink?.state)), `${state}`);
        else assert.notEqual(frame.kind, 'data');
      });
    }
  }
});

/** Checks that every expected member is present; a Point in the corpus may omit the altitude. */
function assertHolds(got: unknown, expected: unknown, path: string): void {
  if (Array.isArray(expected)) {
    assert.ok(Array.isArray(got) && got.length >= expected.length, path);
    for (const [index, item] of expected.entries()) assertHolds(got[index], item, `${path}[${index}]`);
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [name, value] of Object.entries(expected)) {
      assertHolds((got as Record<string, unknown> | undefined)?.[name], value, `${path}.${name}`);
    }
  } else {
    assert.equal(got, expected, path);
  }
}
