import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, describe, test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { commandDevices } from './support/command-devices.ts';
import { attributeValue, eventually } from './support/territory.ts';

const TYPE = 'WeatherObserved';
const PING = [{ name: 'ping', type: 'command' }];

for (const database of testDatabases()) {
  describe(`a command to a FIWARE device on ${database.kind}`, () => {
    const { territory, ask, listen, first, status, command, patch, close } = commandDevices(database);
    after(close);

    const freshDevice = async (members: object = {}, resource = '/iot/json') => {
      const tenant = freshTenant();
      const apikey = `k${randomBytes(8).toString('hex')}`;
      const headers = { 'fiware-service': tenant, 'fiware-servicepath': '/' };
      const groups = [{ apikey, resource, entity_type: TYPE, commands: PING }];
      await ask({ method: 'POST', url: '/iot/groups', headers, payload: { groups } });
      const devices = [{ device_id: 'd1', ...members }];
      const answer = await ask({ method: 'POST', url: '/iot/devices', headers, payload: { devices } });
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      return { tenant, apikey, entityId: `urn:ngsi-ld:${TYPE}:d1`, command: 'ping' };
    };

    test('is requested by its attribute, is sent on its topic, and returns its result', async () => {
      const { mqtt } = await territory();
      const device = await freshDevice();
      const messages = await listen(`/${device.apikey}/d1/cmd`);
      const answer = await patch(device, { data: '22' });
      assert.equal(answer.status, 204, JSON.stringify(answer.body));
      assert.equal(await first(messages), '{"ping":{"data":"22"}}');
      await status(device.entityId, device.tenant, 'ping', 'PENDING');
      await mqtt.publishAsync(`/json/${device.apikey}/d1/cmdexe`, '{"ping":"1234567890"}', { qos: 1 });
      const entity = await status(device.entityId, device.tenant, 'ping', 'OK');
      assert.equal(attributeValue(entity, 'ping_info'), '1234567890');
      // The same value again is another command.
      assert.equal(attributeValue(entity, 'ping'), '');
      await patch(device, { data: '22' });
      await eventually('a second message', () => (messages.length === 2 ? true : undefined));
    });

    test('can fail', async () => {
      const { mqtt } = await territory();
      const device = await freshDevice();
      await command(device.tenant, { entityId: device.entityId, command: 'ping', value: 1 });
      const failure = JSON.stringify({ ping: { status: 'ERROR', info: 'lamp relay stuck' } });
      await mqtt.publishAsync(`/json/${device.apikey}/d1/cmdexe`, failure, { qos: 1 });
      const entity = await status(device.entityId, device.tenant, 'ping', 'ERROR');
      assert.equal(attributeValue(entity, 'ping_info'), 'lamp relay stuck');
    });

    test('is sent in UltraLight to devices of that protocol', async () => {
      const { mqtt } = await territory();
      const device = await freshDevice({}, '/iot/d');
      const messages = await listen(`/${device.apikey}/d1/cmd`);
      const send = (value: unknown) => command(device.tenant, { entityId: device.entityId, command: 'ping', value });
      await send('22');
      assert.equal(await first(messages), 'd1@ping|22');
      await mqtt.publishAsync(`/ul/${device.apikey}/d1/cmdexe`, 'd1@ping|1234567890', { qos: 1 });
      const entity = await status(device.entityId, device.tenant, 'ping', 'OK');
      assert.equal(attributeValue(entity, 'ping_info'), 1234567890);
      await send({ param1: '1', param2: '2' });
      await eventually('parameters', () => messages.find((message) => message === 'd1@ping|param1=1|param2=2'));
      await mqtt.publishAsync(`/ul/${device.apikey}/d1/cmdexe`, 'd1@ping|ERROR|no power', { qos: 1 });
      await status(device.entityId, device.tenant, 'ping', 'ERROR');
    });

    test('waits for a polling device', async () => {
      const device = await freshDevice({ transport: 'HTTP', polling: true });
      const headers = { 'content-type': 'application/json' };
      await command(device.tenant, { entityId: device.entityId, command: 'ping', value: 'left' });
      const poll = { method: 'GET', url: `/iot/json?k=${device.apikey}&i=d1&getCmd=1` } as const;
      assert.deepEqual(await ask(poll), { status: 200, body: { ping: 'left' } });
      assert.deepEqual(await ask(poll), { status: 200, body: {} });
      await status(device.entityId, device.tenant, 'ping', 'DELIVERED');
      const url = `/iot/json/commands?k=${device.apikey}&i=d1`;
      assert.deepEqual(await ask({ method: 'POST', url, headers, payload: '{"ping":"done"}' }), {
        status: 200,
        body: {},
      });
      const entity = await status(device.entityId, device.tenant, 'ping', 'OK');
      assert.equal(attributeValue(entity, 'ping_info'), 'done');
    });

    test('is posted to a device that has an endpoint', async (t) => {
      let answers: [status: number, body: string] = [200, 'd1@ping|done'];
      const bodies: string[] = [];
      const server = createServer(async (request, response) => {
        bodies.push(await text(request));
        response.writeHead(answers[0]).end(answers[1]);
      }).listen(0, '127.0.0.1');
      t.after(() => server.close());
      await once(server, 'listening');
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const device = await freshDevice({ endpoint }, '/iot/d');
      const send = () => command(device.tenant, { entityId: device.entityId, command: 'ping', value: 'left' });
      await send();
      const done = await status(device.entityId, device.tenant, 'ping', 'OK');
      assert.equal(attributeValue(done, 'ping_info'), 'done');
      assert.deepEqual(bodies, ['d1@ping|left']);
      answers = [500, 'stuck'];
      await send();
      const failed = await status(device.entityId, device.tenant, 'ping', 'ERROR');
      assert.equal(attributeValue(failed, 'ping_info'), 'the device answered 500: stuck');
    });

    test('without a result expires, and a late result changes nothing', async () => {
      const { mqtt } = await territory();
      const device = await freshDevice({ commands: [{ name: 'ping', type: 'command', expires: 200 }] });
      const { body } = await command(device.tenant, { entityId: device.entityId, command: 'ping', value: 1 });
      await status(device.entityId, device.tenant, 'ping', 'EXPIRED');
      await mqtt.publishAsync(`/json/${device.apikey}/d1/cmdexe`, '{"ping":"late"}', { qos: 1 });
      const late = await eventually('the late result', async () => {
        const answer = await ask({ method: 'GET', url: `/iot/commands/${body.id}` });
        return answer.body.info?.lateResult === undefined ? undefined : answer.body;
      });
      assert.deepEqual([late.state, late.info], ['EXPIRED', { lateResult: 'late' }]);
    });
  });
}
