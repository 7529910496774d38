import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { AT, float, gatewayDevices } from './support/talq-devices.ts';
import { talqTerritory } from './support/talq-gateway.ts';
import { CONTEXT } from './support/territory.ts';

const PATIENCE_MS = 60_000;

for (const database of chosenBy('talq-gateway', testDatabases())) {
  describe(`a TALQ gateway that calls us, on ${database.kind}`, () => {
    const { connect, close } = talqTerritory(database);
    after(close);

    test('is accepted by its secret, its address and a supported version', async (t) => {
      const { call, server, made, ask, id } = await connect();
      t.after(() => server.close());
      assert.equal(made.body.from.gatewaySecret, '***');
      const refused = async (status: number, key: string, how: object, path = 'devices') => {
        const answer = await call('GET', path, undefined, how);
        assert.deepEqual([answer.status, answer.body[0]?.key], [status, key], JSON.stringify(answer.body));
      };
      await refused(401, 'genericError', { secret: 'another' });
      await refused(400, 'headerMissing', { version: '' });
      await refused(400, 'headerValueNotValid', { version: '1.2.0' });
      await refused(400, 'parameterValueNotValid', { client: randomUUID() });
      await refused(404, 'resourceNotFound', {}, `devices/${randomUUID()}`);
      assert.deepEqual([(await call('GET', 'devices')).body, (await call('GET', 'groups')).body], [[], []]);
      const bad = await call('POST', 'devices', [{ address: 'x' }]);
      assert.deepEqual(
        [bad.status, bad.body],
        [400, [{ key: 'payloadError', description: '[0].address is not a UUID' }]],
      );
      const { gatewaySecret: _, ...open } = made.body.from;
      const half = await ask('PUT', `/sources/${id}`, { ...made.body, from: open });
      assert.match(half.body.message, /from\.gatewaySecret is missing, expected both/);
    });

    test('is read and configured to report as soon as it has announced itself', async (t) => {
      const { id, call, server, ask, entity, addresses } = await connect();
      t.after(() => server.close());
      assert.equal((await call('POST', 'services', [{ name: 'ConfigurationService' }])).status, 201);
      const group = await eventually('its group', () => entity('StreetlightGroup', 'rue-de-la-gare'), PATIENCE_MS);
      assert.deepEqual([group.refStreetlight.object].flat(), [`urn:ngsi-ld:Streetlight:${id}:${addresses[0]}`]);
      await eventually('its lamps', () => entity('Streetlight', addresses[1]), PATIENCE_MS);
      const loggers = server.asked
        .filter(({ url }) => url.pathname === '/talq/logger-configs')
        .map(({ body }) => JSON.parse(body));
      assert.deepEqual(
        loggers.map(({ recordingMode, reportingMode }) => [recordingMode.type, reportingMode.type]),
        [
          ['EventRecordingMode', 'ImmediateReportingMode'],
          ['VendorRecordingMode', 'ImmediateReportingMode'],
        ],
      );
      assert.deepEqual((await call('GET', `logger-configs/${loggers[0].address}`)).body, loggers[0]);
      await call('POST', 'device-classes', [{ name: 'luminaire', functions: [] }]);
      const { body } = await ask('GET', `/sources/${id}/gateway`);
      assert.deepEqual(
        [body.services.length, body.deviceClasses.length, body.groups.length, body.devices, typeof body.heardAt],
        [2, 1, 1, 3, 'string'],
      );
      await ask('POST', `/sources/${id}/run`);
      assert.equal(server.asked.filter(({ url }) => url.pathname === '/talq/logger-configs').length, 2);
      const toGroup = await ask('POST', `/sources/${id}/override`, { entities: [group.id], level: 1 });
      assert.equal(toGroup.status, 202, JSON.stringify(toGroup.body));
      const sent = JSON.parse(server.asked.at(-1)?.body ?? '');
      assert.deepEqual(sent.addresses, [{ resource: 'groups', address: 'rue-de-la-gare' }]);
    });

    test('is given its address and ours in the bootstrap, before which it may tell nothing else', async (t) => {
      const { id, call, server, gateway, cms, address, addresses, ask } = await connect();
      t.after(() => server.close());
      const nil = { client: '00000000-0000-0000-0000-000000000000' };
      const own = (functions: object) => ({ name: 'gateway', class: 'gateway', functions: [functions] });
      const announced = { id: 'gw', type: 'GatewayFunction', gatewayUri: { type: 'AttributeUri', value: server.url } };
      const status = async (...given: Parameters<typeof call>) => (await call(...given)).status;
      const asked = (path: string) => server.asked.filter(({ url }) => url.pathname === `/talq/${path}`);

      assert.equal(await status('POST', 'services', [{ name: 'ControlService' }], nil), 403);
      assert.equal(await status('GET', 'devices', undefined, nil), 403);
      assert.equal(await status('POST', 'devices', [own({ id: 'x', type: 'BasicFunction' })], nil), 400);
      assert.equal(await status('POST', 'devices', [{ ...own(announced), address }], nil), 400);
      const { status: made, body } = await call('POST', 'devices', [own(announced)], nil);
      assert.equal(made, 201, JSON.stringify(body));
      const [{ gatewayAddress, cmsAddress }] = body[0].functions;
      assert.deepEqual([body[0].address, gatewayAddress.value, cmsAddress.value], [address, address, cms]);

      for (const [method, path, sent] of [
        ['POST', 'devices', gateway.devices],
        ['GET', 'devices', undefined],
        ['POST', 'log-reports', { address: 'logger', entries: [] }],
      ] as const) {
        assert.equal(await status(method, path, sent), 403, path);
      }
      assert.equal(await status('POST', 'device-classes', [{ name: 'gateway' }]), 201);
      assert.equal(await status('PATCH', `devices/${address}`, { functions: [announced] }), 200);
      const told = await eventually('our address', () => asked(`devices/${address}`)[0], PATIENCE_MS);
      assert.deepEqual(
        [told.method, told.url.searchParams.get('clientAddress'), JSON.parse(told.body).functions],
        ['PATCH', cms, [{ id: 'gw', type: 'GatewayFunction', cmsAddress: { type: 'AttributeString', value: cms } }]],
      );
      assert.equal(await status('POST', 'devices', gateway.devices), 403);
      assert.equal(await status('POST', 'services', [{ name: 'ControlService' }]), 201);
      assert.equal(await status('POST', 'log-reports', { address: 'logger', entries: [] }), 403);
      assert.deepEqual(asked('devices'), [], 'it was read too early');
      assert.equal(await status('POST', 'device-classes', []), 201);
      await eventually('its loggers', () => asked('logger-configs')[1], PATIENCE_MS);
      assert.equal(await status('POST', 'devices', gateway.devices), 201);

      // It begins anew: nothing remains, and it gets its loggers once more.
      assert.equal(await status('DELETE', `devices/${address}`), 200);
      assert.deepEqual((await call('GET', 'devices')).body, []);
      const { body: left } = await ask('GET', `/sources/${id}/gateway`);
      assert.deepEqual([left.services, left.deviceClasses, left.devices], [[], [], 0]);
      assert.equal(await status('POST', 'services', [{ name: 'ControlService' }]), 201);
      await eventually('its loggers again', () => asked('logger-configs')[3], PATIENCE_MS);
      assert.equal(await status('GET', `devices/${addresses[0]}`), 200);
    });

    test('may speak TALQ 2.5, and compress what it sends', async (t) => {
      const { call, server, gateway } = await connect({ enabled: false });
      t.after(() => server.close());
      const early = { version: '2.5.0', requestId: null };
      assert.equal((await call('POST', 'services', [{ name: 'ControlService' }], early)).status, 201);
      const late = await call('POST', 'services', [], { version: '2.6.0', requestId: null });
      assert.deepEqual([late.status, late.body[0].description], [400, 'talqRequestId is missing']);
      const sent = await call('POST', 'devices', gateway.devices, { encoding: 'gzip' });
      assert.deepEqual([sent.status, sent.headers.get('content-encoding')], [201, 'gzip']);
      assert.equal(sent.body.length, 3);
      const plain = await call('POST', 'devices', gateway.devices);
      assert.deepEqual([plain.headers.get('content-encoding'), plain.body.length], [null, 3]);
      const other = await call('POST', 'devices', gateway.devices, { encoding: 'br' });
      assert.deepEqual([other.status, other.body[0].key], [415, 'headerValueNotValid']);
      const broken = await call('POST', 'devices', gateway.devices, { encoding: 'deflate' });
      assert.deepEqual([broken.status, broken.body[0].key], [400, 'payloadError']);
    });

    test('announces devices and reports measurements and faults, each processed once, without polling', async (t) => {
      const { id, place, call, report, server, gateway, entity, addresses, ask } = await connect({ enabled: false });
      t.after(() => server.close());
      const srcAddress = `${addresses[0]}/lampMonitor`;
      const unknown = await report({ type: 'EventLogData', srcAddress, eventType: 'lampFailure', startEndFlag: true });
      assert.deepEqual([unknown.status, unknown.body[0]?.key], [422, 'relatedResourceNotFound']);
      assert.equal((await call('POST', 'devices', gateway.devices)).status, 201);
      const measured = async () => {
        const lamp = await entity('Streetlight', addresses[0]);
        return lamp?.illuminanceLevel === undefined ? undefined : lamp;
      };
      const lamp = await eventually('the lamp', measured, PATIENCE_MS);
      assert.equal(lamp.illuminanceLevel.value, 0.5);
      const all = await call('GET', 'devices');
      assert.equal(all.body.length, 3);
      const basic = await call('GET', `devices/${addresses[0]}/basic/serial`);
      assert.equal(basic.body.value, 'SN-5.89');

      const measure = (attributeName: string, value: number, timestamp: string) => ({
        type: 'AttributeLogData',
        srcAddress,
        attributeName,
        timestamp,
        attributeValue: float(value, timestamp),
      });
      const [first, second] = ['2026-01-15T19:00:00Z', '2026-01-15T19:15:00Z'];
      const entries = [
        measure('activePower', 61, second),
        measure('activePower', 55, first),
        {
          type: 'EventLogData',
          srcAddress: addresses[0],
          eventType: 'lampFailure',
          startEndFlag: true,
          timestamp: second,
        },
      ];
      for (const _ of [1, 2]) assert.equal((await report(...entries)).status, 201);
      await eventually('the alarm', () => entity('Alert', addresses[0], 'lampFailure'), PATIENCE_MS);
      const power = async () => (await entity('Streetlight', addresses[0])).powerConsumption.value;
      await eventually('the last measure', async () => (await power()) === 61 || undefined, PATIENCE_MS);
      assert.equal((await entity('Streetlight', addresses[0])).status.value, 'defectiveLamp');
      // The end of the fault, a minute later.
      const end = { type: 'EventLogData', srcAddress, eventType: 'lampFailure', startEndFlag: false };
      assert.equal((await report({ ...end, timestamp: '2026-01-15T19:16:00Z' })).status, 201);
      const over = await eventually(
        'the end of the alarm',
        async () => (await entity('Alert', addresses[0], 'lampFailure')).validTo,
        PATIENCE_MS,
      );
      assert.equal(Date.parse(over.value['@value'] ?? over.value), Date.parse('2026-01-15T19:16:00Z'));
      const history = await place.app.inject({
        url: `/ngsi-ld/v1/temporal/entities/${lamp.id}?attrs=powerConsumption&options=temporalValues`,
        headers: { link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"` },
      });
      const values = history
        .json()
        .powerConsumption.values.map(([value, at]: [number, string]) => [value, Date.parse(at)]);
      assert.deepEqual(
        values.sort((a: number[], b: number[]) => Number(a[1]) - Number(b[1])),
        [
          [42.5, Date.parse(AT)],
          [55, Date.parse(first)],
          [61, Date.parse(second)],
        ],
      );

      const patched = await call('PATCH', `devices/${addresses[1]}`, {
        functions: [{ id: 'basic', displayName: { type: 'AttributeString', value: 'Place de la Mairie' } }],
      });
      assert.equal(patched.status, 200, JSON.stringify(patched.body));
      const name = async () => (await entity('Streetlight', addresses[1])).name.value;
      await eventually('its new name', async () => (await name()) === 'Place de la Mairie' || undefined, PATIENCE_MS);
      assert.equal((await call('PATCH', `devices/${randomUUID()}`, { functions: [] })).status, 404);
      assert.equal((await call('DELETE', `devices/${addresses[2]}`)).status, 200);
      assert.equal((await call('GET', 'devices')).body.length, 2);
      const wrong = await report({ type: 'AttributeLogData', srcAddress, attributeName: 'activePower' });
      assert.deepEqual(
        [wrong.status, wrong.body[0]?.description],
        [400, 'entries[0].data.attributeValue: expected an attribute with a value'],
      );
      assert.deepEqual((await ask('GET', `/sources/${id}/runs`)).body.runs, []);
    });

    test('runs a lighting strategy as calendar and control programmes, and tells when its lamp has it', async (t) => {
      const { id, call, server, gateway, cms, addresses, ask } = await connect();
      t.after(() => server.close());
      gateway.services = [{ name: 'ControlService', dayOffset: 12, maxSwitchPointsPerProgram: 4 }];
      await call('POST', 'services', gateway.services);
      await call('POST', 'devices', gateway.devices);
      const entityId = `urn:ngsi-ld:Streetlight:${id}:${addresses[0]}`;
      const apply = async (value: unknown) => {
        const sent = await ask('POST', '/commands', { entityId, command: 'applyStrategy', value });
        assert.equal(sent.status, 202, JSON.stringify(sent.body));
        return (expected: string) =>
          eventually(
            `the command to be ${expected}`,
            async () => {
              const { body } = await ask('GET', `/commands/${sent.body.id}`);
              return body.state === expected ? body : undefined;
            },
            PATIENCE_MS,
          );
      };
      const asked = (path: string) =>
        server.asked.filter(({ url }) => url.pathname === `/talq/${path}`).map(({ body }) => JSON.parse(body));
      const half = { from: '22:00', to: '05:00', level: 0.5 };
      const usual = { level: 1, slots: [half, { from: '00:00', to: '05:00', level: 0 }] };
      const programmes = { usual, feast: { level: 0.8 } };
      const strategy = {
        name: 'Night',
        on: 'sunset+00:10',
        off: 'sunrise-00:05',
        programmes,
        calendar: {
          rules: [
            { name: 'Feast', dates: ['2026-06-24'], programme: 'feast' },
            { from: '12-20', to: '01-05', weekdays: [5, 6], programme: 'feast' },
          ],
          defaultProgramme: 'usual',
        },
      };
      const changes = { level: 1, slots: [half, { from: '00:00', to: '04:00', level: 0 }] };
      const tooMany = await (await apply({ ...strategy, programmes: { ...programmes, usual: changes } }))('ERROR');
      assert.match(tooMany.info, /it has 5 switching times of usual, expected at most 4/);
      assert.deepEqual(asked('control-programs'), []);

      const reached = await apply(strategy);
      await reached('SENT');
      const [programs] = asked('control-programs');
      const byLength = ({ fixedTimeControls }: { readonly fixedTimeControls: object[] }) => -fixedTimeControls.length;
      const [first, second] = programs.toSorted((one: never, other: never) => byLength(one) - byLength(other));
      const [[calendar]] = asked('calendars');
      const level = (startTime: string, value: number) => ({
        startTime,
        command: { state: { name: 'LevelState', value } },
      });
      const own = {
        type: 'ControlProgramOne',
        ownerCMS: cms,
        activePeriods: [{ name: 'AstroClockActivePeriod', sunsetOffset: 10, sunriseOffset: -5 }],
      };
      const times = [level('12:00:00', 100), level('22:00:00', 50), level('00:00:00', 0), level('05:00:00', 100)];
      assert.deepEqual(
        [first, second],
        [
          { ...own, id: first.id, fixedTimeControls: times },
          { ...own, id: second.id, fixedTimeControls: [level('12:00:00', 80)] },
        ],
      );
      assert.notEqual(first.id, second.id);
      const weekends = { condition: { type: 'ccDay', days: [{ start: 5 }, { start: 6 }] }, program: second.id };
      assert.deepEqual(calendar, {
        id: calendar.id,
        ownerCMS: cms,
        defaultProgram: first.id,
        rules: [
          { startDate: '2026-06-24', endDate: '2026-06-24', program: second.id },
          { startDate: '--12-20', endDate: '--12-31', ...weekends },
          { startDate: '--01-01', endDate: '--01-05', ...weekends },
        ],
      });
      const [assigned] = asked('assign-commands');
      assert.deepEqual(assigned.addresses, [{ resource: 'devices', address: addresses[0] }]);
      assert.deepEqual(assigned.entity, { resource: 'calendars', address: calendar.id });
      for (const value of ['another', calendar.id]) {
        const functions = [{ id: 'lampActuator', calendarID: { type: 'AttributeString', value } }];
        assert.equal((await call('PATCH', `devices/${addresses[0]}`, { functions })).status, 200);
      }
      await reached('OK');

      gateway.answersAssignments = 201;
      await (await apply(null))('OK');
      assert.deepEqual(asked('assign-commands')[1].entity, { resource: 'calendars', address: '' });
      const presence = { level: 1, slots: [{ ...half, presence: { level: 1, share: 0.2 } }] };
      const byZone = { rules: [{ zones: ['/A'], programme: 'feast' }], defaultProgramme: 'feast' };
      for (const [change, reason] of [
        [{ on: '18:00' }, /can't burn from 18:00 to sunrise-00:05/],
        [{ programmes: { ...programmes, usual: presence } }, /depends on presence, expected none/],
        [{ calendar: byZone }, /rules for zones/],
      ] as const) {
        assert.match((await (await apply({ ...strategy, ...change }))('ERROR')).info, reason);
      }
      assert.equal(asked('assign-commands').length, 2);
    });

    test('commands its lamps by their attribute, and reports the outcome', async (t) => {
      const { id, url, call, report, server, gateway, entity, addresses, ask } = await connect();
      t.after(() => server.close());
      await call('POST', 'devices', gateway.devices);
      const lampId = `urn:ngsi-ld:Streetlight:${id}:${addresses[0]}`;
      const offered = async () =>
        (await entity('Streetlight', addresses[0]))?.override === undefined ? undefined : true;
      await eventually('the attribute', offered, PATIENCE_MS);
      const write = async (value: unknown) => {
        const answer = await fetch(`${url}/ngsi-ld/v1/entities/${lampId}/attrs/override`, {
          method: 'PATCH',
          headers: {
            'content-type': 'application/json',
            link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
          },
          body: JSON.stringify({ type: 'Property', value }),
        });
        assert.equal(answer.status, 204, await answer.text());
      };
      const overrides = () => server.asked.filter(({ url: asked }) => asked.pathname === '/talq/override-commands');
      const status = (expected: string, phase: string) =>
        eventually(
          `override_status ${expected} ${phase}`,
          async () => {
            const { override_status: reportedStatus } = await entity('Streetlight', addresses[0]);
            return (reportedStatus?.value === expected && reportedStatus.phase?.value === phase) || undefined;
          },
          PATIENCE_MS,
        );

      await write({ level: 0.8, until: '2099-01-01T00:00:00Z' });
      await eventually('the command', () => overrides()[0], PATIENCE_MS);
      const sent = JSON.parse(overrides()[0]?.body ?? '');
      assert.deepEqual(
        [sent.addresses, sent.targetCommand.state.value, sent.targetCommand.expiration],
        [[{ resource: 'devices', address: addresses[0] }], 80, '2099-01-01T00:00:00Z'],
      );
      await status('PENDING', 'SENT');
      const { cmsRefId } = sent.targetCommand;
      assert.equal(overrides()[0]?.url.searchParams.get('talqRequestId'), cmsRefId);
      const change = { type: 'StateChangeEventLogData', srcAddress: `${addresses[0]}/lampActuator` };
      const command = { state: { name: 'LevelState', value: 80 }, reason: 'override', cmsRefId };
      const taken = await report({ ...change, eventType: 'targetLightCommandChange', command });
      assert.equal(taken.status, 201, JSON.stringify(taken.body));
      await status('DELIVERED', 'DELIVERED');
      await report({ ...change, eventType: 'lightStateChange', command, timestamp: new Date().toISOString() });
      await status('OK', 'OK');
      const level = async () => (await entity('Streetlight', addresses[0])).illuminanceLevel.value;
      await eventually('the level', async () => (await level()) === 0.8 || undefined, PATIENCE_MS);

      // A gateway without command reports shows the outcome by the state of its lamps.
      await write(0.3);
      await eventually('the second command', () => overrides()[1], PATIENCE_MS);
      await status('PENDING', 'SENT');
      gateway.devices = gatewayDevices(addresses, 30, false);
      await ask('POST', `/sources/${id}/run`);
      await status('OK', 'OK');
      gateway.answersOverrides = 422;
      await write('programme');
      await status('ERROR', 'ERROR');
      assert.deepEqual(Object.keys(JSON.parse(overrides()[2]?.body ?? '')), ['addresses']);
      assert.match((await entity('Streetlight', addresses[0])).override_info.value, /override-commands answered 422/);
      const bad = await ask('POST', '/commands', { entityId: lampId, command: 'override', value: 80 });
      assert.deepEqual([bad.status, bad.body.name], [400, 'WRONG_SYNTAX']);
    });
  });
}
