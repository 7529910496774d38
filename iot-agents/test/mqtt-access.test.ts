import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { connectAsync, type IClientOptions } from 'mqtt';
import type { Territory } from './support/territory.ts';
import { startTerritory } from './support/territory.ts';

for (const database of chosenBy('mqtt-access', testDatabases())) {
  describe(`the embedded MQTT broker on ${database.kind}`, () => {
    let started: Promise<Territory> | undefined;
    after(async () => (await started)?.close());

    test('is open until a password is set; then every client may act only for its own device', async (t) => {
      started ??= database.open().then((db) => startTerritory(db));
      const { app, agents, entity } = await started;
      const [tenant, apikey] = [freshTenant(), `k${randomBytes(8).toString('hex')}`];
      const [username, password] = [`u${randomBytes(4).toString('hex')}`, randomBytes(12).toString('hex')];
      const groups = [{ apikey, resource: '/iot/json', entity_type: 'Thing' }];
      const headers = { 'fiware-service': tenant, 'fiware-servicepath': '/' };
      await app.inject({ method: 'POST', url: '/iot/groups', headers, payload: { groups } });
      const credentials = `/iot/registry/mqtt-credentials/${username}`;
      const short = await app.inject({ method: 'PUT', url: credentials, payload: { apikey, password: 'short' } });
      assert.equal(short.statusCode, 400);
      const given = await app.inject({ method: 'PUT', url: credentials, payload: { apikey, device: 'd1', password } });
      assert.equal(given.statusCode, 204, given.body);
      t.after(() => app.inject({ method: 'DELETE', url: credentials }));

      const url = `mqtt://127.0.0.1:${agents.mqttPort}`;
      const connect = (options: IClientOptions) => connectAsync(url, { reconnectPeriod: 0, ...options }, false);
      await assert.rejects(connect({}));
      await assert.rejects(connect({ username, password: `${password}x` }));
      const device = await connect({ username, password });
      await device.publishAsync(`/json/${apikey}/d1/attrs`, '{"n":1}', { qos: 1 });
      await eventually('the measure', async () => await entity('urn:ngsi-ld:Thing:d1', tenant));
      const [command, foreign] = await Promise.all([
        device.subscribeAsync(`/${apikey}/d1/cmd`, { qos: 1 }),
        device.subscribeAsync('#', { qos: 1 }).catch(() => []),
      ]);
      assert.equal(command[0]?.qos, 1);
      assert.ok(foreign.every(({ qos }) => qos === 128));
      const closed = new Promise<void>((resolve) => device.once('close', () => resolve()));
      device.publish(`/json/${apikey}/d2/attrs`, '{"n":1}', { qos: 1 });
      await closed;
      assert.equal(await entity('urn:ngsi-ld:Thing:d2', tenant), undefined);
      const listed = await app.inject('/iot/registry/mqtt-credentials');
      assert.ok(listed.body.includes(username) && !listed.body.includes(password));
    });
  });
}
