import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { askAgents } from './support/ask.ts';
import { AT, gatewayDevices } from './support/talq-devices.ts';
import { startWebServer } from './support/web-server.ts';

const CMS = randomUUID();

for (const database of chosenBy('talq-sources', testDatabases())) {
  describe(`a TALQ gateway on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);

    for (const [gateway, reads] of [
      ['does not tell the number of its devices', 3],
      ['always returns the same devices', 2],
    ] as const) {
      test(`is read to its end if it ${gateway}`, async (t) => {
        const id = `talq-${randomBytes(4).toString('hex')}`;
        const all = Array.from({ length: reads === 3 ? 450 : 200 }, () => ({ address: randomUUID(), functions: [] }));
        const server = await startWebServer(({ url: { pathname, searchParams } }) => {
          if (pathname !== '/talq/devices') return { status: 404 };
          const offset = reads === 3 ? Number(searchParams.get('offset')) : 0;
          return { body: all.slice(offset, offset + 200) };
        });
        t.after(() => server.close());
        const from = { url: `${server.url}/talq`, clientAddress: CMS };
        await ask('POST', '/sources', { id, name: 'Lighting', kind: 'talq', from });
        const { body } = await ask('POST', `/sources/${id}/run`);
        assert.deepEqual([body.outcome, body.rows], ['ok', all.length], JSON.stringify(body));
        assert.equal(server.asked.filter(({ url }) => url.pathname === '/talq/devices').length, reads);
      });
    }

    for (const hasPages of [true, false]) {
      test(`returns lamps, cabinets and faults, ${hasPages ? 'page by page' : 'all at once'}, and accepts commands`, async (t) => {
        const id = `talq-${randomBytes(4).toString('hex')}`;
        const addresses = [randomUUID(), randomUUID(), randomUUID()] as const;
        let level = 50;
        let lampFailure = true;
        const server = await startWebServer(({ method, url, body }) => {
          if (url.searchParams.get('clientAddress') !== CMS)
            return { status: 400, body: [{ errorCode: 'clientAddress' }] };
          if (method === 'POST' && url.pathname === '/talq/override-commands') {
            const { addresses: targets, targetCommand } = JSON.parse(body);
            if (targets.some(({ resource }: { resource: string }) => resource !== 'devices')) return { status: 422 };
            level = targetCommand?.state.value ?? 50;
            return { status: 202 };
          }
          if (url.pathname !== '/talq/devices') return { status: 404 };
          const all = gatewayDevices(addresses, level, lampFailure);
          if (!hasPages) return { body: all };
          const offset = Number(url.searchParams.get('offset'));
          return { body: all.slice(offset, offset + 2), headers: { 'pagination-totalCount': String(all.length) } };
        });
        t.after(() => server.close());
        const from = {
          url: `${server.url}/talq`,
          clientAddress: CMS,
          apiVersion: '2.7.1',
          secretHeaders: { Authorization: 'Bearer x' },
        };
        const made = await ask('POST', '/sources', { id, name: 'Lighting', kind: 'talq', from });
        assert.equal(made.status, 201, JSON.stringify(made.body));
        const run = async () => (await ask('POST', `/sources/${id}/run`)).body;
        const place = await territory();
        // biome-ignore lint/suspicious/noExplicitAny: attributes of an entity that is asserted on
        const entity = (type: string, ...rest: string[]): Promise<any> =>
          place.entity(['urn:ngsi-ld', type, id, ...rest].join(':'));

        const first = await run();
        assert.deepEqual([first.outcome, first.rows, first.refused], ['ok', 3, 0], JSON.stringify(first));
        assert.equal(server.asked[0]?.headers['talq-api-version'], '2.7.1');
        assert.equal(server.asked[0]?.headers.authorization, 'Bearer x');
        const lamp = await eventually('the lamp', async () => {
          const made = await entity('Streetlight', addresses[0]);
          return made?.illuminanceLevel === undefined ? undefined : made;
        });
        const shown = {
          name: lamp.name.value,
          location: lamp.location.value.coordinates,
          level: lamp.illuminanceLevel.value,
          state: lamp.powerState.value,
          power: [lamp.powerConsumption.value, lamp.powerConsumption.unitCode],
          energy: lamp.lifetimePowerConsumption.value,
          status: lamp.status.value,
          at: Date.parse(lamp.powerConsumption.observedAt),
        };
        assert.deepEqual(shown, {
          name: 'Rue de la Gare 1',
          location: [5.89, 49.47],
          level: 0.5,
          state: 'low',
          power: [42.5, 'WTT'],
          energy: 1234.5,
          status: 'defectiveLamp',
          at: Date.parse(AT),
        });
        const device = await eventually('its Device', () => entity('Device', addresses[0]));
        assert.deepEqual([device.serialNumber.value, device.controlledAsset.object], ['SN-5.89', [lamp.id]]);
        const cabinet = await eventually('the cabinet', () => entity('StreetlightControlCabinet', addresses[2]));
        assert.deepEqual(
          [cabinet.totalActivePower.value, cabinet.energyConsumed.value, cabinet.voltageR.value],
          [3.2, 98765.4, 229],
        );
        const alert = await eventually('the alarm', () => entity('Alert', addresses[0], 'lampFailure'));
        assert.deepEqual(
          [alert.subCategory.value, alert.alertSource.object, alert.validTo],
          ['lampFailure', lamp.id, undefined],
        );
        await eventually('the open door', () => entity('Alert', addresses[2], 'cabinetDoorOpen'));
        assert.equal((await run()).taken, 0);

        const answer = await ask('POST', `/sources/${id}/override`, {
          entities: [lamp.id],
          level: 0.8,
          until: '2099-01-01T00:00:00Z',
        });
        assert.deepEqual([answer.status, answer.body.isDone], [202, false], JSON.stringify(answer.body));
        const sent = JSON.parse(server.asked.at(-1)?.body ?? '');
        assert.deepEqual(sent.addresses, [{ resource: 'devices', address: addresses[0] }]);
        assert.deepEqual(
          [sent.targetCommand.state, sent.targetCommand.reason, sent.targetCommand.expiration],
          [{ name: 'LevelState', value: 80 }, 'override', '2099-01-01T00:00:00Z'],
        );
        lampFailure = false;
        await run();
        await eventually(
          'the new level',
          async () => (await entity('Streetlight', addresses[0])).illuminanceLevel.value === 0.8 || undefined,
        );
        assert.equal((await entity('Streetlight', addresses[0])).status.value, 'ok');
        await eventually(
          'the end of the alarm',
          async () => (await entity('Alert', addresses[0], 'lampFailure')).validTo,
        );
        await ask('POST', `/sources/${id}/override`, { entities: [lamp.id], level: null });
        assert.deepEqual(Object.keys(JSON.parse(server.asked.at(-1)?.body ?? '')), ['addresses']);

        for (const [payload, message] of [
          [{ entities: ['urn:ngsi-ld:Streetlight:other:1'], level: 1 }, /expected a Streetlight of source "talq-/],
          [{ entities: [lamp.id], level: 80 }, /level is 80, expected a number from 0 to 1, or null/],
          [{ entities: [lamp.id], level: 1, until: 'now' }, /until is "now", expected a future DateTime/],
        ] as const) {
          const refused = await ask('POST', `/sources/${id}/override`, payload);
          assert.deepEqual([refused.status, refused.body.name], [400, 'WRONG_SYNTAX']);
          assert.match(refused.body.message, message);
        }
        await ask('PUT', `/sources/${id}`, { ...made.body, from: { ...made.body.from, clientAddress: randomUUID() } });
        assert.match((await run()).message, /\/talq\/devices answered 400: \[\{"errorCode":"clientAddress"\}\]/);
      });
    }
  });
}
