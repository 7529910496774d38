import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { Territory } from './support/territory.ts';
import { heardOn, LINK, startTerritory } from './support/territory.ts';

for (const database of chosenBy('configuration', testDatabases())) {
  describe(`the configuration of a FIWARE device on ${database.kind}`, () => {
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
    const freshDevice = async (resource: string, members: object = {}) => {
      const { app, mqtt } = await territory();
      const [tenant, apikey] = [freshTenant(), `k${randomBytes(8).toString('hex')}`];
      const headers = { 'fiware-service': tenant, 'fiware-servicepath': '/' };
      const post = (url: string, payload: object) => app.inject({ method: 'POST', url, headers, payload });
      await post('/iot/groups', { groups: [{ apikey, resource, entity_type: 'WeatherObserved' }] });
      const made = await post('/iot/devices', { devices: [{ device_id: 'd1', apikey, ...members }] });
      assert.equal(made.statusCode, 201, made.body);
      const id = 'urn:ngsi-ld:WeatherObserved:d1';
      const stand = { sleepTime: { type: 'Property', value: 200 }, mode: { type: 'Property', value: 'eco' } };
      const entity = await app.inject({
        method: 'POST',
        url: '/ngsi-ld/v1/entities',
        headers: { 'ngsild-tenant': tenant, link: LINK, 'content-type': 'application/json' },
        payload: JSON.stringify({ id, type: 'WeatherObserved', ...stand }),
      });
      assert.equal(entity.statusCode, 201, entity.body);
      const messages = await heardOn(mqtt, `/${apikey}/d1/configuration/values`);
      const set = (sleepTime: number) =>
        app.inject({
          method: 'PATCH',
          url: `/ngsi-ld/v1/entities/${id}/attrs/sleepTime`,
          headers: { 'ngsild-tenant': tenant, link: LINK, 'content-type': 'application/json' },
          payload: JSON.stringify({ type: 'Property', value: sleepTime }),
        });
      return { apikey, heard: messages, set };
    };
    const nth = (messages: readonly string[], n: number) => eventually(`message ${n}`, () => messages[n], 30_000);

    test('is sent on its topic on request', async () => {
      const { mqtt } = await territory();
      const { apikey, heard: messages } = await freshDevice('/iot/json');
      const topic = `/json/${apikey}/d1/configuration/commands`;
      await mqtt.publishAsync(topic, '{"type":"configuration","fields":["sleepTime","mode","none"]}', { qos: 1 });
      const { dt, ...values } = JSON.parse(await nth(messages, 0));
      assert.deepEqual(values, { sleepTime: 200, mode: 'eco' });
      assert.match(dt, /^\d{8}T\d{6}Z$/);
    });

    test('in UltraLight is sent in that format', async () => {
      const { mqtt } = await territory();
      const { apikey, heard: messages } = await freshDevice('/iot/d');
      await mqtt.publishAsync(`/ul/${apikey}/d1/configuration/commands`, 'configuration|sleepTime|mode', { qos: 1 });
      assert.match(await nth(messages, 0), /^d1@configuration\|sleepTime=200\|mode=eco\|dt=\d{8}T\d{6}Z$/);
    });

    test('is sent again to subscribers when it changes', async () => {
      const { mqtt } = await territory();
      const { apikey, heard: messages, set } = await freshDevice('/iot/json');
      const topic = `/json/${apikey}/d1/configuration/commands`;
      await mqtt.publishAsync(topic, '{"type":"subscription","fields":["sleepTime"]}', { qos: 1 });
      assert.equal(JSON.parse(await nth(messages, 0)).sleepTime, 200);
      const values = () => messages.map((message) => JSON.parse(message).sleepTime as number);
      for (let value = 300; !values().some((sentValue) => sentValue >= 300); value++) {
        assert.equal((await set(value)).statusCode, 204);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    });

    test('is posted to the endpoint of a device that has one', async (t) => {
      const { app } = await territory();
      const posted: string[] = [];
      const server = createServer(async (request, response) => {
        posted.push(`${request.url} ${await text(request)}`);
        response.end();
      }).listen(0, '127.0.0.1');
      t.after(() => server.close());
      await once(server, 'listening');
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/d1`;
      const { apikey } = await freshDevice('/iot/json', { transport: 'HTTP', endpoint });
      const url = `/iot/json/configuration/commands?k=${apikey}&i=d1`;
      const headers = { 'content-type': 'application/json' };
      const payload = '{"type":"configuration","fields":["mode"]}';
      const answer = await app.inject({ method: 'POST', url, headers, payload });
      assert.equal(answer.statusCode, 200, answer.body);
      assert.match(await nth(posted, 0), /^\/d1\/configuration\/values \{"mode":"eco","dt":"\d{8}T\d{6}Z"\}$/);
    });
  });
}
