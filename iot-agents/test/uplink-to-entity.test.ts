import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { DeviceProfile, EntityMapping } from '../src/main.ts';
import type { Territory } from './support/territory.ts';
import { attributeValue, CONTEXT, startTerritory } from './support/territory.ts';
import { chirpStackEvent, chirpStackUplink, thingsStackUplink } from './support/uplinks.ts';
import { startWebServer } from './support/web-server.ts';

const ASSET_ID = 'device.asset';
const STREETLIGHT: EntityMapping = {
  type: 'Streetlight',
  id: ASSET_ID,
  attributes: [
    { name: 'illuminanceLevel', value: 'data.level' },
    { name: 'powerState', value: "data.level > 0 ? 'on' : 'off'" },
    { name: 'powerConsumption', value: 'data.power', unitCode: 'WTT' },
  ],
};

const LAMP_CODEC = `function decodeUplink(input) {
  if (input.fPort !== 1) return { errors: ['unknown FPort ' + input.fPort] };
  return { data: { level: input.bytes[0] / 100, power: (input.bytes[1] << 8 | input.bytes[2]) / 10 } };
}`;

const FILL_CODEC = `exports.decodeUplink = function (input) {
  var data = {}, buffer = Buffer.from(input.bytes);
  for (var i = 0; i < buffer.length; ) {
    switch (buffer.readUInt16BE(i)) {
      case 0x0175: data.battery = buffer.readUInt8(i + 2); i += 3; break;
      case 0x0367: data.temperature = buffer.readInt16LE(i + 2) / 10; i += 4; break;
      case 0x0482: data.distance = buffer.readUInt16LE(i + 2); i += 4; break;
      case 0x0500: data.position = buffer.readUInt8(i + 2) === 0 ? 'normal' : 'tilt'; i += 3; break;
      default: return { errors: ['unknown channel at ' + i] };
    }
  }
  return { data: data };
};`;

const FILL_PROFILE: DeviceProfile = {
  id: 'fill-level',
  name: 'Filling sensor',
  codec: FILL_CODEC,
  entities: [
    {
      type: 'WasteContainer',
      id: ASSET_ID,
      attributes: [
        {
          name: 'fillingLevel',
          value:
            '(1 - (data.distance - device.settings.offsetMm) / (device.settings.depthMm - device.settings.offsetMm))|clamp(0,1)|round(2)',
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
};

const PROFILES: readonly DeviceProfile[] = [
  { id: 'lamp', name: 'Lamp controller', codec: LAMP_CODEC, entities: [STREETLIGHT] },
  { id: 'decoded', name: 'Decoded by the network server', entities: [STREETLIGHT] },
  { id: 'loops', name: 'Hangs', codec: 'function decodeUplink(){while(true){}}', entities: [STREETLIGHT] },
  { id: 'throws', name: 'Throws', codec: 'function decodeUplink(){throw new Error("boom")}', entities: [STREETLIGHT] },
  FILL_PROFILE,
];

function freshEui(): string {
  return randomBytes(8).toString('hex');
}

for (const database of chosenBy('uplink-to-entity', testDatabases())) {
  describe(`an uplink on ${database.kind}`, () => {
    let started: Promise<Territory> | undefined;
    const territory = async (): Promise<Territory> => {
      started ??= database.open().then(async (db) => {
        const made = await startTerritory(db);
        await made.agents.provision({ profiles: PROFILES });
        return made;
      });
      return started;
    };
    after(async () => (await started)?.close());

    /** A device of the profile with its own asset and tenant. */
    const freshDevice = async (profile: string, settings = {}) => {
      const devEui = freshEui();
      const device = { devEui, profile, asset: `urn:ngsi-ld:Streetlight:${devEui}`, settings, tenant: freshTenant() };
      await (await territory()).agents.provision({ devices: [device] });
      return device;
    };
    const attribute = (device: { asset: string; tenant: string }, name: string, expected: unknown) =>
      eventually(`${name} ${expected}`, async () => {
        const entity = await (await territory()).entity(device.asset, device.tenant);
        return attributeValue(entity, name) === expected ? entity : undefined;
      });
    const quarantined = (devEui: string) =>
      eventually(`quarantine of ${devEui}`, async () => {
        const answer = await (await territory()).app.inject(`/iot/quarantine?devEui=${devEui}`);
        const { frames } = answer.json<{
          frames: { id: number; reason: string; message: string; body: string; decoded?: object }[];
        }>();
        return frames[0];
      });

    for (const [name, make] of [
      ['The Things Stack', thingsStackUplink],
      ['ChirpStack', chirpStackUplink],
    ] as const) {
      test(`of ${name} is decoded by the codec and becomes attributes with the time and unit of the measurement`, async () => {
        const { send, entity } = await territory();
        const device = await freshDevice('lamp');
        const observedAt = '2026-07-01T21:00:00.123Z';
        await send(make({ devEui: device.devEui, bytes: [70, 0x01, 0x2c], time: observedAt }));
        const { '@context': _, ...lamp } = await attribute(device, 'illuminanceLevel', 0.7);
        assert.deepEqual(lamp, {
          id: device.asset,
          type: 'Streetlight',
          illuminanceLevel: { type: 'Property', value: 0.7, observedAt },
          powerState: { type: 'Property', value: 'on', observedAt },
          powerConsumption: { type: 'Property', value: 30, unitCode: 'WTT', observedAt },
        });
        const own = await entity(`urn:ngsi-ld:Device:${device.devEui}`, device.tenant);
        assert.equal(attributeValue(own, 'dateLastValueReported'), observedAt);
        assert.equal(typeof attributeValue(own, 'rssi'), 'number');
        assert.deepEqual(own?.controlledAsset, { type: 'Relationship', object: device.asset });
      });

      test(`of ${name} that the network server has decoded is used when the profile has no codec`, async () => {
        const { send } = await territory();
        const device = await freshDevice('decoded');
        await send(make({ devEui: device.devEui, bytes: [1], decoded: { level: 0.4, power: 12.5 } }));
        const lamp = await attribute(device, 'illuminanceLevel', 0.4);
        assert.equal(attributeValue(lamp, 'powerConsumption'), 12.5);
      });
    }

    test('by a webhook is processed like one by MQTT', async () => {
      const { app } = await territory();
      const device = await freshDevice('lamp');
      const { body } = chirpStackUplink({ devEui: device.devEui, bytes: [10, 0, 0] });
      const answer = await app.inject({ method: 'POST', url: '/iot/lns?event=up', payload: body });
      assert.equal(answer.statusCode, 202);
      await attribute(device, 'illuminanceLevel', 0.1);
    });

    test('of an unknown device waits, and is delivered when the device is registered', async () => {
      const { app, send, entity } = await territory();
      const devEui = freshEui();
      for (let fCnt = 1; fCnt <= 7; fCnt++) await send(thingsStackUplink({ devEui, bytes: [fCnt, 0, 0], fCnt }));
      const waiting = await eventually('pending', async () => {
        const { devices } = (await app.inject('/iot/pending?limit=1000')).json<{
          devices: { devEui: string; frames: { body: string }[] }[];
        }>();
        const found = devices.find((device) => device.devEui === devEui);
        return found?.frames[0]?.body.includes('"f_cnt":7') ? found : undefined;
      });
      assert.equal(waiting.frames.length, 5);

      const asset = `urn:ngsi-ld:Streetlight:${devEui}`;
      const tenant = freshTenant();
      const answer = await app.inject({
        method: 'POST',
        url: '/iot/registry/devices',
        payload: { devEui: devEui.toUpperCase(), profile: 'lamp', asset, tenant },
      });
      assert.equal(answer.statusCode, 201, answer.body);
      await attribute({ asset, tenant }, 'illuminanceLevel', 0.07);
      assert.equal((await entity(asset, tenant))?.type, 'Streetlight');
    });

    test('whose codec fails is stored with the reason, and replayed with its own time when the codec is fixed', async () => {
      const { agents, app, send } = await territory();
      const id = `broken-${freshEui()}`;
      await agents.provision({
        profiles: [
          { id, name: 'Broken', codec: 'function decodeUplink(){throw new Error("boom")}', entities: [STREETLIGHT] },
        ],
      });
      const device = await freshDevice(id);
      const time = '2026-07-02T20:00:00.000Z';
      await send(chirpStackUplink({ devEui: device.devEui, bytes: [50, 0, 0], time }));
      const frame = await quarantined(device.devEui);
      assert.equal(frame.reason, 'decode_error');
      assert.match(frame.message, /boom/);

      const mended = await app.inject({
        method: 'PUT',
        url: `/iot/registry/profiles/${id}`,
        payload: { name: 'Mended', codec: LAMP_CODEC, entities: [STREETLIGHT] },
      });
      assert.equal(mended.statusCode, 204, mended.body);
      const replayed = await app.inject({ method: 'POST', url: `/iot/quarantine/${frame.id}/replay` });
      assert.equal(replayed.statusCode, 202);
      const lamp = await attribute(device, 'illuminanceLevel', 0.5);
      assert.equal((lamp.illuminanceLevel as { observedAt?: string }).observedAt, time);
      assert.equal((await app.inject({ method: 'POST', url: `/iot/quarantine/${frame.id}/replay` })).statusCode, 404);
    });

    test('whose codec returns data and errors is stored with both, and delivered if the profile says so', async () => {
      const { agents, send, entity } = await territory();
      const codec = `function decodeUplink(input) {
        return { data: { level: input.bytes[0] / 100, power: 1 }, warnings: ['low battery'], errors: ['bad checksum'] };
      }`;
      const id = freshEui();
      const common = { name: 'Tells errors', codec, entities: [STREETLIGHT] };
      await agents.provision({
        profiles: [
          { id: `held-${id}`, ...common },
          { id: `given-${id}`, ...common, deliverDespiteErrors: true },
        ],
      });
      const [held, given] = [await freshDevice(`held-${id}`), await freshDevice(`given-${id}`)];
      await send(...[held, given].map(({ devEui }) => chirpStackUplink({ devEui, bytes: [50] })));
      await attribute(given, 'illuminanceLevel', 0.5);
      for (const { devEui } of [held, given]) {
        const { reason, message, decoded } = await quarantined(devEui);
        assert.deepEqual([reason, message], ['decode_error', 'bad checksum']);
        assert.deepEqual(decoded, { data: { level: 0.5, power: 1 }, warnings: ['low battery'] });
      }
      assert.equal(await entity(held.asset, held.tenant), undefined);
    });

    test('that is unreadable, hangs its codec, or has a refused port does not delay others', async () => {
      const { send, mqtt, app } = await territory();
      const [good, hanging, refused] = [
        await freshDevice('lamp'),
        await freshDevice('loops'),
        await freshDevice('lamp'),
      ];
      await mqtt.publishAsync(`v3/a/devices/d-${good.devEui}/up`, `no JSON from ${good.devEui}`, { qos: 1 });
      await mqtt.publishAsync(`application/a/device/${good.devEui}/event/up`, Buffer.of(0x0a, 0, 1), { qos: 1 });
      await send(
        chirpStackUplink({ devEui: hanging.devEui, bytes: [1] }),
        chirpStackUplink({ devEui: refused.devEui, bytes: [1, 2, 3], fPort: 9 }),
        chirpStackUplink({ devEui: good.devEui, bytes: [33, 0, 0] }),
      );
      await attribute(good, 'illuminanceLevel', 0.33);
      assert.equal((await quarantined(hanging.devEui)).reason, 'decode_timeout');
      const { reason, message } = await quarantined(refused.devEui);
      assert.deepEqual([reason, message], ['decode_error', 'unknown FPort 9']);
      const unreadable = await eventually('bad_syntax', async () => {
        const { frames } = (await app.inject('/iot/quarantine?reason=bad_syntax')).json<{
          frames: { body: string }[];
        }>();
        return frames.find(({ body }) => body.includes(good.devEui));
      });
      assert.equal(unreadable.body, `no JSON from ${good.devEui}`);
      const { counters } = (await app.inject('/iot/about')).json<{
        counters: { quarantined: Record<string, number> };
      }>();
      assert.ok((counters.quarantined.bad_syntax ?? 0) >= 2 && (counters.quarantined.decode_timeout ?? 0) >= 1);
    });

    test('with an implausible value loses only that value, with a visible warning', async () => {
      const { send, app } = await territory();
      const device = await freshDevice('decoded');
      await send(chirpStackUplink({ devEui: device.devEui, bytes: [1], decoded: { level: 3.5, power: 20 } }));
      const lamp = await attribute(device, 'powerConsumption', 20);
      assert.equal(lamp.illuminanceLevel, undefined);
      const { reason, message } = await quarantined(device.devEui);
      assert.deepEqual([reason, message], ['implausible', 'illuminanceLevel: 3.5 is outside 0..1']);
      const { warnings } = (await app.inject('/iot/about')).json<{ warnings: { devEui: string; message: string }[] }>();
      assert.ok(warnings.some((warning) => warning.devEui === device.devEui && warning.message === message));
    });

    test('that is duplicated or late changes nothing newer', async () => {
      const { send, agents } = await territory();
      const device = await freshDevice('lamp');
      const at = (minute: number, level: number, fCnt: number, id?: string) =>
        thingsStackUplink({
          devEui: device.devEui,
          bytes: [level, 0, 0],
          fCnt,
          time: `2026-07-01T21:${minute}:00.000Z`,
          ...(id === undefined ? {} : { id }),
        });
      const before = { ...agents.counters() };
      await send(at(10, 10, 100, 'as:up:a'));
      await send(at(10, 10, 100, 'as:up:a'));
      await send(at(11, 10, 100));
      await send(at(30, 30, 102));
      await send(at(20, 20, 101));
      await eventually('five frames settled', () =>
        agents.counters().delivered >= before.delivered + 5 ? true : undefined,
      );
      const lamp = await attribute(device, 'illuminanceLevel', 0.3);
      assert.equal((lamp.illuminanceLevel as { observedAt?: string }).observedAt, '2026-07-01T21:30:00.000Z');
      assert.equal(agents.counters().duplicates - before.duplicates, 2);
      assert.ok(agents.counters().late > before.late);
    });

    test('without a measurement only shows that the device is alive', async () => {
      const { send, entity } = await territory();
      const device = await freshDevice('lamp');
      await send(
        chirpStackUplink({ devEui: device.devEui, fCnt: 1 }),
        chirpStackUplink({ devEui: device.devEui, fCnt: 2, fPort: 202, bytes: [1, 2] }),
        chirpStackEvent(device.devEui, 'status', { margin: 10, batteryLevel: 88.3 }),
        chirpStackEvent(device.devEui, 'join', { devAddr: '00189440' }),
        chirpStackEvent(device.devEui, 'txack', { queueItemId: 'q' }),
      );
      const own = await eventually('battery', async () => {
        const found = await entity(`urn:ngsi-ld:Device:${device.devEui}`, device.tenant);
        return attributeValue(found, 'batteryLevel') === 0.883 ? found : undefined;
      });
      assert.equal(attributeValue(own, 'linkMargin'), 10);
      assert.equal(await entity(device.asset, device.tenant), undefined);
    });

    test('with changes of only radio and counter values does not notify subscribers of the asset', async (t) => {
      const { app, send } = await territory();
      const device = await freshDevice('lamp');
      const received: { type: string; rssi?: unknown; illuminanceLevel?: unknown }[] = [];
      const receiver = await startWebServer(({ body }) => {
        received.push(...JSON.parse(body).data);
        return {};
      });
      t.after(() => receiver.close());
      for (const type of ['Streetlight', 'Device']) {
        const subscribed = await app.inject({
          method: 'POST',
          url: '/ngsi-ld/v1/subscriptions',
          headers: {
            'ngsild-tenant': device.tenant,
            link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
          },
          payload: {
            type: 'Subscription',
            entities: [{ type }],
            notification: { format: 'simplified', endpoint: { uri: receiver.url, accept: 'application/json' } },
          },
        });
        assert.equal(subscribed.statusCode, 201, subscribed.body);
      }
      const of = (type: string) => received.filter((entity) => entity.type === type);
      let fCnt = 0;
      const frame = (rssi: number, level?: number) =>
        send(
          chirpStackUplink({
            devEui: device.devEui,
            fCnt: ++fCnt,
            rssi,
            snr: rssi / 10,
            ...(level === undefined ? {} : { bytes: [level, 0, 0] }),
          }),
        );
      const radioTold = (rssi: number) =>
        eventually(`rssi ${rssi}`, () => of('Device').some((one) => one.rssi === rssi) || undefined);
      await frame(-60, 40);
      await radioTold(-60);
      for (const rssi of [-70, -80, -90]) {
        await frame(rssi);
        await radioTold(rssi);
      }
      await frame(-100, 50);
      await radioTold(-100);
      // Notifications of one subscription are in order: there was none between these two.
      const levels = await eventually('both levels', () =>
        of('Streetlight').length > 1 ? of('Streetlight') : undefined,
      );
      assert.deepEqual(
        levels.map(({ illuminanceLevel }) => illuminanceLevel),
        [0.4, 0.5],
      );
    });

    // The embedded database has one session, so fewer are enough there.
    const BURST = database.kind === 'postgres' ? 10_000 : 2_000;
    test(`in a burst of ${BURST} is delivered, all of them, each device in order`, { timeout: 240_000 }, async () => {
      const { agents, send, entity } = await territory();
      const tenant = freshTenant();
      const devices = Array.from({ length: BURST / 100 }, () => {
        const devEui = freshEui();
        return { devEui, profile: 'lamp', asset: `urn:ngsi-ld:Streetlight:${devEui}`, tenant };
      });
      await agents.provision({ devices });
      const before = agents.counters().delivered;
      const start = Date.parse('2026-07-03T00:00:00Z');
      const uplinks = Array.from({ length: BURST }, (_, n) => {
        const fCnt = Math.floor(n / devices.length);
        // The level decreases from frame to frame, so that the last value identifies the last frame.
        return thingsStackUplink({
          devEui: devices[n % devices.length]?.devEui ?? '',
          bytes: [99 - fCnt, 0, fCnt],
          fCnt,
          time: new Date(start + fCnt * 1000).toISOString(),
        });
      });
      await send(...uplinks);
      await eventually(
        'all settled',
        () => (agents.counters().delivered - before >= BURST ? true : undefined),
        200_000,
      );
      for (const { asset } of devices) {
        const lamp = await entity(asset, tenant);
        assert.equal(attributeValue(lamp, 'illuminanceLevel'), 0);
        assert.equal(attributeValue(lamp, 'powerConsumption'), 9.9);
      }
      const db = await database.open();
      const { rows } = await db.query<{ entities: number; instances: number }>({
        text: `SELECT count(DISTINCT entity_id)::int AS entities, count(*)::int AS instances FROM evolution
               WHERE tenant = $1 AND attribute LIKE '%powerConsumption'`,
        values: [tenant],
      });
      assert.deepEqual(rows[0], { entities: BURST / 100, instances: BURST });
    });
  });
}
