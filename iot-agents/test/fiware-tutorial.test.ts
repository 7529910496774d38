import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { InjectOptions } from 'fastify';
import type { Territory } from './support/territory.ts';
import { LINK, startTerritory } from './support/territory.ts';

/*
 * FIWARE's step-by-step tutorials on IoT agents (FIWARE/tutorials.IoT-Agent and tutorials.IoT-Agent-JSON, branch
 * NGSI-LD) with unchanged requests: methods, paths, headers and bodies. Differences: the ports of agent, device side
 * and broker are one (the agent's own NGSI-LD port is under `/iot`), the @context is the territory's, and the service,
 * the key and the device addresses are those of this test.
 */
interface Variant {
  readonly name: string;
  readonly resource: string;
  readonly measureType: string;
  readonly measure: (name: string, value: number) => string;
  /** The answer of the tutorials' dummy devices to a command. */
  readonly answer: (device: string, command: string) => string;
  readonly sent: (device: string, command: string) => string;
}

const VARIANTS: readonly Variant[] = [
  {
    name: 'JSON',
    resource: '/iot/json',
    measureType: 'application/json',
    measure: (name, value) => JSON.stringify({ [name]: value }),
    answer: (_device, command) => JSON.stringify({ [command]: `${command} OK` }),
    sent: (_device, command) => JSON.stringify({ [command]: ' ' }),
  },
  {
    name: 'UltraLight 2.0',
    resource: '/iot/d',
    measureType: 'text/plain',
    measure: (name, value) => `${name}|${value}`,
    answer: (device, command) => `${device}@${command}|${command} OK`,
    sent: (device, command) => `${device}@${command}| `,
  },
];

const BARN = [{ name: 'controlledAsset', type: 'Relationship', value: 'urn:ngsi-ld:Building:barn001' }];
const COMMAND = JSON.stringify({ type: 'Property', value: ' ' });

for (const database of chosenBy('fiware-tutorial', testDatabases())) {
  describe(`FIWARE's tutorial on ${database.kind}`, () => {
    let started: Promise<Territory> | undefined;
    after(async () => (await started)?.close());
    const territory = (): Promise<Territory> => {
      started ??= database.open().then(async (db) => {
        const probe = createServer().listen(0, '127.0.0.1');
        await once(probe, 'listening');
        const { port } = probe.address() as AddressInfo;
        probe.close();
        await once(probe, 'close');
        const made = await startTerritory(db, { notifyUrl: `http://127.0.0.1:${port}/iot/notify` });
        await made.app.listen({ port, host: '127.0.0.1' });
        return made;
      });
      return started;
    };

    for (const { name, resource, measureType, measure, answer, sent } of VARIANTS) {
      test(`on the ${name} agent works with its unchanged requests`, { timeout: 120_000 }, async (t) => {
        const messages: string[] = [];
        const devices = createServer(async (request, response) => {
          const body = await text(request);
          messages.push(`${request.url} ${body}`);
          const device = request.url?.split('/').at(-1) ?? '';
          const command = /on|off|start|stop|add|remove/.exec(body.replace(`${device}@`, ''))?.[0] ?? '';
          response.end(answer(device, command));
        }).listen(0, '127.0.0.1');
        t.after(() => devices.close());
        await once(devices, 'listening');
        const sensors = `http://127.0.0.1:${(devices.address() as AddressInfo).port}`;
        const openiot = freshTenant();
        const apikey = `k${openiot}`;
        const { app } = await territory();
        const agent = { 'fiware-service': openiot, 'fiware-servicepath': '/' };
        const broker = { 'NGSILD-Tenant': openiot, Link: LINK };
        const send = async (
          method: InjectOptions['method'],
          url: string,
          headers: Record<string, string>,
          body?: object | string,
        ) => {
          const payload = typeof body === 'object' ? JSON.stringify(body) : body;
          const given = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
          return { status: given.statusCode, body: given.body === '' ? undefined : JSON.parse(given.body) };
        };
        const json = { ...agent, 'Content-Type': 'application/json' };
        const expectStatus = async (given: ReturnType<typeof send>, status: number) => {
          const { status: got, body } = await given;
          assert.equal(got, status, JSON.stringify(body));
          return body;
        };
        const entity = (id: string, has: readonly string[], query = '') =>
          eventually(
            `${id} with ${has.join(', ')}`,
            async () => {
              const { status, body } = await send('GET', `/ngsi-ld/v1/entities/urn:ngsi-ld:Device:${id}${query}`, {
                ...broker,
                Accept: 'application/json',
              });
              return status === 200 && has.every((member) => member in body) ? body : undefined;
            },
            60_000,
          );

        // 1: the service's health.
        const about = await expectStatus(send('GET', '/iot/about', {}), 200);
        for (const member of ['libVersion', 'port', 'baseRoot', 'version'])
          assert.equal(typeof about[member], 'string');

        // 2: a service group.
        const group = {
          apikey,
          cbroker: 'http://orion:1026',
          entity_type: 'Device',
          resource,
          attributes: [
            {
              object_id: 'bpm',
              type: 'Property',
              name: 'heartRate',
              metadata: { unitCode: { type: 'Text', value: '5K' } },
            },
            { object_id: 's', name: 'status', type: 'Property' },
            { object_id: 'gps', name: 'location', type: 'geo:point' },
          ],
          static_attributes: [
            { name: 'category', type: 'Property', value: 'sensor' },
            { name: 'supportedProtocol', type: 'Property', value: 'ul20' },
          ],
        };
        await expectStatus(send('POST', '/iot/services', json, { services: [group] }), 201);

        // 3 to 5: a sensor, its measurement, and its entity in the broker.
        const temperature = {
          device_id: 'temperature001',
          entity_name: 'urn:ngsi-ld:Device:temperature001',
          entity_type: 'Device',
          apikey,
          timezone: 'Europe/Berlin',
          attributes: [
            {
              object_id: 't',
              name: 'temperature',
              type: 'Property',
              metadata: { unitCode: { type: 'Text', value: 'CEL' } },
            },
          ],
          static_attributes: BARN,
        };
        await expectStatus(send('POST', '/iot/devices', json, { devices: [temperature] }), 201);
        const measured = { 'Content-Type': measureType };
        const south = (device: string) => `${resource}?k=${apikey}&i=${device}`;
        const answered = await app.inject({
          method: 'POST',
          url: south('temperature001'),
          headers: measured,
          payload: measure('t', 3),
        });
        assert.equal(answered.statusCode, 200, answered.body);
        const warm = await entity('temperature001', ['temperature'], '?attrs=temperature');
        const { observedAt, ...rest } = warm.temperature;
        assert.deepEqual(rest, { type: 'Property', value: 3, unitCode: 'CEL' });
        assert.ok(Math.abs(Date.parse(observedAt) - Date.now()) < 600_000);
        assert.ok(!('controlledAsset' in warm));

        // 6 and 7: an unprovisioned device.
        await app.inject({ method: 'POST', url: south('motion003'), headers: measured, payload: measure('c', 1) });
        await entity('motion003', ['c']);
        const all = await expectStatus(
          send('GET', '/ngsi-ld/v1/entities/?type=Device', { ...broker, Accept: 'application/ld+json' }),
          200,
        );
        const motion = all.find(({ id }: { id: string }) => id === 'urn:ngsi-ld:Device:motion003');
        assert.deepEqual(
          [motion.c.value, motion.category.value, motion.supportedProtocol.value],
          [1, 'sensor', 'ul20'],
        );

        // 8 to 10: an actuator, a command through the agent's own port, and its result.
        const actuator = (device_id: string, entity_type: string, commands: readonly string[], more: object = {}) => ({
          device_id,
          entity_name: `urn:ngsi-ld:Device:${device_id}`,
          entity_type,
          apikey,
          protocol: 'PDI-IoTA-UltraLight',
          transport: 'HTTP',
          endpoint: `${sensors}/iot/${device_id}`,
          commands: commands.map((command) => ({ name: command, type: 'Property' })),
          static_attributes: BARN,
          ...more,
        });
        await expectStatus(
          send('POST', '/iot/devices', json, { devices: [actuator('water001', 'Device', ['on', 'off'])] }),
          201,
        );
        await expectStatus(
          send('PATCH', '/iot/ngsi-ld/v1/entities/urn:ngsi-ld:Device:water001/attrs/on', json, COMMAND),
          204,
        );
        const result = (id: string, command: string) =>
          eventually(
            `${command} of ${id}`,
            async () => {
              const found = await entity(id, [`${command}_status`]);
              return found[`${command}_status`].value === 'OK' ? found[`${command}_info`].value : undefined;
            },
            60_000,
          );
        assert.equal(await result('water001', 'on'), 'on OK');
        assert.deepEqual(messages, [`/iot/water001 ${sent('water001', 'on')}`]);

        // 11 to 13: a filling station, a tractor, and the list.
        const fillingLevel = {
          object_id: 'f',
          name: 'fillingLevel',
          type: 'Number',
          metadata: { unitCode: { type: 'Text', value: 'C62' } },
        };
        const filling = actuator('filling001', 'FillingLevelSensor', ['add', 'remove'], { attributes: [fillingLevel] });
        await expectStatus(send('POST', '/iot/devices', json, { devices: [filling] }), 201);
        const tractor = actuator('tractor001', 'Tractor', ['start', 'stop']);
        await expectStatus(send('POST', '/iot/devices', json, { devices: [tractor] }), 201);
        const listed = await expectStatus(send('GET', '/iot/devices', agent), 200);
        const ids = listed.devices.map(({ device_id }: { device_id: string }) => device_id).sort();
        assert.deepEqual(ids, ['filling001', 'motion003', 'temperature001', 'tractor001', 'water001']);

        // 14 to 16: the same through the broker.
        for (const [device, command] of [
          ['water001', 'off'],
          ['tractor001', 'start'],
          ['filling001', 'add'],
        ] as const) {
          const url = `/ngsi-ld/v1/entities/urn:ngsi-ld:Device:${device}/attrs/${command}`;
          await expectStatus(send('PATCH', url, { ...broker, 'Content-Type': 'application/json' }, COMMAND), 204);
          assert.equal(await result(device, command), `${command} OK`);
          assert.equal(messages.at(-1), `/iot/${device} ${sent(device, command)}`);
        }

        // 17 to 21: groups created, read, listed, changed, deleted. The first has an existing key.
        const thing = { apikey, cbroker: 'http://orion:1026', entity_type: 'Thing', resource };
        await expectStatus(send('POST', '/iot/services', json, { services: [thing] }), 409);
        for (const query of [`?resource=${resource}`, '']) {
          const { count, services } = await expectStatus(send('GET', `/iot/services${query}`, agent), 200);
          assert.equal(count, 1);
          for (const [member, value] of Object.entries({ ...group, service: openiot, subservice: '/' })) {
            assert.deepEqual(services[0][member], value, member);
          }
        }
        const one = `/iot/services?resource=${resource}&apikey=${apikey}`;
        await expectStatus(send('PUT', one, json, { attributes: [] }), 204);
        assert.deepEqual((await send('GET', '/iot/services', agent)).body.services[0].attributes, []);
        // The query of the JSON tutorial has a second question mark, so it contains no apikey.
        await expectStatus(send('DELETE', `/iot/services/?resource=${resource}?apikey=${apikey}`, agent), 400);
        await expectStatus(send('DELETE', `/iot/services/?resource=${resource}&apikey=${apikey}`, agent), 204);

        // 22 to 26: devices created, read, listed, changed, deleted.
        const second = actuator('water002', 'Device', ['on', 'off']);
        await expectStatus(send('POST', '/iot/devices', json, { devices: [second] }), 201);
        const read = await expectStatus(send('GET', '/iot/devices/water002', agent), 200);
        for (const [member, value] of Object.entries({ ...second, service: openiot, service_path: '/' })) {
          if (member !== 'commands') assert.deepEqual(read[member], value, member);
        }
        assert.deepEqual([read.attributes, read.lazy], [[], []]);
        assert.deepEqual(read.commands, [
          { object_id: 'on', name: 'on', type: 'Property' },
          { object_id: 'off', name: 'off', type: 'Property' },
        ]);
        assert.equal((await send('GET', '/iot/devices', agent)).body.count, 6);
        await expectStatus(send('PUT', '/iot/devices/water002', json, { entity_type: 'IoT-Device' }), 204);
        assert.equal((await send('GET', '/iot/devices/water002', agent)).body.entity_type, 'IoT-Device');
        await expectStatus(send('DELETE', '/iot/devices/water002', agent), 204);
        await expectStatus(send('GET', '/iot/devices/water002', agent), 404);
      });
    }
  });
}
