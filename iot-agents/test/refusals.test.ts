import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { connectAsync, type IClientOptions } from 'mqtt';
import { pino } from 'pino';
import { startTerritory } from './support/territory.ts';

const secret = () => randomBytes(12).toString('hex');

for (const database of chosenBy('refusals', testDatabases())) {
  test(`refused messages are counted, write nothing, and their keys are not in the log (${database.kind})`, async (t) => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const { app, agents, mqtt, entity, close } = await startTerritory(await database.open(), { logger });
    const made: string[] = [];
    t.after(async () => {
      for (const url of made) await app.inject({ method: 'DELETE', url });
      await close();
    });
    const [tenant, apikey, wrongKey, password, wrongPassword] = [freshTenant(), secret(), secret(), secret(), secret()];
    const [webhookSecret, wrongSecret, asKey] = [secret(), secret(), randomBytes(16).toString('hex')];
    const { refused, quarantined } = agents.counters();
    const unknownKeys = () => quarantined.unknown_key ?? 0;
    const before = { ...refused, unknown_key: unknownKeys() };
    const counted = () => {
      const counts = Object.entries({ ...refused, unknown_key: unknownKeys() });
      return Object.fromEntries(counts.map(([name, count]) => [name, count - before[name as keyof typeof before]]));
    };
    const put = async (path: string, payload: object) => {
      const url = `/iot/registry/${path}`;
      const { statusCode, body } = await app.inject({ method: 'PUT', url, payload });
      assert.equal(statusCode, 204, body);
      made.push(url);
    };
    const post = async (url: string, payload: object, headers = {}) =>
      (await app.inject({ method: 'POST', url, payload, headers })).statusCode;
    const fiware = { 'fiware-service': tenant, 'fiware-servicepath': '/' };
    const groups = [{ apikey, resource: '/iot/json', entity_type: 'Thing' }];
    assert.equal(await post('/iot/groups', { groups }, fiware), 201);

    // An unknown key, by MQTT and by HTTP.
    await mqtt.publishAsync(`/json/${wrongKey}/d1/attrs`, '{"n":1}', { qos: 1 });
    await eventually('quarantine', () => unknownKeys() > before.unknown_key || undefined);
    assert.equal(await post(`/iot/json?k=${wrongKey}&i=d1`, { n: 1 }), 404);

    // A network server without its secret, and one with a modified token.
    const named = `c${secret()}`;
    await put(`connections/${named}`, { name: named, secret: webhookSecret });
    await put(`connections/${named}-as`, { name: named, asKey });
    const frame = { cmd: 'rx', EUI: secret().slice(0, 16), ts: Date.now(), fcnt: 1, port: 2, data: '00' };
    assert.equal(await post(`/iot/lns/${named}`, frame, { authorization: `Bearer ${wrongSecret}` }), 401);
    const uplink = { CustomerID: '1', DevEUI: frame.EUI.toUpperCase(), FPort: 1, FCntUp: 1, payload_hex: '00' };
    const query = `LrnDevEui=${uplink.DevEUI}&AS_ID=TWA_1.AS&Time=2021-04-07T08:49:51.551Z`;
    const token = createHash('sha256').update(`1${uplink.DevEUI}1100${query}${asKey}`).digest('hex');
    const altered = token.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    assert.equal(await post(`/iot/lns/${named}-as?${query}&Token=${altered}`, { DevEUI_uplink: uplink }), 401);

    // On the embedded MQTT broker, and by HTTP, without the device's password; and on another device's topic.
    const username = `u${randomBytes(4).toString('hex')}`;
    await put(`mqtt-credentials/${username}`, { apikey, device: 'd2', password, http: true });
    const url = `mqtt://127.0.0.1:${agents.mqttPort}`;
    const connect = (options: IClientOptions) => connectAsync(url, { reconnectPeriod: 0, ...options }, false);
    // Earlier clients are refused now, and keep trying.
    await mqtt.endAsync(true);
    before.credential = refused.credential;
    await assert.rejects(connect({ username, password: wrongPassword }));
    assert.equal(await post(`/iot/json?k=${apikey}&i=d2`, { n: 1 }, { 'x-api-key': wrongPassword }), 401);
    const device = await connect({ username, password });
    await device.subscribeAsync(`/${apikey}/d1/cmd`).catch(() => undefined);
    const closed = new Promise<void>((resolve) => device.once('close', () => resolve()));
    device.publish(`/json/${apikey}/d1/attrs`, '{"n":1}', { qos: 1 });
    await closed;

    assert.deepEqual(counted(), { credential: 2, topic: 2, webhook: 2, key: 1, connection: 0, unknown_key: 1 });
    for (const id of ['d1', 'd2']) assert.equal(await entity(`urn:ngsi-ld:Thing:${id}`, tenant), undefined);
    const metrics = await app.inject('/metrics');
    assert.match(metrics.body, new RegExp(`^alzette_iot_refused_total\\{reason="topic"\\} ${refused.topic}$`, 'm'));
    const log = lines.join('');
    assert.match(log, /an MQTT client was refused/);
    assert.match(log, /an MQTT client published on a topic that is not its own/);
    const keys = { apikey, wrongKey, password, wrongPassword, webhookSecret, wrongSecret, asKey, token, altered };
    for (const [name, key] of Object.entries(keys)) assert.ok(!log.includes(key), `${name} is in the log`);
  });
}
