import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { connectAsync, type MqttClient } from 'mqtt';
import { CONTEXT, LINK, startTerritory, type Territory } from './support/territory.ts';

const LD = 'application/ld+json';

/** The subscriptions of FIWARE's JSON agent: as a shared group, with and without its protocol as prefix. */
const AGENT_TOPICS = [
  '/+/+/attrs/+',
  '/json/+/+/attrs/+',
  '/+/+/attrs',
  '/json/+/+/attrs',
  '/json/+/+/cmdexe',
  'json/+/+/attrs',
];

interface Protocol {
  readonly name: string;
  /** The prefix of the topics of its devices, and the name of its group. */
  readonly prefix: string;
  readonly measure: string;
  command(value: string): string;
  readonly result: string;
  /** The value in a message of the device. */
  readValue(payload: string): unknown;
}

const PROTOCOLS: readonly Protocol[] = [
  {
    name: 'JSON',
    prefix: 'json',
    measure: '{"t":21}',
    command: (value) => JSON.stringify({ on: value }),
    result: '{"on":"done"}',
    readValue: (payload) => Object.values(JSON.parse(payload))[0],
  },
  {
    name: 'UltraLight',
    prefix: 'ul',
    measure: 't|21',
    command: (value) => `lamp001@on|${value}`,
    result: 'lamp001@on|done',
    readValue: (payload) => (payload.startsWith('t|') ? Number(payload.slice(2)) : payload.split('|')[1]),
  },
];

async function agentOnMqtt(port: number | undefined, heard: [string, string][]): Promise<MqttClient> {
  const agent = await connectAsync(`mqtt://127.0.0.1:${port}`);
  agent.on('message', (topic, payload) => heard.push([topic, payload.toString()]));
  const granted = await agent.subscribeAsync(AGENT_TOPICS.map((filter) => `$share/json/${filter}`));
  assert.ok(granted.every(({ qos }) => qos < 128));
  return agent;
}

describe('FIWARE’s agents beside ours', () => {
  // Only the embedded database, because the messages are between MQTT clients and the API.
  const [database] = testDatabases();
  let territory: Territory;
  before(async () => {
    assert.ok(database !== undefined);
    territory = await startTerritory(await database.open());
  });
  after(() => territory.close());

  test('measurements reach one agent of a group through the embedded MQTT broker, and no other client’s messages are lost', async (t) => {
    const { agents } = territory;
    const heard: [string, string][][] = [[], [], []];
    const [one, other] = await Promise.all([
      agentOnMqtt(agents.mqttPort, heard[0] ?? []),
      agentOnMqtt(agents.mqttPort, heard[1] ?? []),
    ]);
    const device = await connectAsync(`mqtt://127.0.0.1:${agents.mqttPort}`);
    device.on('message', (topic, payload) => heard[2]?.push([topic, payload.toString()]));
    await device.subscribeAsync('/json/k1/d1/attrs');
    t.after(() => Promise.all([one, other, device].map((client) => client?.endAsync())));

    for (let n = 0; n < 20; n++) await device.publishAsync('/json/k1/d1/attrs', `{"n":${n}}`, { qos: 1 });
    const both = () => [...(heard[0] ?? []), ...(heard[1] ?? [])];
    await eventually('all measures', () => (both().length >= 20 ? true : undefined));
    assert.deepEqual(
      both()
        .map(([, payload]) => payload)
        .sort(),
      Array.from({ length: 20 }, (_, n) => `{"n":${n}}`).sort(),
    );
    assert.ok((heard[0]?.length ?? 0) > 0 && (heard[1]?.length ?? 0) > 0, 'the group shares them');
    assert.equal(heard[2]?.length, 20);

    await one?.unsubscribeAsync(AGENT_TOPICS.map((filter) => `$share/json/${filter}`));
    const before = heard[0]?.length;
    for (let n = 0; n < 4; n++) await device.publishAsync('/json/k1/d1/attrs', 'after', { qos: 1 });
    await eventually('the rest', () =>
      heard[1]?.filter(([, payload]) => payload === 'after').length === 4 ? true : undefined,
    );
    assert.equal(heard[0]?.length, before);
  });

  /** The requests of the published agents to a broker, with our own data. */
  for (const { name, prefix, measure, command: commandText, result, readValue } of PROTOCOLS) {
    test(`FIWARE’s ${name} agent works beside ours: groups of devices, measurements, commands with their states`, async (t) => {
      const { app, agents } = territory;
      const service = freshTenant();
      const apikey = `key-${prefix}`;
      const headers = {
        'fiware-service': service,
        'fiware-servicepath': '/',
        'ngsild-tenant': service,
        'ngsild-path': '/',
        'content-type': LD,
      };
      const ask = (method: 'GET' | 'POST' | 'PATCH' | 'PUT', path: string, body?: unknown, other: object = headers) =>
        app.inject({
          method,
          url: path,
          headers: { ...other },
          ...(body !== undefined && { payload: JSON.stringify(body) }),
        });
      const id = 'urn:ngsi-ld:Device:lamp001';
      const upsert = (attributes: object) =>
        ask('POST', '/ngsi-ld/v1/entityOperations/upsert/?options=update', [
          { '@context': CONTEXT, id, type: 'Device', ...attributes },
        ]);

      // The agent: an HTTP server for commands, and an MQTT client.
      const asked: { url: string | undefined; tenant: unknown; body: unknown }[] = [];
      const mqtt = await connectAsync(`mqtt://127.0.0.1:${agents.mqttPort}`);
      const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('end', () => {
          const body = JSON.parse(Buffer.concat(chunks).toString());
          asked.push({ url: request.url, tenant: request.headers['ngsild-tenant'], body });
          mqtt.publish(`/${apikey}/lamp001/cmd`, commandText(String(body.value ?? '')));
          response.writeHead(204).end();
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      t.after(async () => {
        server.close();
        await mqtt.endAsync();
      });
      // The device answers its commands.
      const device = await connectAsync(`mqtt://127.0.0.1:${agents.mqttPort}`);
      t.after(() => device.endAsync());
      device.on('message', () => device.publish(`/${prefix}/${apikey}/lamp001/cmdexe`, result));
      await device.subscribeAsync(`/${apikey}/lamp001/cmd`);
      await mqtt.subscribeAsync([`$share/${prefix}//${prefix}/+/+/cmdexe`, `$share/${prefix}//${prefix}/+/+/attrs`]);
      mqtt.on('message', (topic, payload) => {
        const value = readValue(payload.toString());
        if (topic.endsWith('/attrs')) {
          void upsert({
            temperature: { type: 'Property', value, unitCode: 'CEL', observedAt: '2026-01-01T00:00:00.000Z' },
          });
          return;
        }
        void upsert({
          on_status: { type: 'Property', value: 'OK', observedAt: '2026-01-01T00:00:01.000Z' },
          on_info: { type: 'Property', value, observedAt: '2026-01-01T00:00:01.000Z' },
        });
      });

      // A device is provisioned: its entity is created with the states of its commands.
      assert.equal(
        (await upsert({ on_status: { type: 'Property', value: 'UNKNOWN' }, on_info: { type: 'Property', value: ' ' } }))
          .statusCode,
        201,
      );
      const lenient = await ask(
        'PUT',
        `/ops/tenants/${service}/interop`,
        { lenient: true },
        { 'content-type': 'application/json' },
      );
      assert.equal(lenient.statusCode, 204, lenient.body);
      const registered = await ask('POST', '/ngsi-ld/v1/csourceRegistrations/', {
        type: 'ContextSourceRegistration',
        information: [{ entities: [{ type: 'Device', id }], propertyNames: ['on'] }],
        mode: 'exclusive',
        operations: ['updateOps'],
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        contextSourceInfo: [{ key: 'jsonldContext', value: CONTEXT }],
        '@context': CONTEXT,
      });
      assert.equal(registered.statusCode, 201, registered.body);
      assert.match(String(registered.headers.location), /\/csourceRegistrations\/[^/]+$/); // the agent uses the part after the slash

      // A measure.
      await device.publishAsync(`/${prefix}/${apikey}/lamp001/attrs`, measure, { qos: 1 });
      await eventually('the measure', async () => {
        const { temperature } = (
          await ask('GET', `/ngsi-ld/v1/entities/${id}?local=true`, undefined, { ...headers, link: LINK })
        ).json();
        return temperature?.value === 21 ? true : undefined;
      });

      // A command, and its state.
      const command = await ask('PATCH', `/ngsi-ld/v1/entities/${id}/attrs/on`, {
        type: 'Property',
        value: 'full',
        '@context': CONTEXT,
      });
      assert.equal(command.statusCode, 204, command.body);
      assert.equal(asked.length, 1);
      assert.match(String(asked[0]?.url), new RegExp(`^/ngsi-ld/v1/entities/${id}/attrs/on`));
      assert.equal(asked[0]?.tenant, service);
      const done = await eventually('the state of the command', async () => {
        const { on_status, on_info, temperature } = (
          await ask('GET', `/ngsi-ld/v1/entities/${id}?local=true`, undefined, { ...headers, link: LINK })
        ).json();
        return on_status?.value === 'OK' ? { info: on_info.value, temperature: temperature.value } : undefined;
      });
      assert.deepEqual(done, { info: 'done', temperature: 21 });
    });
  }
});
