import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { openRegistry } from '../src/devices/registry.ts';
import { askAgents } from './support/ask.ts';

const ENTITIES = [
  { type: 'Streetlight', id: 'device.asset', attributes: [{ name: 'powerState', value: 'data.state' }] },
];

function freshEui(): string {
  return randomBytes(8).toString('hex');
}

for (const database of chosenBy('registry', testDatabases())) {
  describe(`the registry of devices on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);

    test('stores profiles and devices, which can be read, changed, listed and deleted', async () => {
      const id = `p-${freshEui()}`;
      const devEui = freshEui();
      const profile = { id, name: 'Lamp', entities: ENTITIES };
      assert.equal((await ask('POST', '/registry/profiles', profile)).status, 201);
      assert.deepEqual(await ask('GET', `/registry/profiles/${id}`), { status: 200, body: profile });
      assert.equal((await ask('PUT', `/registry/profiles/${id}`, { name: 'Lamp 2', entities: ENTITIES })).status, 204);
      assert.equal((await ask('GET', `/registry/profiles/${id}`)).body.name, 'Lamp 2');

      const spelled = devEui.toUpperCase().replace(/(..)(?=.)/g, '$1-');
      assert.equal(
        (await ask('POST', '/registry/devices', { devices: [{ devEui: spelled, profile: id }] })).status,
        201,
      );
      assert.deepEqual((await ask('GET', `/registry/devices/${devEui}`)).body, { devEui, profile: id });
      assert.equal(
        (await ask('PUT', `/registry/devices/${devEui}`, { profile: id, settings: { depthMm: 5 } })).status,
        204,
      );
      assert.deepEqual((await ask('GET', `/registry/devices/${devEui}`)).body.settings, { depthMm: 5 });
      const { body } = await ask('GET', '/registry/devices?limit=1000');
      assert.ok(body.count >= 1 && body.devices.some((device: { devEui: string }) => device.devEui === devEui));

      assert.equal((await ask('DELETE', `/registry/profiles/${id}`)).body.name, 'PROFILE_IN_USE');
      assert.equal((await ask('DELETE', `/registry/devices/${devEui}`)).status, 204);
      assert.equal((await ask('GET', `/registry/devices/${devEui}`)).status, 404);
      assert.equal((await ask('DELETE', `/registry/profiles/${id}`)).status, 204);
    });

    test('accepts a codec only if it matches its digest and its examples', async () => {
      const id = `p-${freshEui()}`;
      const codec = `function decodeUplink(i) { return { data: { level: i.bytes[0], port: i.fPort } }; }
        function encodeDownlink(i) { return { bytes: [1, i.data.level], fPort: 60 }; }`;
      const codecSha256 = createHash('sha256').update(codec).digest('hex');
      const examples = [
        { fPort: 2, bytes: '2a', data: { level: 42, port: 2 } },
        { kind: 'downlink', bytes: '0107', fPort: 60, data: { level: 7 } },
      ];
      const profile = { id, name: 'Lamp', codec, codecSha256, examples, entities: ENTITIES };
      const refused = async (change: object, name: string, message: RegExp) => {
        const { status, body } = await ask('POST', '/registry/profiles', { ...profile, ...change });
        assert.deepEqual([status, body.name], [400, name]);
        assert.match(body.message, message);
      };
      await refused({ codec: `${codec} ` }, 'WRONG_SYNTAX', /^codecSha256 is .*, expected that of the codec/);
      await refused({ codec: undefined, codecSha256: undefined }, 'WRONG_SYNTAX', /^examples is given/);
      const wrong = [examples[0], { ...examples[0], data: { level: 43, port: 2 } }];
      await refused({ examples: wrong }, 'CODEC_EXAMPLE_FAILED', /^examples\[1\]: the codec gives .*42.*expected .*43/);
      const otherwise = [{ ...examples[1], bytes: '0108' }];
      await refused({ examples: otherwise }, 'CODEC_EXAMPLE_FAILED', /^examples\[0\]: .*\[1,7\].*\[1,8\]/);
      assert.equal((await ask('GET', `/registry/profiles/${id}`)).status, 404);

      assert.equal((await ask('POST', '/registry/profiles', profile)).status, 201);
      const { body } = await ask('GET', `/registry/profiles/${id}`);
      assert.deepEqual(body, profile);
      // A new version is checked against the examples in the same request.
      const worse = { ...body, codec: codec.replace('i.bytes[0]', '0'), codecSha256: undefined };
      assert.equal((await ask('PUT', `/registry/profiles/${id}`, worse)).body.name, 'CODEC_EXAMPLE_FAILED');
      assert.equal((await ask('GET', `/registry/profiles/${id}`)).body.codec, codec);
    });

    test('creates all devices of a list or none', async () => {
      const id = `p-${freshEui()}`;
      const [taken, fresh] = [freshEui(), freshEui()];
      await ask('POST', '/registry/profiles', { id, name: 'Lamp', entities: ENTITIES });
      await ask('POST', '/registry/devices', { devEui: taken, profile: id });
      const answer = await ask('POST', '/registry/devices', {
        devices: [
          { devEui: fresh, profile: id },
          { devEui: taken, profile: id },
        ],
      });
      const message = `device ${taken} exists already`;
      assert.deepEqual([answer.status, answer.body.name, answer.body.message], [409, 'DUPLICATE_DEVICE_ID', message]);
      assert.equal((await ask('GET', `/registry/devices/${fresh}`)).status, 404);
    });

    const WRONG: readonly [path: string, body: object, status: number, name: string, message: RegExp][] = [
      ['/registry/profiles', { name: 'x', entities: [] }, 400, 'WRONG_SYNTAX', /required property 'id'/],
      [
        '/registry/profiles',
        { id: 'x y', name: 'x', entities: [] },
        400,
        'WRONG_SYNTAX',
        /\.id must match pattern.*got "x y"/,
      ],
      [
        '/registry/profiles',
        { id: 'x', name: 'x', entities: [{ type: 'T', id: 'device.asset', attributes: [{ name: 'a', value: 5 }] }] },
        400,
        'WRONG_SYNTAX',
        /entities\[0\]\.attributes\[0\]\.value must be string, got 5/,
      ],
      [
        '/registry/profiles',
        { id: 'x', name: 'x', entities: [{ type: 'T', id: 'device..asset', attributes: [] }] },
        400,
        'WRONG_SYNTAX',
        /entities\[0\]\.id: "device\.\.asset" is not a JEXL/,
      ],
      ['/registry/profiles', { id: 'x', name: 'x', entities: [], extra: 1 }, 400, 'WRONG_SYNTAX', /"extra"/],
      [
        '/registry/devices',
        { devEui: 'xyz', profile: 'p' },
        400,
        'WRONG_SYNTAX',
        /devices\[0\]\.devEui must match pattern.*got "xyz"/,
      ],
      ['/registry/devices', { devices: 5 }, 400, 'WRONG_SYNTAX', /list of devices/],
      [
        '/registry/devices',
        { devEui: '0101010101010199', profile: 'none' },
        404,
        'PROFILE_NOT_FOUND',
        /profile "none" of device 0101010101010199/,
      ],
    ];
    for (const [path, body, status, name, message] of WRONG) {
      test(`refuses ${JSON.stringify(body)}`, async () => {
        const answer = await ask('POST', path, body);
        assert.equal(answer.status, status);
        assert.equal(answer.body.name, name);
        assert.match(answer.body.message, message);
      });
    }

    test('refuses invalid page, number and frame parameters', async () => {
      assert.match((await ask('GET', '/registry/devices?limit=abc')).body.message, /limit is "abc"/);
      assert.match((await ask('GET', '/quarantine?limit=5000')).body.message, /limit is "5000"/);
      assert.match((await ask('POST', '/quarantine/abc/replay')).body.message, /id is "abc"/);
      assert.equal((await ask('POST', '/quarantine/999999999/replay')).body.name, 'FRAME_NOT_FOUND');
    });

    test('notifies the other processes of one database of changes', async () => {
      const { agents } = await territory();
      const other = await openRegistry(await database.open(), () => {});
      const id = `p-${freshEui()}`;
      const many = Array.from({ length: 600 }, () => ({ devEui: freshEui(), profile: id }));
      const heard = (what: string, holds: () => boolean) => eventually(what, () => holds() || undefined);
      await agents.provision({ profiles: [{ id, name: 'Lamp', entities: ENTITIES }], devices: many.slice(0, 1) });
      const [first] = many.map(({ devEui }) => devEui);
      await heard('the device', () => other.device(first ?? '') !== undefined);
      await ask('PUT', `/registry/profiles/${id}`, { name: 'Lamp 2', entities: ENTITIES });
      await heard('the new name', () => other.profile(id)?.profile.name === 'Lamp 2');
      await ask('POST', '/registry/devices', { devices: many.slice(1) });
      await heard('more than one message holds', () => many.every(({ devEui }) => other.device(devEui) !== undefined));
      await ask('DELETE', `/registry/devices/${first}`);
      await heard('the deletion', () => other.device(first ?? '') === undefined);
      await other.close();
    });

    test('provisions hundreds at once, repeatedly', async () => {
      const id = `p-${freshEui()}`;
      const devices = Array.from({ length: 800 }, () => ({
        devEui: freshEui(),
        profile: id,
        asset: 'urn:ngsi-ld:Streetlight:x',
      }));
      const { agents } = await territory();
      for (let i = 0; i < 2; i++)
        await agents.provision({ profiles: [{ id, name: 'Lamp', entities: ENTITIES }], devices });
      assert.deepEqual((await ask('GET', `/registry/devices/${devices[799]?.devEui}`)).body, devices[799]);
      await assert.rejects(
        async () => agents.provision({ devices: [{ devEui: 'zz', profile: id }] }),
        /devices\[0\]\.devEui/,
      );
    });
  });
}
