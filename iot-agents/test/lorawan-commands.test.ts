import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { DeviceProfile, ProfileCommand } from '../src/main.ts';
import { commandDevices } from './support/command-devices.ts';
import { attributeValue, LINK } from './support/territory.ts';
import { chirpStackEvent, chirpStackUplink, thingsStackUplink } from './support/uplinks.ts';

const LAMP_CODEC = `function decodeUplink(input) { return { data: { level: input.bytes[2] } }; }
function encodeDownlink(input) {
  if (input.data.level > 100) return { errors: ['level beyond 100'] };
  return { bytes: [1, 0xfe, input.data.level], fPort: 60 };
}`;

const ENDS = JSON.stringify([
  ['DELIVERED', 1],
  ['ERROR', 1],
  ['EXPIRED', 1],
]);

const DIM: ProfileCommand = { name: 'dim', payload: '{ level: value * 100 }' };

function lamp(id: string, commands: readonly ProfileCommand[]): DeviceProfile {
  const attributes = [{ name: 'illuminanceLevel', value: 'data.level / 100' }];
  return {
    id,
    name: id,
    codec: LAMP_CODEC,
    entities: [{ type: 'Streetlight', id: 'device.asset', attributes }],
    commands,
  };
}

const PROFILES: readonly DeviceProfile[] = [
  lamp('c-lamp', [DIM, { name: 'raw', payload: "value ? '01fe64' : '01fe00'", fPort: 61 }]),
  lamp('c-confirmed', [{ ...DIM, confirmed: true }]),
  lamp('c-echo', [{ ...DIM, done: 'frame.fPort == 60 && data.level == value * 100' }]),
  lamp('c-short', [{ ...DIM, deadlineS: 0.2, confirmed: true }]),
];

for (const database of chosenBy('lorawan-commands', testDatabases())) {
  describe(`a command to a LoRaWAN device on ${database.kind}`, () => {
    const { territory, ask, listen, first, status, command, patch, close } = commandDevices(database, PROFILES);
    after(close);

    /** A lamp with an uplink. */
    const freshLamp = async (profile: string, make: typeof chirpStackUplink = chirpStackUplink) => {
      const { agents, send, entity } = await territory();
      const devEui = randomBytes(8).toString('hex');
      const device = { devEui, profile, asset: `urn:ngsi-ld:Streetlight:${devEui}`, tenant: freshTenant() };
      await agents.provision({ devices: [device] });
      await send(make({ devEui, bytes: [0, 0, 10], fPort: 24, fCnt: 1 }));
      await eventually('the lamp', async () => (await entity(device.asset, device.tenant))?.illuminanceLevel);
      return device;
    };
    const dim = async (device: { asset: string; tenant: string }, value: unknown) => {
      const answer = await command(device.tenant, { entityId: device.asset, command: 'dim', value });
      assert.equal(answer.status, 202, JSON.stringify(answer.body));
      return answer.body.id as string;
    };

    test('is put into the queue of ChirpStack, and its events change its state', async () => {
      const { send } = await territory();
      const device = await freshLamp('c-confirmed');
      const messages = await listen(`application/app/device/${device.devEui}/command/down`);
      const id = await dim(device, 0.7);
      const { expiresAt, ...downlink } = JSON.parse(await first(messages));
      assert.deepEqual(downlink, { id, devEui: device.devEui, confirmed: true, fPort: 60, data: 'Af5G' });
      assert.ok(Date.parse(expiresAt) > Date.now());
      const pending = await status(device.asset, device.tenant, 'dim', 'PENDING');
      assert.ok(!('dim_info' in pending));
      await send(chirpStackEvent(device.devEui, 'txack', { queueItemId: id }));
      await send(chirpStackEvent(device.devEui, 'ack', { queueItemId: id, acknowledged: true }));
      await status(device.asset, device.tenant, 'dim', 'DELIVERED');
      const { body } = await ask({ method: 'GET', url: `/iot/commands/${id}` });
      assert.deepEqual([body.state, body.way, typeof body.doneAt], ['DELIVERED', 'downlink', 'string']);
    });

    test('that the device does not acknowledge is an error', async () => {
      const { send } = await territory();
      const device = await freshLamp('c-confirmed');
      const id = await dim(device, 0.5);
      await send(chirpStackEvent(device.devEui, 'ack', { queueItemId: id, acknowledged: false }));
      const entity = await status(device.asset, device.tenant, 'dim', 'ERROR');
      assert.equal(attributeValue(entity, 'dim_info'), 'not acknowledged');
    });

    test('is pushed to The Things Stack, and its events change its state', async () => {
      const { mqtt } = await territory();
      const device = await freshLamp('c-lamp', thingsStackUplink);
      const prefix = `v3/territory@tenant/devices/d-${device.devEui}`;
      const messages = await listen(`${prefix}/down/push`);
      const id = await dim(device, 1);
      assert.deepEqual(JSON.parse(await first(messages)), {
        downlinks: [
          { f_port: 60, frm_payload: 'Af5k', confirmed: false, priority: 'NORMAL', correlation_ids: [`cmd:${id}`] },
        ],
      });
      const event = (name: string, extra = {}) =>
        mqtt.publishAsync(
          `${prefix}/down/${name}`,
          JSON.stringify({
            end_device_ids: { device_id: `d-${device.devEui}` },
            correlation_ids: [`cmd:${id}`, 'as:downlink:1'],
            [`downlink_${name}`]: { f_port: 60, ...extra },
          }),
          { qos: 1 },
        );
      await event('queued');
      await event('sent');
      await status(device.asset, device.tenant, 'dim', 'DELIVERED');
    });

    test('that The Things Stack fails is an error with its message', async () => {
      const { mqtt } = await territory();
      const device = await freshLamp('c-lamp', thingsStackUplink);
      const id = await dim(device, 1);
      await mqtt.publishAsync(
        `v3/territory@tenant/devices/d-${device.devEui}/down/failed`,
        JSON.stringify({
          end_device_ids: { device_id: `d-${device.devEui}` },
          correlation_ids: [`cmd:${id}`],
          downlink_failed: { error: { message_format: 'application downlink payload is too long' } },
        }),
        { qos: 1 },
      );
      const entity = await status(device.asset, device.tenant, 'dim', 'ERROR');
      assert.equal(attributeValue(entity, 'dim_info'), 'application downlink payload is too long');
    });

    test('is done when an uplink confirms it', async () => {
      const { send } = await territory();
      const device = await freshLamp('c-echo');
      const id = await dim(device, 0.4);
      await send(chirpStackEvent(device.devEui, 'txack', { queueItemId: id }));
      await send(chirpStackUplink({ devEui: device.devEui, bytes: [1, 0xfe, 10], fPort: 60, fCnt: 2 }));
      await send(chirpStackUplink({ devEui: device.devEui, bytes: [1, 0xfe, 40], fPort: 60, fCnt: 3 }));
      await status(device.asset, device.tenant, 'dim', 'OK');
    });

    test('is requested by an attribute of its asset, and done when an uplink confirms it', async () => {
      const { send } = await territory();
      const device = await freshLamp('c-echo');
      const messages = await listen(`application/app/device/${device.devEui}/command/down`);
      const asked = { tenant: device.tenant, entityId: device.asset, command: 'dim' };
      const offered = async () => (await (await territory()).entity(device.asset, device.tenant))?.dim;
      await eventually('an attribute to write', offered);
      const answer = await patch(asked, 0.4);
      assert.equal(answer.status, 204, JSON.stringify(answer.body));
      const { id, data } = JSON.parse(await first(messages));
      assert.equal(data, 'Af4o');
      await status(device.asset, device.tenant, 'dim', 'PENDING');
      await send(chirpStackEvent(device.devEui, 'txack', { queueItemId: id }));
      await send(chirpStackUplink({ devEui: device.devEui, bytes: [1, 0xfe, 40], fPort: 60, fCnt: 2 }));
      const done = await status(device.asset, device.tenant, 'dim', 'OK');
      // The lamp reports its level, and the attribute requests the next.
      assert.deepEqual([attributeValue(done, 'illuminanceLevel'), attributeValue(done, 'dim')], [0.4, '']);

      const wrong = await patch(asked, 'bright');
      assert.equal(wrong.status, 204);
      const refused = await status(device.asset, device.tenant, 'dim', 'ERROR');
      assert.match(String(attributeValue(refused, 'dim_info')), /expected numbers 0\.\.255/);
      assert.equal(attributeValue(refused, 'dim'), '');
      await patch(asked, 0.5);
      await eventually('a second downlink', () => (messages.length === 2 ? true : undefined));
    });

    test('that can’t be sent yet is reported by its attribute', async () => {
      const { agents, entity } = await territory();
      const device = { devEui: randomBytes(8).toString('hex'), profile: 'c-lamp', tenant: freshTenant() };
      const entityId = `urn:ngsi-ld:Device:${device.devEui}`;
      await agents.provision({ devices: [device] });
      await eventually('attributes to write', async () => (await entity(entityId, device.tenant))?.dim);
      assert.equal((await patch({ tenant: device.tenant, entityId, command: 'dim' }, 0.4)).status, 204);
      const withStatus = await status(entityId, device.tenant, 'dim', 'ERROR');
      assert.match(String(attributeValue(withStatus, 'dim_info')), /uplink/);
    });

    test('is accepted as soon as there is an attribute to write', async () => {
      const { agents, entity } = await territory();
      const device = { devEui: randomBytes(8).toString('hex'), profile: 'c-lamp', tenant: freshTenant() };
      await agents.provision({ devices: [device] });
      const offered = () => entity(`urn:ngsi-ld:Device:${device.devEui}`, device.tenant);
      await eventually('attributes to write', async () => (await offered())?.dim);
      const createdAt = async (path: string) => {
        const url = `/ngsi-ld/v1/${path}?options=sysAttrs`;
        const { body } = await ask({ method: 'GET', url, headers: { 'ngsild-tenant': device.tenant } });
        return [body].flat().map((each: { createdAt: string }) => each.createdAt);
      };
      const [made = ''] = await createdAt(`entities/urn:ngsi-ld:Device:${device.devEui}`);
      const subscribed = await createdAt('subscriptions');
      assert.equal(subscribed.length, 2);
      for (const time of subscribed) assert.ok(time <= made, `${time}: after ${made}`);
    });

    test('without an answer expires', async () => {
      const device = await freshLamp('c-short');
      await dim(device, 0.4);
      const entity = await status(device.asset, device.tenant, 'dim', 'EXPIRED');
      assert.equal(attributeValue(entity, 'dim_info'), 'EXPIRED');
    });

    test('replaces an older one, and can be cancelled', async () => {
      const device = await freshLamp('c-confirmed');
      const [older, newer] = [await dim(device, 0.1), await dim(device, 0.2)];
      const state = async (id: string) => (await ask({ method: 'GET', url: `/iot/commands/${id}` })).body.state;
      assert.equal(await state(older), 'CANCELLED');
      assert.equal((await ask({ method: 'DELETE', url: `/iot/commands/${newer}` })).status, 204);
      assert.equal(await state(newer), 'CANCELLED');
      const entity = await status(device.asset, device.tenant, 'dim', 'ERROR');
      assert.equal(attributeValue(entity, 'dim_info'), 'cancelled');
    });

    test('of plain bytes needs no codec', async () => {
      const device = await freshLamp('c-lamp');
      const messages = await listen(`application/app/device/${device.devEui}/command/down`);
      await command(device.tenant, { entityId: device.asset, command: 'raw', value: false });
      const { data, fPort } = JSON.parse(await first(messages));
      assert.deepEqual([data, fPort], ['Af4A', 61]);
    });

    test('to many devices is sent at a limited rate, with progress', async () => {
      const lamps = [await freshLamp('c-lamp'), await freshLamp('c-lamp'), await freshLamp('c-lamp')];
      const { agents } = await territory();
      const tenant = lamps[0]?.tenant ?? '';
      const devices = lamps.map((one) => ({ ...one, tenant }));
      await agents.provision({ devices });
      const messages = await Promise.all(
        lamps.map(({ devEui }) => listen(`application/app/device/${devEui}/command/down`)),
      );
      const entityIds = lamps.map(({ asset }) => asset);
      const started = Date.now();
      const answer = await command(tenant, { entityIds, command: 'dim', value: 1, intervalMs: 600 });
      assert.equal(answer.status, 202, JSON.stringify(answer.body));
      await first(messages[0] ?? []);
      assert.equal(messages[2]?.length, 0);
      await first(messages[2] ?? []);
      assert.ok(Date.now() - started >= 1_100);
      const { body } = await ask({ method: 'GET', url: `/iot/commands?batch=${answer.body.batch}` });
      assert.equal(body.count, 3);
    });

    test('to the lamps of a cabinet has a final state for each, by different times', async () => {
      const { agents, app, send } = await territory();
      const profiles = ['c-lamp', 'c-lamp', 'c-short', 'c-lamp'];
      const lamps = [];
      for (const profile of profiles) lamps.push(await freshLamp(profile));
      const tenant = lamps[0]?.tenant ?? '';
      const devices = lamps.map((one) => ({ ...one, tenant }));
      await agents.provision({ devices });
      const headers = { 'ngsild-tenant': tenant, link: LINK, 'content-type': 'application/json' };
      const cabinet = 'urn:ngsi-ld:StreetlightControlCabinet:1';
      // The last lamp belongs to another cabinet.
      for (const [at, { asset }] of lamps.entries()) {
        const object = at < 3 ? cabinet : 'urn:ngsi-ld:StreetlightControlCabinet:2';
        const made = await app.inject({
          method: 'POST',
          url: '/ngsi-ld/v1/entityOperations/upsert?options=update',
          headers,
          payload: JSON.stringify([
            { id: asset, type: 'Streetlight', refStreetlightControlCabinet: { type: 'Relationship', object } },
          ]),
        });
        assert.ok(made.statusCode < 300, made.body);
      }
      const messages = await Promise.all(
        lamps.map(({ devEui }) => listen(`application/app/device/${devEui}/command/down`)),
      );
      const query = { type: 'Streetlight', q: `refStreetlightControlCabinet=="${cabinet}"` };
      const answer = await command(tenant, { query, command: 'dim', value: 0.5, intervalMs: 400 });
      assert.equal(answer.status, 202, JSON.stringify(answer.body));
      assert.equal(answer.body.ids.length, 3);
      const states = async () => {
        const { body } = await ask({ method: 'GET', url: `/iot/commands?batch=${answer.body.batch}` });
        return body.states as Record<string, number>;
      };
      // One is on air, one has failed, and the one with a short deadline expires by itself.
      for (const [at, acknowledged] of [
        [0, true],
        [1, false],
      ] as const) {
        const { id } = JSON.parse(await first(messages[at] ?? []));
        const { devEui } = lamps[at] ?? {};
        if (acknowledged) await send(chirpStackEvent(devEui ?? '', 'txack', { queueItemId: id }));
        else await send(chirpStackEvent(devEui ?? '', 'ack', { queueItemId: id, acknowledged }));
      }
      await eventually(
        'an end for each',
        async () => (JSON.stringify(Object.entries(await states()).sort()) === ENDS ? true : undefined),
        30_000,
      );
      await status(lamps[2]?.asset ?? '', tenant, 'dim', 'EXPIRED');
      assert.equal(messages[3]?.length, 0);
      const none = await command(tenant, { query: { type: 'Streetlight', q: 'no==1' }, command: 'dim' });
      assert.deepEqual([none.status, none.body.message], [404, 'query finds no entity']);
      const wrong = await command(tenant, { query: { type: 'Streetlight', q: '((' }, command: 'dim' });
      assert.match(wrong.body.message, /^query: /);
      assert.match(
        (await command(tenant, { query: {}, command: 'dim' })).body.message,
        /query\.type is nothing, expected a text/,
      );
    });

    const WRONG: readonly [payload: object, status: number, message: RegExp][] = [
      [{ command: 'dim', value: 1 }, 400, /entityId is nothing, expected the ids/],
      [{ entityId: 'ASSET', value: 1 }, 400, /command is nothing, expected a name/],
      [{ entityId: 'ASSET', command: 'fly' }, 404, /knows the command "fly"/],
      [{ entityId: 'ASSET', command: 'dim', value: 2 }, 400, /level beyond 100/],
      [{ entityId: 'ASSET', command: 'dim', value: 1, expiresAt: 'then' }, 400, /expiresAt is "then"/],
      [{ entityIds: ['ASSET'], command: 'dim', value: 1, intervalMs: -1 }, 400, /intervalMs is -1/],
    ];
    test('that is invalid is refused', async () => {
      const device = await freshLamp('c-lamp');
      for (const [payload, expected, message] of WRONG) {
        const meant = JSON.parse(JSON.stringify(payload).replace('ASSET', device.asset));
        const answer = await command(device.tenant, meant);
        assert.equal(answer.status, expected, JSON.stringify(answer.body));
        assert.match(answer.body.message, message);
      }
      assert.equal((await ask({ method: 'GET', url: '/iot/commands/none' })).status, 404);
    });
  });
}
