import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '@alzette/kit/testing';
import type { DeviceProfile } from '../../src/main.ts';
import { chirpStackUplink, thingsStackUplink } from '../support/uplinks.ts';
import { startWebServer } from '../support/web-server.ts';
import { renamed } from './uplinks.ts';
import type { Way, World } from './world.ts';
import { assertHolds } from './world.ts';

/** A device with a command of fixed bytes on a port, confirmed or not. */
function profileWithCommand(id: string, payload: string, fPort: number, confirmed: boolean): DeviceProfile {
  return {
    id,
    name: id,
    commands: [{ name: 'tell', payload: `'${payload}'`, fPort, confirmed }],
    entities: [{ type: 'Thing', id: 'device.asset', attributes: [{ name: 'heard', value: 'frame.fCnt' }] }],
  };
}

async function sendCommand(world: World, { asset, tenant }: { asset: string; tenant: string }): Promise<string> {
  const asked = { entityId: asset, command: 'tell', value: 1 };
  const { status, text } = await world.request('POST', '/iot/commands', asked, { 'ngsild-tenant': tenant });
  assert.equal(status, 202, text);
  return JSON.parse(text).id;
}

async function reaches(world: World, id: string, state: string): Promise<void> {
  let last = '';
  await eventually(
    `command ${state}`,
    async () => {
      last = JSON.parse((await world.request('GET', `/iot/commands/${id}`)).text).state;
      return last === state || undefined;
    },
    20_000,
  ).catch(() => assert.equal(last, state));
}

interface StackFile {
  readonly push: { readonly topic: string; readonly body: { readonly downlinks: readonly object[] } };
  readonly webhookPush: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  readonly events: readonly { readonly topic: string; readonly body: object; readonly expectCommandState: string }[];
}

/** A downlink is pushed, by MQTT or to the webhook's address, and its events change the state of the command. */
export async function thingsStack(world: World, way: Way, file: StackFile): Promise<void> {
  const web = await startWebServer(() => ({ body: {} }));
  try {
    const profile = profileWithCommand('corpus-told-stack', 'beef', 15, true);
    for (const { topic, body, expectCommandState } of file.events) {
      const device = await world.device(profile);
      const { body: uplink } = thingsStackUplink({ devEui: device.devEui, decoded: { a: 1 }, fPort: 15 });
      const own = (text: string): string => text.replace('/dev1/', `/d-${device.devEui}/`);
      const connection = `corpus-${device.devEui}`;
      if (way === 'MQTT') await world.publish(own('v3/app1@tenant1/devices/dev1/up'), JSON.stringify(uplink));
      else {
        const url = web.url + new URL(file.webhookPush.url).pathname.replace('/dev1/', '/{deviceId}/');
        const declared = { name: connection, downlink: { url }, downlinkHeaders: file.webhookPush.headers };
        assert.equal((await world.request('PUT', `/iot/registry/connections/${connection}`, declared)).status, 204);
        assert.equal((await world.request('POST', `/iot/lns/${connection}`, uplink)).status, 202);
      }
      await world.values(device.asset, device.tenant, ({ heard }) => heard !== undefined);
      const messages = await world.listen(own(file.push.topic));
      const id = await sendCommand(world, device);
      const sent =
        way === 'MQTT'
          ? JSON.parse(await eventually('a downlink', () => messages[0], 30_000))
          : await eventually('a push', () => {
              const asked = web.asked.find(({ url }) => url.pathname.includes(device.devEui));
              return asked === undefined ? undefined : { ...JSON.parse(asked.body), asked };
            });
      if (way === 'HTTP') {
        assert.equal(sent.asked.url.pathname, own(new URL(file.webhookPush.url).pathname));
        assertHolds(sent.asked.headers, { authorization: file.webhookPush.headers.Authorization });
      }
      const {
        correlation_ids: _own,
        priority: _priority,
        ...expected
      } = file.push.body.downlinks[0] as Record<string, unknown>;
      assertHolds(sent.downlinks[0], { ...expected, correlation_ids: [`cmd:${id}`] });
      await reaches(world, id, 'QUEUED');
      const event = JSON.parse(
        JSON.stringify(body).replaceAll('cmd:5f0c', `cmd:${id}`).replaceAll('"dev1"', `"d-${device.devEui}"`),
      );
      await world.say(way, own(topic), event);
      // The network server repeats an unacknowledged downlink, so the state does not change.
      await reaches(world, id, expectCommandState.startsWith('RETRYING') ? 'QUEUED' : expectCommandState);
    }
  } finally {
    await web.close();
  }
}

interface ChirpStackFile {
  readonly events: readonly {
    readonly event: string;
    readonly body: Readonly<Record<string, unknown>>;
    readonly expect: Readonly<Record<string, unknown>>;
  }[];
  readonly downlink: { readonly topic: string; readonly body: Readonly<Record<string, unknown>> };
}

const CHIRPSTACK_DEVICE = '0101010101010101';

/** Battery, location and alarms of the device; joins; and the events of downlinks. */
export async function chirpStack(world: World, way: Way, file: ChirpStackFile): Promise<void> {
  const { downlink } = file;
  const bytes = Buffer.from(String(downlink.body.data), 'base64').toString('hex');
  const profile = profileWithCommand('corpus-told-chirpstack', bytes, Number(downlink.body.fPort), true);
  for (const { event, body, expect } of file.events) {
    const device = await world.device(profile);
    const { devEui, tenant } = device;
    const prefix = downlink.topic.replace(CHIRPSTACK_DEVICE, devEui).replace('/command/down', '');
    const say = (members: object) => world.say(way, `${prefix}/event/${event}`, members, `?event=${event}`);
    const own = renamed(body, CHIRPSTACK_DEVICE, devEui);
    if (typeof expect.commandState === 'string') {
      const { body: uplink } = chirpStackUplink({ devEui, decoded: { a: 1 } });
      const heardBody = { ...uplink, deviceInfo: { ...(body.deviceInfo as object), devEui } };
      await world.say(way, `${prefix}/event/up`, heardBody, '?event=up');
      await world.values(device.asset, tenant, ({ heard }) => heard !== undefined);
      const messages = await world.listen(`${prefix}/command/down`);
      const id = await sendCommand(world, device);
      const sent = JSON.parse(await eventually('a downlink', () => messages[0], 30_000));
      const { confirmed, fPort, data } = downlink.body;
      assertHolds(sent, { id, devEui, confirmed, fPort, data });
      await say({ ...own, queueItemId: id });
      await reaches(world, id, expect.commandState);
      if (typeof expect.reason === 'string') {
        assert.equal(JSON.parse((await world.request('GET', `/iot/commands/${id}`)).text).info, expect.reason);
      }
      continue;
    }
    await say(own);
    // Waits for each one, because frames of the previous devices may be delivered in between.
    if (typeof expect.deviceAttrs === 'object') {
      const wanted = Object.entries(expect.deviceAttrs ?? {});
      await world.values(`urn:ngsi-ld:Device:${devEui}`, tenant, (values) =>
        wanted.every(([name, value]) => isDeepStrictEqual(values[name], value)),
      );
    }
    if (expect.resetFrameCounter === true) {
      await eventually('the device has joined, its counter anew', async () => {
        const [row] = await world.query<{ joins: number; f_cnt: number }>(
          'SELECT joins, f_cnt FROM iot.device_progress WHERE dev_eui = $1',
          [devEui],
        );
        return (row?.joins === 1 && Number(row.f_cnt) === -1) || undefined;
      });
    }
    if (expect.deviceAlarm === true) {
      await eventually('the alarm', async () => {
        const { warnings } = JSON.parse((await world.request('GET', '/iot/about')).text);
        const isAlarm = (one: { devEui: string; message: string }) =>
          one.devEui === devEui && one.message.startsWith('UPLINK_MIC');
        return warnings.some(isAlarm) || undefined;
      });
      assert.equal(JSON.parse((await world.request('GET', `/iot/quarantine?devEui=${devEui}`)).text).frames.length, 0);
    }
  }
}

interface ThingParkFile {
  readonly asKey: string;
  readonly query: string;
  readonly bodyElements: Readonly<Record<string, unknown>>;
  readonly expectToken: string;
  readonly downlinkEvents: readonly { readonly body: object; readonly expectCommandState: string }[];
}

/** The token of a post, and the outcome of downlinks that were not sent. */
export async function thingPark(world: World, way: Way, file: ThingParkFile): Promise<void> {
  const id = `corpus-token-${way.toLowerCase()}`;
  const declared = { name: 'ThingPark', asKey: file.asKey };
  assert.equal((await world.request('PUT', `/iot/registry/connections/${id}`, declared)).status, 204);
  const post = (token: string) =>
    world.request('POST', `/iot/lns/${id}?${file.query.replace('+', '%2B')}&Token=${token}`, {
      DevEUI_uplink: file.bodyElements,
    });
  assert.equal((await post(file.expectToken)).status, 202);
  assert.equal((await post(file.expectToken.replace(/^1/, '2'))).status, 401);

  const profile = profileWithCommand('corpus-told-thingpark', '9e1c', 1, false);
  for (const { body, expectCommandState } of file.downlinkEvents) {
    const device = await world.device(profile);
    const DevEUI = device.devEui.toUpperCase();
    const uplink = { DevEUI_uplink: { DevEUI, FPort: 1, FCntUp: 1, payload_hex: '', payload: { a: 1 } } };
    await world.publish(`mqtt/things/${DevEUI}/uplink`, JSON.stringify(uplink));
    await world.values(device.asset, device.tenant, ({ heard }) => heard !== undefined);
    const messages = await world.listen(`mqtt/things/${DevEUI}/downlink`);
    const command = await sendCommand(world, device);
    const { DevEUI_downlink: sent } = JSON.parse(await eventually('a downlink', () => messages[0], 30_000));
    assert.deepEqual([sent.DevEUI, sent.FPort, sent.payload_hex], [DevEUI, 1, '9E1C']);
    await world.say(way, `mqtt/things/${DevEUI}/event`, renamed(body, '0018B20000000D48', DevEUI));
    await reaches(world, command, expectCommandState.split(' ')[0] ?? '');
  }
}
