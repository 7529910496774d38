import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { connectAsync, type IClientOptions } from 'mqtt';
import { startGuardedPlatform } from './support/guarded-platform.ts';
import { freePort } from './support/platform-process.ts';

/*
 * With enforced access, messages of devices and network servers require a secret: that of a connection, a password, or,
 * if MQTT_ANONYMOUS allows it, the key in each message of FIWARE devices. The demo's own devices are still accepted.
 */
test('devices and network servers without a secret are refused where access is enforced', async (t) => {
  const mqttPort = await freePort();
  const platform = await startGuardedPlatform(t, {
    MQTT_PORT: String(mqttPort),
    MQTT_ANONYMOUS: 'on',
    DEMO: 'on',
  });
  const authorization = await platform.authorizationOf('operator', 'administrator');
  const asked = (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: object | string,
    headers: Record<string, string> = { authorization },
  ) => platform.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
  const uplink = JSON.stringify({
    time: new Date().toISOString(),
    deviceInfo: { devEui: '24e124000000beef', deviceName: 'forged', applicationId: 'a' },
    fPort: 85,
    fCnt: 1,
    data: 'AXVk',
  });
  const waiting = async () => {
    const { devices } = (await asked('GET', '/iot/pending')).json() as { devices: { devEui: string }[] };
    return devices.some(({ devEui }) => devEui === '24e124000000beef');
  };
  const refusals = async () => (await asked('GET', '/iot/about')).json().counters.refused as { [kind: string]: number };

  await t.test('webhooks', async () => {
    const post = (path: string, headers: Record<string, string> = {}) =>
      asked('POST', `/iot/lns${path}`, uplink, { 'content-type': 'application/json', ...headers });
    const before = (await refusals()).webhook ?? 0;
    const unguarded = await post('?event=up');
    assert.equal(unguarded.statusCode, 401, unguarded.body);
    assert.equal(unguarded.json().name, 'UNAUTHORIZED');
    assert.match(unguarded.json().message, /access is enforced.*PUT \/iot\/registry\/connections\/\{connection\}/);
    // The right to administer is not the secret of a network server.
    assert.equal((await post('?event=up', { authorization })).statusCode, 401);

    const connection = '/iot/registry/connections/town';
    assert.equal((await asked('PUT', connection, { name: 'Our network server' })).statusCode, 204);
    const bare = await post('/town?event=up');
    assert.equal(bare.statusCode, 401, bare.body);
    assert.match(bare.json().message, /a connection with a secret/);
    assert.equal((await asked('PUT', connection, { name: 'It', secret: 'long and random' })).statusCode, 204);
    assert.equal((await post('/town?event=up', { 'x-webhook-secret': 'guessed' })).statusCode, 401);
    assert.equal((await post('/town?event=up')).statusCode, 401);
    assert.equal(await waiting(), false);
    assert.equal((await refusals()).webhook, before + 5);
    const taken = await post('/town?event=up', { 'x-webhook-secret': 'long and random' });
    assert.equal(taken.statusCode, 202, taken.body);
    await eventually('the uplink', async () => ((await waiting()) ? true : undefined));

    const signed = { signatureKey: 'k'.repeat(32), signature: { header: 'X-Signature' } };
    assert.equal((await asked('PUT', '/iot/registry/connections/signed', { name: 'S', ...signed })).statusCode, 204);
    assert.equal((await post('/signed?event=up')).statusCode, 401);
    const signature = createHmac('sha256', signed.signatureKey).update(uplink).digest('hex');
    assert.equal((await post('/signed?event=up', { 'x-signature': signature })).statusCode, 202);
  });

  await t.test('the embedded MQTT broker', async () => {
    const connect = (options: IClientOptions = {}) =>
      connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { reconnectPeriod: 0, ...options }, false);
    const groups = [{ apikey: 'k1', resource: '/iot/json', entity_type: 'Thing' }];
    const fiware = { authorization, 'fiware-service': 'town', 'fiware-servicepath': '/' };
    assert.equal((await asked('POST', '/iot/groups', { groups }, fiware)).statusCode, 201);

    const stranger = await connect();
    stranger.on('error', () => undefined);
    const granted = async (filter: string) =>
      (await stranger.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }]))[0]?.qos;
    for (const filter of ['#', '/k1/+/cmd', '/+/d1/cmd', 'application/+/device/+/event/up', '/json/k1/d1/attrs']) {
      assert.equal(await granted(filter), 128, filter);
    }
    assert.equal(await granted('/k1/d1/cmd'), 1);
    await stranger.publishAsync('/json/k1/d1/attrs', '{"n":1}', { qos: 1 });
    await eventually('the measure', async () => {
      const url = '/ngsi-ld/v1/entities/urn:ngsi-ld:Thing:d1?format=simplified';
      const { statusCode } = await asked('GET', url, undefined, { authorization, 'ngsild-tenant': 'town' });
      return statusCode === 200 ? true : undefined;
    });
    const closed = new Promise<void>((resolve) => stranger.once('close', () => resolve()));
    stranger.publish('application/a/device/24e124000000cafe/event/up', uplink.replace('beef', 'cafe'), { qos: 1 });
    await closed;
    assert.doesNotMatch((await asked('GET', '/iot/pending')).body, /24e124000000cafe/);

    const delivered = async () => (await asked('GET', '/iot/about')).json().counters.delivered as number;
    const before = await delivered();
    await eventually('uplinks of the demo', async () => ((await delivered()) > before ? true : undefined), 30_000);
    const credential = '/iot/registry/mqtt-credentials/bridge';
    const password = 'a password for it';
    assert.equal((await asked('PUT', credential, { password, topics: ['application/#'] })).statusCode, 204);
    await assert.rejects(connect());
    const bridge = await connect({ username: 'bridge', password });
    await bridge.publishAsync('application/a/device/24e124000000cafe/event/up', uplink.replace('beef', 'cafe'), {
      qos: 1,
    });
    await bridge.endAsync();
    await eventually('the uplink', async () => (await asked('GET', '/iot/pending')).body.includes('24e124000000cafe'));
    const then = await delivered();
    await eventually('uplinks of the demo', async () => ((await delivered()) > then ? true : undefined), 30_000);
  });
});
