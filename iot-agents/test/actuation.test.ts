import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { commandDevices } from './support/command-devices.ts';
import { LINK } from './support/territory.ts';

/*
 * Actuation workflows as in GS CIM 009, annex H (annex G of the draft of TS 104 175): an application that knows nothing but
 * NGSI-LD commands a lamp as data. The lamp answers over MQTT, and the application hears of it by its subscription.
 */

const LAMP = 'urn:ngsi-ld:Streetlight:d1';

interface Instance {
  readonly value: unknown;
  readonly datasetId?: string;
  readonly expiresAt?: string;
}
type Told = Readonly<Record<string, Instance | readonly Instance[] | string>>;

for (const database of chosenBy('actuation', testDatabases())) {
  describe(`a lamp that is commanded as data, on ${database.kind}`, () => {
    const { territory, ask, listen, close } = commandDevices(database);
    const tenant = freshTenant();
    const told: Told[] = [];
    let sent: string[] = [];
    const subscriber = createServer(async (request, response) => {
      told.push(...((await json(request)) as { data: Told[] }).data);
      response.writeHead(204).end();
    });

    const ngsiLd = (method: 'POST' | 'PATCH', path: string, payload: object) =>
      ask({
        method,
        url: `/ngsi-ld/v1/${path}`,
        headers: { 'ngsild-tenant': tenant, 'content-type': 'application/json', link: LINK },
        payload: JSON.stringify(payload),
      });
    const command = async (value: unknown, members: object = {}) => {
      const answer = await ngsiLd('PATCH', `entities/${LAMP}/attrs/dim`, { type: 'Property', value, ...members });
      assert.equal(answer.status, 204, JSON.stringify(answer.body));
    };
    const answers = async (text: string) =>
      (await territory()).mqtt.publishAsync('/json/lamps/d1/cmdexe', text, { qos: 1 });
    /** The default instance, as it was told. */
    const instances = (name: string): Instance[] =>
      told
        .flatMap((entity) => (entity[name] ?? []) as Instance | Instance[])
        .filter(({ datasetId }) => datasetId === undefined);
    const statuses = () => instances('dim_status').map(({ value }) => value);
    const isAtLamp = (count: number) =>
      eventually(`message ${count} at the lamp`, () => (sent.length >= count ? sent : undefined));
    const isEmptied = () =>
      eventually('the attribute is empty again', async () => {
        const lamp = await (await territory()).entity(LAMP, tenant);
        return [lamp?.dim].flat().every((dim) => (dim as Instance).value === '') ? lamp : undefined;
      });

    before(async () => {
      sent = await listen('/lamps/d1/cmd');
      const headers = { 'fiware-service': tenant, 'fiware-servicepath': '/' };
      const commands = [{ name: 'dim', type: 'command' }];
      const groups = [{ apikey: 'lamps', resource: '/iot/json', entity_type: 'Streetlight', commands }];
      await ask({ method: 'POST', url: '/iot/groups', headers, payload: { groups } });
      const made = await ask({
        method: 'POST',
        url: '/iot/devices',
        headers,
        payload: { devices: [{ device_id: 'd1' }] },
      });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      await once(subscriber.listen(0, '127.0.0.1'), 'listening');
      const uri = `http://127.0.0.1:${(subscriber.address() as AddressInfo).port}/`;
      const subscription = {
        type: 'Subscription',
        entities: [{ type: 'Streetlight' }],
        watchedAttributes: ['dim_status', 'dim_info'],
        notification: { attributes: ['dim_status', 'dim_info'], endpoint: { uri, accept: 'application/json' } },
      };
      const subscribed = await ngsiLd('POST', 'subscriptions', subscription);
      assert.equal(subscribed.status, 201, JSON.stringify(subscribed.body));
    });
    after(async () => {
      subscriber.close();
      await close();
    });

    test('reports each state with qos 2, and the answer of the lamp', async () => {
      await command(0.5, { qos: { type: 'Property', value: 2 } });
      await isAtLamp(1);
      await eventually('the pending command', () => (statuses().includes('PENDING') ? true : undefined));
      await answers('{"dim":"half"}');
      await eventually('the outcome', () => (statuses().at(-1) === 'OK' ? true : undefined));
      assert.equal(instances('dim_info').at(-1)?.value, 'half');
      await isEmptied();
    });

    test('reports only the outcome with qos 1, also if the lamp refuses', async () => {
      told.length = 0;
      await command(0.6, { qos: 1 });
      await isAtLamp(2);
      await answers('{"dim":{"status":"ERROR","info":"relay stuck"}}');
      await eventually('the outcome', () => (statuses().at(-1) === 'ERROR' ? true : undefined));
      assert.deepEqual(
        [...new Set(statuses())].filter((value) => value !== 'OK'),
        ['ERROR'],
      );
      assert.equal(instances('dim_info').at(-1)?.value, 'relay stuck');
      await isEmptied();
    });

    test('reports nothing with qos 0', async () => {
      told.length = 0;
      await command(0.7, { qos: { type: 'Property', value: 0 } });
      await isAtLamp(3);
      await answers('{"dim":"done"}');
      await isEmptied();
      await command(0.8);
      await isAtLamp(4);
      await answers('{"dim":"heard"}');
      await eventually('the next outcome', () => (instances('dim_info').at(-1)?.value === 'heard' ? true : undefined));
      assert.ok(!instances('dim_info').some(({ value }) => value === 'done'));
    });

    test('takes several requests with a datasetId each, and reports each under its own', async () => {
      await isEmptied();
      told.length = 0;
      const request = (name: string, value: number) => ({
        type: 'Property',
        value,
        datasetId: `urn:x:${name}`,
        qos: { type: 'Property', value: 1 },
      });
      const answer = await ngsiLd('POST', `entities/${LAMP}/attrs`, { dim: [request('a', 0.1), request('b', 0.2)] });
      assert.equal(answer.status, 204, JSON.stringify(answer.body));
      await isAtLamp(6);
      assert.deepEqual(sent.slice(4).sort(), ['{"dim":0.1}', '{"dim":0.2}']);
      await answers('{"dim":"one"}');
      await answers('{"dim":"two"}');
      const outcome = await eventually('both outcomes', async () => {
        const url = `/ngsi-ld/v1/entities/${LAMP}?options=sysAttrs`;
        const { body } = await ask({ method: 'GET', url, headers: { 'ngsild-tenant': tenant, link: LINK } });
        const ended = ([body.dim_info].flat() as Instance[]).filter(({ datasetId }) => datasetId !== undefined);
        return ended.length === 2 ? ended : undefined;
      });
      assert.deepEqual(outcome.map(({ value, datasetId }) => [datasetId, value]).sort(), [
        ['urn:x:a', sent[4] === '{"dim":0.1}' ? 'one' : 'two'],
        ['urn:x:b', sent[4] === '{"dim":0.1}' ? 'two' : 'one'],
      ]);
      const day = 24 * 60 * 60 * 1000;
      assert.ok(outcome.every(({ expiresAt }) => Date.parse(expiresAt ?? '') <= Date.now() + day));
      await isEmptied();
    });

    test('tells what is wrong with a qos that there is not', async () => {
      told.length = 0;
      await command(1, { qos: { type: 'Property', value: 3 } });
      await eventually('the refusal', () => (statuses().at(-1) === 'ERROR' ? true : undefined));
      assert.match(
        String(instances('dim_info').at(-1)?.value),
        /^qos of dim is .*3.*, expected a Property of 0, 1 or 2$/,
      );
      assert.equal(sent.length, 6);
    });
  });
}
