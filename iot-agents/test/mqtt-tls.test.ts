import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBroker, migrate } from '@alzette/broker';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { IClientOptions } from 'mqtt';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { endProgram, findProgram, freePort } from '../../scripts/programs.ts';
import type { DeviceProfile } from '../src/main.ts';
import { migrationsFolder, startIotAgents } from '../src/main.ts';
import { openAuthority } from './support/authority.ts';
import { CONTEXT, startTerritory } from './support/territory.ts';
import { chirpStackUplink } from './support/uplinks.ts';

const openssl = findProgram('/usr/bin/openssl', 'openssl');
const mosquitto = findProgram('/usr/sbin/mosquitto', 'mosquitto');
const [database] = testDatabases();

test('a client certificate of our authority is valid only for the device that it names', {
  skip: openssl === undefined && 'openssl is missing',
  timeout: 120_000,
}, async (t) => {
  assert.ok(openssl !== undefined && database !== undefined);
  const authority = await openAuthority(t, openssl);
  const stranger = await openAuthority(t, openssl);
  const server = await authority.sign('localhost');
  const { app, agents, entity, close } = await startTerritory(await database.open(), {
    mqttTlsDoor: { port: 0, cert: server.cert, key: server.key, clientCa: authority.ca },
  });
  t.after(close);
  const [tenant, apikey, name] = [
    freshTenant(),
    `k${randomBytes(8).toString('hex')}`,
    `d${randomBytes(4).toString('hex')}`,
  ];
  await app.inject({
    method: 'POST',
    url: '/iot/groups',
    headers: { 'fiware-service': tenant, 'fiware-servicepath': '/' },
    payload: { groups: [{ apikey, resource: '/iot/json', entity_type: 'Thing' }] },
  });
  const credentials = `/iot/registry/mqtt-credentials/${name}`;
  const put = (payload: object) => app.inject({ method: 'PUT', url: credentials, payload });
  assert.equal((await put({ apikey, device: 'd1' })).statusCode, 204);

  const shownSettings = await app.inject('/iot/registry/mqtt');
  assert.deepEqual(shownSettings.json().addresses, [
    { port: agents.mqttTlsPort, tls: true },
    { port: agents.mqttPort, tls: false },
  ]);
  const url = `mqtts://localhost:${agents.mqttTlsPort}`;
  const connect = async (options: IClientOptions) => {
    const client = await connectAsync(url, { ca: authority.ca, reconnectPeriod: 0, ...options }, false);
    t.after(() => client.endAsync(true));
    client.on('error', () => undefined);
    return client;
  };
  const shown = async (of: typeof authority, who: string) => {
    const { cert, key } = await of.sign(who);
    return { cert, key };
  };
  await assert.rejects(connect({}), 'without certificate and password');
  await assert.rejects(connect(await shown(stranger, name)), 'of another authority');
  await assert.rejects(connect(await shown(authority, 'somebody')), 'of a name that has no credential');
  await assert.rejects(connect({ username: name, password: 'a-guess-a-guess' }), 'no password was given to it');

  const device = await connect(await shown(authority, name));
  await device.publishAsync(`/json/${apikey}/d1/attrs`, '{"n":1}', { qos: 1, retain: true });
  await eventually('the measure', () => entity('urn:ngsi-ld:Thing:d1', tenant), 30_000);
  const again = await connect(await shown(authority, name));
  const gone = new Promise<void>((resolve) => again.once('close', () => resolve()));
  again.publish(`/json/${apikey}/d2/attrs`, '{"n":1}', { qos: 1 });
  await gone;
  assert.equal(await entity('urn:ngsi-ld:Thing:d2', tenant), undefined);

  // A password in addition; a new one with the old one for some time; and none after the credential is deleted.
  const [first, second] = ['first-secret-1', 'second-secret-2'];
  assert.equal((await put({ apikey, device: 'd1', password: first })).statusCode, 204);
  const early = await connect({ username: name, password: first });
  assert.equal((await put({ apikey, device: 'd1', password: second, graceS: 600 })).statusCode, 204);
  await connect({ username: name, password: first });
  await connect({ username: name, password: second });
  assert.equal((await put({ apikey, device: 'd1', password: 'third-secret-3' })).statusCode, 204);
  await assert.rejects(connect({ username: name, password: first }), 'replaced twice');
  await assert.rejects(connect({ username: name, password: second }), 'replaced without grace');
  assert.match((await put({ apikey, graceS: -1 })).body, /graceS is -1/);
  assert.ok(early.connected, 'who may do the same stays');
  const shut = new Promise<void>((resolve) => early.once('close', () => resolve()));
  assert.equal((await put({ apikey, device: 'd9' })).statusCode, 204);
  await shut;
  assert.equal((await app.inject({ method: 'DELETE', url: credentials })).statusCode, 204);
});

test('we authenticate to an external MQTT broker by a certificate; an unreachable one is reported once', {
  skip: (openssl === undefined && 'openssl is missing') || (mosquitto === undefined && 'Mosquitto is missing'),
  timeout: 180_000,
}, async (t) => {
  assert.ok(openssl !== undefined && mosquitto !== undefined && database !== undefined);
  const authority = await openAuthority(t, openssl);
  const server = await authority.sign('localhost');
  const own = await authority.sign('agents');
  const port = await freePort();
  const db = await database.open();
  await migrate(db, migrationsFolder, 'iot-agents');
  const broker = await createBroker({
    db,
    publicUrl: 'http://127.0.0.1:1026',
    offline: true,
    logger: pino({ level: 'silent' }),
  });
  t.after(() => broker.close());
  const lines: { level: number; msg: string; url?: string; reason?: string }[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const agents = await startIotAgents({
    db,
    client: broker.client,
    context: CONTEXT,
    host: '127.0.0.1',
    mqttUrl: `mqtts://town:kept-7f3a@localhost:${port}`,
    mqttClientId: `test-${randomBytes(4).toString('hex')}`,
    mqttTls: { ca: authority.ca, cert: own.cert, key: own.key },
    logger,
    app: broker.app,
  });
  t.after(() => agents.close());
  const health = async () => {
    const { mqtt } = (await broker.app.inject('/iot/about')).json();
    return mqtt.external as { state: string; failures?: number; reason?: string };
  };
  await eventually('three tries', async () => (((await health()).failures ?? 0) >= 3 ? true : undefined), 90_000);
  const { state, reason } = await health();
  assert.equal(state, 'unreachable');
  assert.match(reason ?? '', /ECONNREFUSED/);
  const logged = lines.filter(({ msg }) => msg.includes('MQTT'));
  assert.equal(logged.length, 1, JSON.stringify(lines));
  assert.equal(logged[0]?.url, `mqtts://localhost:${port}`);
  assert.ok(!JSON.stringify(lines).includes('kept-7f3a'));

  const conf = join(authority.folder, 'mosquitto.conf');
  const config = [
    `listener ${port} 127.0.0.1`,
    `cafile ${authority.caFile}`,
    `certfile ${server.certFile}`,
    `keyfile ${server.keyFile}`,
    'require_certificate true',
    'use_identity_as_username true',
    'allow_anonymous true',
  ];
  await writeFile(conf, `${config.join('\n')}\n`);
  const child = spawn(mosquitto, ['-c', conf], { stdio: 'ignore' });
  t.after(() => endProgram(child));
  await eventually('a connection', async () => ((await health()).state === 'connected' ? true : undefined), 90_000);

  const profile: DeviceProfile = {
    id: 'by-tls',
    name: 'Counts',
    entities: [{ type: 'Thing', id: 'device.asset', attributes: [{ name: 'number', value: 'data.n' }] }],
  };
  const devEui = randomBytes(8).toString('hex');
  const [asset, tenant] = [`urn:ngsi-ld:Thing:${devEui}`, freshTenant()];
  await agents.provision({ profiles: [profile], devices: [{ devEui, profile: profile.id, asset, tenant }] });
  const { cert, key } = await authority.sign('sender');
  const sender = await connectAsync(`mqtts://localhost:${port}`, { ca: authority.ca, cert, key });
  t.after(() => sender.endAsync(true));
  const { topic, body } = chirpStackUplink({ devEui, decoded: { n: 7 } });
  await eventually(
    'the uplink',
    async () => {
      // Repeated until the subscription exists; the same message is processed once.
      await sender.publishAsync(topic, JSON.stringify(body), { qos: 1 });
      return broker.client.retrieveEntity(asset, { context: CONTEXT, tenant });
    },
    60_000,
  );
});
