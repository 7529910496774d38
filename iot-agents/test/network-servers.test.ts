import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { DeviceProfile } from '../src/main.ts';
import type { Territory } from './support/territory.ts';
import { startTerritory } from './support/territory.ts';

/** Writes the parsed values of the adapters to attributes. */
const SEEN: DeviceProfile['entities'] = [
  {
    type: 'Thing',
    id: 'device.asset',
    attributes: [
      { name: 'server', value: 'frame.lns' },
      { name: 'port', value: 'frame.fPort' },
      { name: 'counter', value: 'frame.fCnt' },
      { name: 'bytes', value: 'data.hex' },
      { name: 'decoded', value: 'data.decoded' },
      { name: 'signal', value: 'frame.rssi', range: [-200, 100] },
      { name: 'noise', value: 'frame.snr', range: [-200, 100] },
      { name: 'gatewayId', value: 'frame.gatewayId' },
    ],
  },
];
const HEX_CODEC = `function decodeUplink(input) {
  return { data: { hex: input.bytes.map(function (b) { return (b < 16 ? '0' : '') + b.toString(16); }).join('') } };
}`;
const PROFILES: readonly DeviceProfile[] = [
  { id: 'ns-bytes', name: 'Bytes', codec: HEX_CODEC, entities: SEEN },
  {
    id: 'ns-lpp',
    name: 'Cayenne LPP',
    decoder: 'cayenne-lpp',
    entities: [
      { type: 'Thing', id: 'device.asset', attributes: [{ name: 'temperature', value: 'data.temperature_3' }] },
    ],
  },
];

for (const database of chosenBy('network-servers', testDatabases())) {
  describe(`network servers on ${database.kind}`, () => {
    let started: Promise<Territory> | undefined;
    const territory = async (): Promise<Territory> => {
      started ??= database.open().then(async (db) => {
        const made = await startTerritory(db);
        await made.agents.provision({ profiles: PROFILES });
        return made;
      });
      return started;
    };
    after(async () => (await started)?.close());

    const freshDevice = async (profile: string, devEui = randomBytes(8).toString('hex')) => {
      const device = { devEui, profile, asset: `urn:ngsi-ld:Thing:${devEui}`, tenant: freshTenant() };
      await (await territory()).agents.provision({ devices: [device] });
      return device;
    };
    const attributes = (device: { asset: string; tenant: string }) =>
      eventually(`attributes of ${device.asset}`, async () => {
        const entity = await (await territory()).entity(device.asset, device.tenant);
        return entity === undefined ? undefined : values(entity);
      });
    const post = async (url: string, payload: object, headers = {}) => {
      const answer = await (await territory()).app.inject({ method: 'POST', url, payload, headers });
      return answer.statusCode;
    };
    const mqttSend = async (topic: string, body: object) =>
      (await territory()).mqtt.publishAsync(topic, JSON.stringify(body), { qos: 1 });
    const connection = async (members: object): Promise<string> => {
      const id = `c-${randomBytes(4).toString('hex')}`;
      const answer = await (await territory()).app.inject({
        method: 'PUT',
        url: `/iot/registry/connections/${id}`,
        payload: { name: id, ...members },
      });
      assert.equal(answer.statusCode, 204, answer.body);
      return id;
    };

    test('Cayenne LPP is decoded without a codec', async () => {
      const device = await freshDevice('ns-lpp');
      await post('/iot/lns', loriot(device.devEui, '03670110056700ff'));
      assert.equal((await attributes(device)).temperature, 27.2);
    });

    test('LORIOT’s rx and gw messages of one uplink are one', async () => {
      const { agents } = await territory();
      const device = await freshDevice('ns-lpp');
      const before = agents.counters().duplicates;
      await post('/iot/lns', { ...loriot(device.devEui, '03670110'), cmd: 'gw', gws: [] });
      await post('/iot/lns', loriot(device.devEui, '03670110'));
      await eventually('a duplicate', () => agents.counters().duplicates > before || undefined);
    });

    describe('a connection', () => {
      test('reads unknown formats by its pointers', async () => {
        const id = await connection({
          topics: [`acme-${randomBytes(3).toString('hex')}/+/up`],
          pointers: {
            devEui: '/device/id',
            payload: '/frames/0/raw',
            payloadEncoding: 'bytes',
            fPort: '/port',
            fCnt: '/n',
            time: '/at',
            timeFormat: 'epoch-s',
            rssi: '/radio~1signal',
          },
        });
        const device = await freshDevice('ns-bytes');
        const body = {
          device: { id: device.devEui.toUpperCase() },
          frames: [{ raw: [1, 255] }],
          port: '3',
          n: 7,
          at: 1_750_000_000,
          'radio/signal': -80,
        };
        assert.equal(await post(`/iot/lns/${id}`, body), 202);
        const { observedAt, ...seen } = await attributes(device);
        assert.equal(observedAt, '2025-06-15T15:06:40.000Z');
        assert.deepEqual(seen, { server: 'generic', port: 3, counter: 7, bytes: '01ff', signal: -80 });
      });

      test('accepts messages on its own topics', async () => {
        const prefix = `acme-${randomBytes(3).toString('hex')}`;
        await connection({ topics: [`${prefix}/+/up`], pointers: { devEui: '/e', payload: '/p' } });
        const device = await freshDevice('ns-bytes');
        await mqttSend(`${prefix}/x/up`, { e: device.devEui, p: 'ab' });
        assert.equal((await attributes(device)).bytes, 'ab');
      });

      test('requires its secret, as a bearer token, a Basic password or a header', async () => {
        const id = await connection({ secret: 'correct-horse' });
        const basic = (password: string) => `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
        const device = await freshDevice('ns-lpp');
        const body = loriot(device.devEui, '03670110');
        assert.equal(await post(`/iot/lns/${id}`, body), 401);
        for (const wrong of ['Bearer correct-hors', basic('no')]) {
          assert.equal(await post(`/iot/lns/${id}`, body, { authorization: wrong }), 401);
        }
        assert.equal(await (await territory()).entity(device.asset, device.tenant), undefined);
        assert.equal(await post(`/iot/lns/${id}`, body, { 'x-webhook-secret': 'correct-horse' }), 202);
        assert.equal(await post(`/iot/lns/${id}`, body, { authorization: 'Bearer correct-horse' }), 202);
        assert.equal(await post(`/iot/lns/${id}`, body, { authorization: basic('correct-horse') }), 202);
        const { body: listed } = await (await territory()).app.inject('/iot/registry/connections?limit=1000');
        assert.ok(listed.includes(id) && !listed.includes('correct-horse'));
      });

      test('accepts signed messages, once each, with a replaceable key', async () => {
        const scheme = { header: 'X-Signature', prefix: 'sha256=', timestampHeader: 'X-Time', toleranceS: 60 };
        const id = await connection({ signature: scheme, signatureKey: 'the-first-key-of-it' });
        const device = await freshDevice('ns-lpp');
        const body = loriot(device.devEui, '03670110');
        const sign = (key: string, time: number) => ({
          'x-time': String(time),
          'x-signature': `sha256=${createHmac('sha256', key)
            .update(`${time}.${JSON.stringify(body)}`)
            .digest('hex')}`,
        });
        const [key, now] = ['the-first-key-of-it', Math.floor(Date.now() / 1000)];
        const url = `/iot/lns/${id}`;
        assert.equal(await post(url, body), 401);
        assert.equal(await post(url, body, sign('another-key-altogether', now)), 401);
        assert.equal(await post(url, body, { ...sign(key, now), 'x-time': String(now + 1) }), 401);
        assert.equal(await post(url, body, sign(key, now - 600)), 401);
        assert.equal(await post(url, { ...body, rssi: -1 }, sign(key, now)), 401);
        assert.equal(await (await territory()).entity(device.asset, device.tenant), undefined);
        assert.equal(await post(url, body, sign(key, now)), 202);
        assert.equal(await post(url, body, sign(key, now)), 401, 'sent again by who has overheard it');
        await eventually('the entity', async () => (await territory()).entity(device.asset, device.tenant));

        const { app } = await territory();
        const put = (payload: object) =>
          app.inject({ method: 'PUT', url: `/iot/registry/connections/${id}`, payload: { name: 'x', ...payload } });
        const second = { signature: scheme, signatureKey: 'the-second-key-of-it', graceS: 600 };
        assert.equal((await put(second)).statusCode, 204);
        assert.equal(await post(url, body, sign(key, now + 1)), 202);
        assert.equal(await post(url, body, sign('the-second-key-of-it', now + 1)), 202);
        assert.equal((await put({ signature: scheme, signatureKey: 'the-third-key-of-it' })).statusCode, 204);
        assert.equal(await post(url, body, sign('the-second-key-of-it', now + 2)), 401);
        const listed = await app.inject('/iot/registry/connections?limit=1000');
        assert.ok(listed.body.includes(id) && !/the-\w+-key-of-it/.test(listed.body));
        const keyless = await put({ signature: { header: 'X y' } });
        assert.match(keyless.body, /signature\.header must match pattern/);
      });

      test('accepts a replaced secret for the configured time', async () => {
        const id = await connection({ secret: 'first-secret' });
        const { app } = await territory();
        const put = (payload: object) =>
          app.inject({ method: 'PUT', url: `/iot/registry/connections/${id}`, payload: { name: 'x', ...payload } });
        const device = await freshDevice('ns-lpp');
        const say = (secret: string) =>
          post(`/iot/lns/${id}`, loriot(device.devEui, '03670110'), { 'x-webhook-secret': secret });
        assert.equal((await put({ secret: 'second-secret', graceS: 600 })).statusCode, 204);
        assert.deepEqual([await say('first-secret'), await say('second-secret')], [202, 202]);
        assert.equal((await put({ secret: 'third-secret' })).statusCode, 204);
        assert.deepEqual(
          [await say('first-secret'), await say('second-secret'), await say('third-secret')],
          [401, 401, 202],
        );
      });

      test('of ThingPark accepts a message with its token and none with another', async () => {
        const id = await connection({ asKey: 'f3203a20a2e8dfaf6686b621f56d05e3' });
        const device = await freshDevice('ns-bytes');
        const message = {
          CustomerID: '1',
          DevEUI: device.devEui.toUpperCase(),
          FPort: 17,
          FCntUp: 18,
          payload_hex: '03',
        };
        const query = `LrnDevEui=${message.DevEUI}&AS_ID=TWA_1.AS&Time=2021-04-07T08:49:51.551%2B00:00`;
        const signed = `1${message.DevEUI}171803${query.replace('%2B', '+')}f3203a20a2e8dfaf6686b621f56d05e3`;
        const token = createHash('sha256').update(signed).digest('hex');
        const altered = token.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
        const body = { DevEUI_uplink: message };
        assert.equal(await post(`/iot/lns/${id}?${query}&Token=${altered}`, body), 401);
        assert.equal(await post(`/iot/lns/${id}?${query}`, body), 401);
        assert.equal(await post(`/iot/lns/${id}?${query}&Token=${token}`, body), 202);
        assert.equal((await attributes(device)).bytes, '03');
      });

      test('that is unknown or invalid is refused', async () => {
        assert.equal(await post('/iot/lns/none', {}), 404);
        const answer = await (await territory()).app.inject({
          method: 'PUT',
          url: '/iot/registry/connections/x',
          payload: { name: 'x', pointers: { devEui: 'device.id' } },
        });
        assert.equal(answer.statusCode, 400);
        assert.match(answer.json().message, /pointers\.devEui must match pattern.*got "device\.id"/);
      });
    });
  });
}

function loriot(devEui: string, data: string) {
  return { cmd: 'rx', EUI: devEui.toUpperCase(), ts: Date.now(), fcnt: 5, port: 2, rssi: -80, snr: 5, data };
}

function values(entity: Entity): Record<string, unknown> {
  const seen: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(entity)) {
    if (typeof attribute !== 'object' || attribute === null || !('value' in attribute)) continue;
    seen[name] = attribute.value;
    if ('observedAt' in attribute) seen.observedAt = attribute.observedAt;
  }
  return seen;
}
