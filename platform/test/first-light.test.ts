import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import { connectAsync, type MqttClient } from 'mqtt';
import { openEvents } from './support/events.ts';
import {
  measured,
  post,
  provision,
  retrieve,
  sendUplink,
  subscribeToLamps,
  type TestLamp,
  territoryLink,
  testLamp,
} from './support/lamps.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from './support/platform-process.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';

for (const database of chosenBy('first-light', testDatabases())) {
  describe(`first light (${database.kind})`, () => {
    let dataDir: string;
    let environment: NodeJS.ProcessEnv;
    let platform: PlatformProcess;
    let mqtt: MqttClient;
    let receiver: Receiver;

    before(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
      environment = {
        DEMO: 'off',
        DATA_DIR: dataDir,
        PORT: String(await freePort()),
        MQTT_PORT: String(await freePort()),
        ...(database.kind === 'postgres' ? { DATABASE_URL: await database.url() } : {}),
      };
      receiver = await startReceiver();
      platform = await startPlatformProcess(environment);
      mqtt = await connectAsync(platform.mqttUrl);
      await provision(
        platform.url,
        Array.from({ length: 400 }, (_, i) => testLamp(i)),
      );
    });

    after(async () => {
      await mqtt?.endAsync(true);
      await platform?.stop();
      await receiver?.close();
      await rm(dataDir, { recursive: true });
    });

    test('an uplink becomes an entity, a notification and a live event', async () => {
      const lamp = testLamp(0);
      const events = await openEvents(
        `${platform.url}/events?type=Streetlight&context=${encodeURIComponent(platform.url + TERRITORY_CONTEXT_PATH)}`,
      );
      const subscription = await subscribeToLamps(platform.url, receiver.url, ['powerState']);

      await sendUplink(mqtt, lamp, 1);
      const entity = await eventually('the entity', () => measured(platform.url, lamp.asset));
      const [notification] = await eventually('the notification', () => ofEntity(receiver, lamp.asset));
      const event = await eventually('the event', () =>
        events.find(({ entity: { id, powerState } }) => id === lamp.asset && powerState !== undefined),
      );

      for (const seen of [entity, notification, event.entity]) {
        assert.equal(seen?.powerState, 'on');
        assert.equal(seen?.illuminanceLevel, 1);
        assert.equal(seen?.powerConsumption, 50);
        assert.equal(seen?.status, 'ok');
      }
      // The commands of the device may have created the entity before.
      assert.ok(['entityCreated', 'entityUpdated', 'attributeCreated'].includes(event.trigger), event.trigger);
      const device = await eventually('the device', () => retrieve(platform.url, `urn:ngsi-ld:Device:${lamp.devEui}`));
      assert.deepEqual([device.controlledAsset, device.rssi, device.snr], [lamp.asset, -90, 7]);

      events.close();
      await fetch(platform.url + subscription, { method: 'DELETE' });
    });

    test('every value has the time of its uplink', async () => {
      const lamp = testLamp(1);
      const before = Date.now();
      await sendUplink(mqtt, lamp, 0.5);
      await eventually('the entity', () => measured(platform.url, lamp.asset));

      const response = await fetch(`${platform.url}/ngsi-ld/v1/entities/${lamp.asset}`, {
        headers: territoryLink(platform.url),
      });
      const { powerState } = (await response.json()) as { powerState: { value: string; observedAt: string } };
      assert.equal(powerState.value, 'low');
      const observed = Date.parse(powerState.observedAt);
      assert.ok(observed >= before - 1 && observed <= Date.now(), powerState.observedAt);
    });

    test('unusable frames are quarantined with their reason, and delay no others', async () => {
      const stranger = { devEui: '70b3d5ffffffffff', asset: 'urn:ngsi-ld:Streetlight:stranger' };
      const broken = { devEui: '70b3d5ffff0b0b0b', asset: 'urn:ngsi-ld:Streetlight:broken' };
      const endless = { devEui: '70b3d5ffff0e0e0e', asset: 'urn:ngsi-ld:Streetlight:endless' };
      await provisionCodec(platform.url, broken, 'broken', 'function decodeUplink() { throw new Error("on fire"); }');
      await provisionCodec(platform.url, endless, 'endless', 'function decodeUplink() { for (;;) {} }');
      const lamp = testLamp(2);

      await mqtt.publishAsync('v3/app@ttn/devices/x/up', '{"half":', { qos: 1 });
      await sendUplink(mqtt, stranger, 1);
      await sendUplink(mqtt, broken, 1);
      await sendUplink(mqtt, endless, 1);
      await sendUplink(mqtt, lamp, 1, Buffer.from('00ff', 'hex'));
      await sendUplink(mqtt, lamp, 1);

      const entity = await eventually('the good uplink', () => measured(platform.url, lamp.asset));
      assert.equal(entity.powerState, 'on');
      const kept = await eventually('what is kept aside', async () => {
        const text = await (await fetch(`${platform.url}/iot/quarantine`)).text();
        const all = ['on fire', broken.devEui, endless.devEui, 'a lamp frame has 9'].every((part) =>
          text.includes(part),
        );
        return all && text;
      });
      assert.match(kept, /bad_syntax/);
      const pending = await (await fetch(`${platform.url}/iot/pending`)).text();
      assert.match(pending, new RegExp(stranger.devEui));
      assert.equal(await retrieve(platform.url, broken.asset), undefined);
    });

    test('after kill -9 every acknowledged write exists and every pending notification arrives', async () => {
      await subscribeToLamps(platform.url, receiver.url);
      const created = new Set<string>();
      const uplinked: TestLamp[] = [];
      let isFlowing = true;

      const writers = Array.from({ length: 6 }, async (_, writer) => {
        for (let i = 0; isFlowing; i++) {
          const id = `urn:ngsi-ld:Streetlight:killed-${database.kind}-${writer}-${i}`;
          const body = { id, type: 'Streetlight', name: { type: 'Property', value: String(i) } };
          const entity = { ...body, '@context': platform.url + TERRITORY_CONTEXT_PATH };
          await post(`${platform.url}/ngsi-ld/v1/entities`, entity, 'application/ld+json').then(
            () => created.add(id),
            () => {
              isFlowing = false;
            },
          );
        }
      });
      const sender = (async () => {
        for (let i = 10; isFlowing && i < 400; i++) {
          const lamp = testLamp(i);
          const sent = sendUplink(mqtt, lamp, 1).then(() => uplinked.push(lamp));
          await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 1000))]);
        }
      })();
      await eventually('a flow of writes', () => created.size > 150 && uplinked.length > 20);
      await platform.kill();
      isFlowing = false;
      await Promise.allSettled([...writers, sender]);
      await mqtt.endAsync(true);

      platform = await startPlatformProcess(environment);
      mqtt = await connectAsync(platform.mqttUrl);
      for (const id of created) assert.ok(await retrieve(platform.url, id), `${id} was acknowledged and is gone`);
      for (const { asset } of uplinked) {
        await eventually(`${asset}, whose uplink was acknowledged`, () => measured(platform.url, asset));
      }
      const owed = [...created, ...uplinked.map(({ asset }) => asset)];
      await eventually(
        'the notifications owed',
        () => owed.every((id) => receiver.notifiedIds().has(id)) || undefined,
      ).catch(() => {
        const missing = owed.filter((id) => !receiver.notifiedIds().has(id));
        assert.deepEqual(missing, [], `${missing.length} of ${owed.length} never arrived`);
      });
    });

    test('stops on SIGTERM cleanly, and the data exist at the next start', async () => {
      await mqtt.endAsync(true);
      assert.equal(await platform.stop(), 0);
      platform = await startPlatformProcess(environment);
      mqtt = await connectAsync(platform.mqttUrl);
      assert.equal((await retrieve(platform.url, testLamp(0).asset))?.powerState, 'on');
      assert.equal((await fetch(`${platform.url}/ready`)).status, 200);
    });
  });
}

if (testDatabases().length < 2) {
  test('first light (postgres)', {
    skip: 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)',
  }, () => {});
}

function ofEntity(receiver: Receiver, id: string) {
  const data = receiver.notifications.flatMap((notification) => notification.data).filter((entity) => entity.id === id);
  return data.length > 0 && data;
}

async function provisionCodec(url: string, { devEui, asset }: TestLamp, id: string, codec: string): Promise<void> {
  const attributes = [{ name: 'status', value: 'data.status' }];
  const profile = { id, name: id, codec, entities: [{ type: 'Streetlight', id: 'device.asset', attributes }] };
  await post(`${url}/iot/registry/profiles`, profile);
  await post(`${url}/iot/registry/devices`, { devices: [{ devEui, asset, profile: id }] });
}
