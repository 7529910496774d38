import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import mqtt from 'mqtt';
import { endProgram, findProgram, freePort } from '../../../scripts/programs.ts';
import { freshTenant, testDatabases } from '../support/index.ts';
import { startBroker } from './two-brokers.ts';

const database = testDatabases().find(({ kind }) => kind === 'postgres');
const mosquitto = findProgram('/usr/sbin/mosquitto', 'mosquitto');
const openssl = findProgram('/usr/bin/openssl', 'openssl');
const skip =
  (database === undefined && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)') ||
  (mosquitto === undefined && 'Mosquitto is missing') ||
  (openssl === undefined && 'openssl is missing');

/** A Mosquitto with TLS only, with a certificate of an authority that is not trusted. */
async function startTlsMosquitto(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-mqtts-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755); // Mosquitto changes from root to its own user
  const ssl = (...args: string[]) => execFileSync(openssl as string, args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];
  ssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=An authority');
  ssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  await writeFile(join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  ssl('x509', '-req', '-in', 'server.csr', '-out', 'server.pem', ...signed);
  await chmod(join(folder, 'server.key'), 0o644);
  const port = await freePort();
  const config = [
    `listener ${port} 127.0.0.1`,
    `certfile ${folder}/server.pem`,
    `keyfile ${folder}/server.key`,
    'allow_anonymous true',
  ];
  await writeFile(join(folder, 'mosquitto.conf'), `${config.join('\n')}\n`);
  const child = spawn(mosquitto as string, ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  t.after(() => endProgram(child));
  return { url: `mqtts://127.0.0.1:${port}`, ca: join(folder, 'ca.pem'), child };
}

test('7.2 MQTTS on Mosquitto: a trusted broker is notified, in both versions; an untrusted one is a failure', {
  skip,
  timeout: 240_000,
}, async (t) => {
  const { url, ca, child } = await startTlsMosquitto(t);
  const tenant = freshTenant();
  const topics: string[] = [];
  for (let tries = 0; ; tries++) {
    assert.equal(child.exitCode, null, 'Mosquitto runs');
    try {
      const listener = await mqtt.connectAsync(url, { ca: [await readFile(ca, 'utf8')], reconnectPeriod: 0 }, false);
      t.after(() => listener.endAsync(true));
      listener.on('message', (topic) => topics.push(topic));
      await listener.subscribeAsync(`${tenant}/#`, { qos: 1 });
      break;
    } catch (error) {
      if (tries === 100) throw error;
      await pause(100);
    }
  }
  const lamp = { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', level: { type: 'Property', value: 1 } };
  const endpoint = (version: string) => ({
    uri: `${url}/${tenant}/${version}`,
    notifierInfo: [
      { key: 'MQTT-Version', value: version },
      { key: 'MQTT-QoS', value: '1' },
    ],
  });
  const place = (await database?.url()) as string; // otherwise skipped

  const wary = await startBroker(t, place, tenant);
  const id = await wary.subscribe({ entities: [{ type: 'Lamp' }], notification: { endpoint: endpoint('mqtt5.0') } });
  await wary.create(lamp);
  let shownState: { status?: string } = {};
  for (let tries = 0; tries < 600 && shownState.status !== 'failed'; tries++) {
    await pause(50);
    shownState = ((await (await wary.ask('GET', `/subscriptions/${id}`)).json()) as { notification: object })
      .notification;
  }
  assert.equal(shownState.status, 'failed');
  assert.deepEqual(topics, []);
  await wary.stop('SIGTERM');

  // The next run trusts the authority: it sends pending and new notifications.
  const trusting = await startBroker(t, place, tenant, { NODE_EXTRA_CA_CERTS: ca });
  await trusting.subscribe({ entities: [{ type: 'Lamp' }], notification: { endpoint: endpoint('mqtt3.1.1') } });
  await trusting.merge(lamp.id, { level: { type: 'Property', value: 2 } });
  for (let tries = 0; tries < 600 && topics.length < 3; tries++) await pause(50);
  assert.deepEqual(topics.sort(), [`${tenant}/mqtt3.1.1`, `${tenant}/mqtt5.0`, `${tenant}/mqtt5.0`]);
});
