import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { askAgents } from './support/ask.ts';
import { chirpStackUplink, thingsStackUplink } from './support/uplinks.ts';

const CODEC = 'function decodeUplink(input) { return { data: { level: input.bytes[0] } }; }';

function levelProfile(id: string, value = 'data.level / 100', codec = CODEC) {
  return {
    id,
    name: 'Container',
    codec,
    entities: [{ type: 'WasteContainer', id: 'device.asset', attributes: [{ name: 'fillingLevel', value }] }],
  };
}

for (const database of chosenBy('preview', testDatabases())) {
  describe(`a preview on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);
    const fresh = () => randomBytes(8).toString('hex');

    test('shows the result of a draft for the frames of an unknown device, and changes nothing', async () => {
      const [devEui, id] = [fresh(), `p-${fresh()}`];
      const asset = `urn:ngsi-ld:WasteContainer:${devEui}`;
      await (await territory()).send(thingsStackUplink({ devEui, bytes: [42], fCnt: 7 }));
      await eventually('the device is pending', async () =>
        (await ask('GET', '/pending?limit=1000')).body.devices.find((one: { devEui: string }) => one.devEui === devEui),
      );
      const { status, body } = await ask('POST', '/registry/preview', {
        profile: levelProfile(id),
        device: { devEui, asset },
      });
      assert.equal(status, 200);
      assert.equal(body.count, 1);
      const [frame] = body.frames;
      assert.deepEqual(
        [frame.networkServer, frame.payload, frame.fCnt, frame.decoded],
        ['ttn-v3', '2a', 7, { level: 42 }],
      );
      const [container, device] = frame.entities;
      assert.deepEqual(container.fillingLevel, { type: 'Property', value: 0.42, observedAt: frame.time });
      assert.equal(device.id, `urn:ngsi-ld:Device:${devEui}`);
      assert.equal(device.rssi.value, -97);
      assert.equal((await ask('GET', `/registry/profiles/${id}`)).status, 404);
      assert.equal((await (await territory()).entity(asset)) === undefined, true);
    });

    test('tries a new codec on the last frames and reports which results would change', async () => {
      const [devEui, id] = [fresh(), `p-${fresh()}`];
      await ask('POST', '/registry/profiles', levelProfile(id));
      const asset = `urn:ngsi-ld:WasteContainer:${devEui}`;
      await ask('POST', '/registry/devices', { devEui, profile: id, asset });
      const { send, entity } = await territory();
      for (let fCnt = 1; fCnt <= 60; fCnt++) await send(chirpStackUplink({ devEui, bytes: [fCnt], fCnt }));
      await eventually('all are delivered', async () => {
        const level = (await entity(asset))?.fillingLevel as { value?: number } | undefined;
        return level?.value === 0.6 ? true : undefined;
      });
      const same = await ask('POST', '/registry/preview', { profile: id });
      assert.equal(same.body.count, 50);
      assert.ok(same.body.frames.every(({ differs }: { differs: boolean }) => !differs));
      assert.equal(same.body.frames[0].payload, '3c', 'newest first');

      const codec =
        'function decodeUplink({ bytes }) { if (bytes[0] > 58) throw new Error("too full"); return { data: { level: Math.max(bytes[0], 20) } }; }';
      const { body } = await ask('POST', '/registry/preview', { profile: levelProfile(id, undefined, codec) });
      const differing = body.frames.filter(({ differs }: { differs: boolean }) => differs);
      assert.deepEqual(
        differing.map(({ payload }: { payload: string }) => Number.parseInt(payload, 16)),
        [60, 59, 19, 18, 17, 16, 15, 14, 13, 12, 11],
      );
      assert.match(body.frames[0].fault.message, /too full/);
      assert.equal((await ask('GET', `/registry/profiles/${id}`)).body.codec, CODEC);
    });

    test('reads given messages, and reports for each why it has no result', async () => {
      const { body: uplink, topic } = thingsStackUplink({ devEui: fresh(), bytes: [1] });
      const { body } = await ask('POST', '/registry/preview', {
        profile: levelProfile('draft', 'data.level'),
        device: { devEui: fresh(), asset: 'urn:ngsi-ld:WasteContainer:x' },
        frames: [{ topic, body: uplink }, { body: 'rubbish' }, { body: { what: 'ever' } }],
      });
      assert.equal(body.frames[1].fault.reason, 'bad_syntax');
      assert.equal(body.frames[2].fault.reason, 'unknown_envelope');
      assert.equal(body.frames[0].entities[0].fillingLevel.value, 1);
    });

    const WRONG: readonly [object, number, RegExp][] = [
      [{}, 400, /^profile must be object, got nothing/],
      [{ profile: 'nobody' }, 404, /"nobody" does not exist/],
      [{ profile: { ...levelProfile('x'), entities: 5 } }, 400, /profile\.entities must be array, got 5/],
      [{ profile: levelProfile('x'), device: { devEui: 'q' } }, 400, /device\.devEui must match/],
      [{ profile: levelProfile('x'), frames: 5 }, 400, /frames is 5/],
      [{ profile: levelProfile('x'), frames: [{ topic: 5 }] }, 400, /frames\[0\]\.topic/],
      [{ profile: levelProfile('x'), frames: [{ body: 'x', receivedAt: 'noon' }] }, 400, /frames\[0\]\.receivedAt/],
    ];
    for (const [payload, status, message] of WRONG) {
      test(`refuses what ${message} says`, async () => {
        const answer = await ask('POST', '/registry/preview', payload);
        assert.equal(answer.status, status);
        assert.match(answer.body.message, message);
      });
    }
  });
}
