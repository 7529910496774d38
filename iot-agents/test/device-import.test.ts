import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { askAgents } from './support/ask.ts';

const ENTITIES = [
  { type: 'Streetlight', id: 'device.asset', attributes: [{ name: 'powerState', value: 'data.state' }] },
];

function freshEui(): string {
  return randomBytes(8).toString('hex');
}

for (const database of chosenBy('device-import', testDatabases())) {
  describe(`a list of devices on ${database.kind}`, () => {
    const { ask, close } = askAgents(database);
    after(close);
    const freshProfile = async (): Promise<string> => {
      const id = `p-${freshEui()}`;
      await ask('POST', '/registry/profiles', { id, name: 'Lamp', entities: ENTITIES });
      return id;
    };

    test('imports the valid lines of a CSV, and reports the error of each other one', async () => {
      const profile = await freshProfile();
      const [first, second, third] = [freshEui(), freshEui(), freshEui()];
      const csv = [
        '\uFEFFdevEui;asset;settings.depthMm;settings.mount;settings.inverted',
        `${first.toUpperCase()};urn:ngsi-ld:Streetlight:a;1200;"pole; north";true`,
        'zz;urn:ngsi-ld:Streetlight:b;;;',
        `${second};not a urn;;;`,
        `${third};;;;`,
        `${first};;;;`,
      ].join('\r\n');
      const dry = await ask('POST', `/registry/devices/csv?profile=${profile}&dryRun=true`, csv, 'text/csv');
      assert.equal(dry.body.created, 2);
      assert.equal((await ask('GET', `/registry/devices/${first}`)).status, 404);

      const { status, body } = await ask('POST', `/registry/devices/csv?profile=${profile}`, csv, 'text/csv');
      assert.equal(status, 200);
      assert.equal(body.created, 2);
      assert.equal(body.updated, 0);
      assert.deepEqual(
        body.refused.map(({ line }: { line: number }) => line),
        [3, 4, 6],
      );
      assert.match(body.refused[0].message, /devEui must match pattern.*got "zz"/);
      assert.match(body.refused[1].message, /asset must match pattern.*got "not a urn"/);
      assert.match(body.refused[2].message, /occurs in an earlier line/);
      assert.deepEqual((await ask('GET', `/registry/devices/${first}`)).body, {
        profile,
        devEui: first,
        asset: 'urn:ngsi-ld:Streetlight:a',
        settings: { depthMm: 1200, mount: 'pole; north', inverted: true },
      });
      const again = await ask('POST', `/registry/devices/csv?profile=${profile}`, csv, 'text/csv');
      assert.deepEqual([again.body.created, again.body.updated], [0, 2]);
    });

    test('refuses a file that is not a list of devices', async () => {
      const answers = await Promise.all([
        ask('POST', '/registry/devices/csv', 'devEui,colour\n1,2', 'text/csv'),
        ask('POST', '/registry/devices/csv', 'devEui,profile\n"1', 'text/csv'),
        ask('POST', '/registry/devices/csv', { devEui: 'x' }),
        ask('POST', '/registry/devices/csv?dryRun=perhaps', 'devEui', 'text/csv'),
        ask('POST', '/registry/devices/qr', { codes: 'LW' }),
      ]);
      const expected = [/a column "colour", expected devEui/, /not .*CSV/, /Content-Type text\/csv/, /dryRun/, /codes/];
      for (const [index, { status, body }] of answers.entries()) {
        assert.equal(status, 400);
        assert.match(body.message, expected[index] ?? /^$/);
      }
    });

    test('imports the content of devices’ QR codes', async () => {
      const profile = await freshProfile();
      const [devEui, bare] = [freshEui(), freshEui()];
      const { body } = await ask('POST', '/registry/devices/qr', {
        profile,
        settings: { depthMm: 900 },
        codes: [`LW:D0:70B3D57ED0000000:${devEui.toUpperCase()}:00AB0001:SN1234:V01`, bare, 'https://example.org/x'],
      });
      assert.equal(body.created, 2);
      assert.match(body.refused[0].message, /codes\[2\] is "https:.*expected LW:D0/);
      assert.deepEqual((await ask('GET', `/registry/devices/${devEui}`)).body.settings, {
        serialNumber: 'N1234',
        depthMm: 900,
      });
      assert.equal((await ask('GET', `/registry/devices/${bare}`)).status, 200);
    });
  });
}
