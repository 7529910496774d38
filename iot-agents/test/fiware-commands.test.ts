import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { commandDevices } from './support/command-devices.ts';
import { attributeValue } from './support/territory.ts';

const TYPE = 'WeatherObserved';
const PING = [{ name: 'ping', type: 'command' }];

for (const database of chosenBy('fiware-commands', testDatabases())) {
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

    /** As shown, in this order. */
    const commandsOf = async (ids: readonly string[]) => {
      const answers = await Promise.all(ids.map((id) => ask({ method: 'GET', url: `/iot/commands/${id}` })));
      return answers.map(({ body }) => body);
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

    test('that waits for its turn is not ended by an answer, which is kept as unexpected', async () => {
      const { mqtt } = await territory();
      const device = await freshDevice();
      const messages = await listen(`/${device.apikey}/d1/cmd`);
      const entityIds = [device.entityId, device.entityId];
      const { body } = await command(device.tenant, { entityIds, command: 'ping', value: 1, intervalMs: 600_000 });
      await first(messages);
      const answer = (info: string) =>
        mqtt.publishAsync(`/json/${device.apikey}/d1/cmdexe`, JSON.stringify({ ping: info }), { qos: 1 });
      await answer('done first');
      await answer('done again');
      const shown = await eventually('the unexpected answer', async () => {
        const [sent, waiting] = await commandsOf(body.ids);
        return sent?.unexpectedAnswers === undefined ? undefined : { sent, waiting };
      });
      assert.deepEqual([shown.sent.state, shown.sent.info, typeof shown.sent.sentAt], ['OK', 'done first', 'string']);
      assert.deepEqual(
        shown.sent.unexpectedAnswers.map(({ info, failed }: { info: unknown; failed: boolean }) => [info, failed]),
        [['done again', false]],
      );
      assert.deepEqual([shown.waiting.state, shown.waiting.sentAt, shown.waiting.info], ['PENDING', null, null]);
    });

    test('that was sent twice is answered twice, and the next one gets its own answer', async () => {
      const { mqtt } = await territory();
      const device = await freshDevice();
      const messages = await listen(`/${device.apikey}/d1/cmd`);
      const send = async (value: number) => {
        const before = messages.length;
        const { body } = await command(device.tenant, { entityId: device.entityId, command: 'ping', value });
        await eventually(`message ${value}`, () => (messages.length > before ? true : undefined));
        return body.id as string;
      };
      const one = await send(1);
      const isSent = async () => (await commandsOf([one]))[0]?.state === 'SENT' || undefined;
      await eventually('the first to be noted as sent', isSent);
      // What a process leaves that is killed after it has sent the command and before it has noted that.
      const db = await database.open();
      await db.query({
        text: "UPDATE iot.command SET state = 'PENDING', not_before = now() WHERE id = $1",
        values: [one],
      });
      await eventually('the first again', () => (messages.length === 2 ? true : undefined));
      await eventually('the first to be noted as sent', isSent);
      const two = await send(2);
      for (const info of ['done 1', 'done 1', 'done 2']) {
        await mqtt.publishAsync(`/json/${device.apikey}/d1/cmdexe`, JSON.stringify({ ping: info }), { qos: 1 });
      }
      const [one_, two_] = await eventually('both answers', async () => {
        const commands = await commandsOf([one, two]);
        return commands.every(({ state }) => state === 'OK') ? commands : undefined;
      });
      assert.deepEqual([one_?.info, two_?.info], ['done 1', 'done 2']);
    });

    test('is ended by the answer that has its id, whatever the order', async (t) => {
      const ids: (string | undefined)[] = [];
      const server = createServer((request, response) => {
        ids.push(request.headers['fiware-correlator']?.toString());
        response.end('{}');
      }).listen(0, '127.0.0.1');
      t.after(() => server.close());
      await once(server, 'listening');
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const device = await freshDevice({ endpoint });
      const sent: string[] = [];
      for (const value of [1, 2]) {
        const { body } = await command(device.tenant, { entityId: device.entityId, command: 'ping', value });
        sent.push(body.id);
        await eventually('the device to get it', () => (ids.length === value ? true : undefined));
      }
      assert.deepEqual(ids, sent);
      const url = `/iot/json/commands?k=${device.apikey}&i=d1`;
      for (const id of ids.toReversed()) {
        const headers = { 'content-type': 'application/json', 'fiware-correlator': id };
        await ask({ method: 'POST', url, headers, payload: JSON.stringify({ ping: `done ${id}` }) });
      }
      const commands = await commandsOf(sent);
      assert.deepEqual(
        commands.map(({ state, info }) => [state, info]),
        sent.map((id) => ['OK', `done ${id}`]),
      );
    });

    test('of which there was none is in the quarantine with its answer', async () => {
      const { mqtt } = await territory();
      const device = await freshDevice();
      await mqtt.publishAsync(`/json/${device.apikey}/d1/cmdexe`, '{"ping":"nobody asked"}', { qos: 1 });
      const kept = await eventually('quarantine', async () => {
        const { body } = await ask({ method: 'GET', url: '/iot/quarantine?reason=unexpected_answer&limit=1000' });
        return JSON.stringify(body).includes(device.apikey) ? body : undefined;
      });
      assert.match(JSON.stringify(kept), /answers the command \\"ping\\", but has had no such command/);
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
