import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { openAuthority } from '../../iot-agents/test/support/authority.ts';
import { findProgram } from '../../scripts/programs.ts';
import { readConfig } from '../src/config.ts';
import {
  checkDisk,
  checkMemory,
  checkNode,
  checkPortsFree,
  checkSecrets,
  checkTerritory,
  diskFinding,
} from '../src/doctor/check-machine.ts';
import {
  checkAmqp,
  checkBackups,
  checkDatabase,
  checkMail,
  checkMqtt,
  clockFinding,
  postgisFinding,
} from '../src/doctor/check-neighbours.ts';
import { checkProxies, checkPublicUrl } from '../src/doctor/check-public-url.ts';
import { runCommand } from './support/run-command.ts';

const NOBODY = '127.0.0.1:1';

test('an error is reported with its remedy', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  t.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  const config = readConfig({
    PORT: String(port),
    DATABASE_URL: `postgres://a:b@${NOBODY}/c`,
    MQTT_URL: `mqtt://${NOBODY}`,
    AMQP_URL: `amqp://reader:hidden@${NOBODY}`,
    AMQP_QUEUES: 'sensors',
    SMTP_URL: `smtp://${NOBODY}`,
    MAIL_FROM: 'alzette@example.org',
    DATA_DIR: '/dev/null/data',
  });
  const findings = [
    checkNode('20.1.0'),
    await checkDisk(config),
    await checkPortsFree(config),
    ...(await checkDatabase(config)),
    await checkMail(config),
    await checkMqtt(config),
    ...(await checkAmqp(config)),
    await checkBackups({ backup: { ...config.backup, target: { kind: 'folder', folder: '/dev/null/x' } } }),
    clockFinding(-3000),
    checkSecrets({ access: 'open', host: '0.0.0.0' }),
    checkTerritory('/nowhere'),
    diskFinding('/data', 2 ** 30, 0.5),
    postgisFinding({ postgis: null, available: false, name: 'c', number: 170_002 }, false),
  ];
  for (const { what, state, found, remedy } of findings) {
    assert.equal(state, 'fault', `${what}: ${found}`);
    assert.ok(remedy, what);
  }
  const summary = findings.map(({ found }) => found).join('\n');
  assert.match(summary, new RegExp(`PORT: port ${port} on 127.0.0.1 is taken`));
  assert.match(summary, /DATABASE_URL: postgres:\/\/a:\*\*\*@127\.0\.0\.1:1\/c can't be used/, 'and no password');
  assert.match(summary, /127\.0\.0\.1:1: connect ECONNREFUSED/);
  assert.doesNotMatch(summary, /hidden/);
  assert.match(summary, /3000 ms different/);
  const remedies = findings.map(({ remedy }) => remedy).join('\n');
  assert.match(remedies, /systemctl status postgresql/, 'PostgreSQL does not run');
  assert.match(remedies, /sudo chown -R \S+ \/dev\/null\/data/);
  assert.match(remedies, /apt install postgresql-17-postgis-3/);
});

test('a good state is reported as good, and an unwise one as a warning', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'alzette-doctor-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const config = readConfig({ DATA_DIR: dataDir, SECRET_KEY: 'a secret of the tests' });
  assert.equal(checkNode().state, 'good');
  assert.equal((await checkDisk(config)).state, 'good');
  assert.equal(checkSecrets(config).state, 'good');
  assert.equal(clockFinding(30).state, 'good');
  assert.equal(checkMemory(1024 ** 3).state, 'warning');
  assert.equal(diskFinding('/data', 40 * 2 ** 30, 0.05).state, 'warning');
  assert.equal(diskFinding('/data', 40 * 2 ** 30, 0.5).state, 'good');
  assert.equal((await checkMail(config)).state, 'warning');
  const [database] = await checkDatabase(config);
  assert.deepEqual([database?.state, database?.found], ['warning', 'embedded, made at the first start']);
  const { TEST_DATABASE_URL: url } = process.env;
  if (url === undefined) return;
  const states = (await checkDatabase(readConfig({ DATABASE_URL: url }))).map(({ what, state }) => `${what} ${state}`);
  assert.deepEqual(states.slice(0, 1).concat(states.slice(2)), ['database good', 'clock good']);
});

test('PUBLIC_URL is found to lead elsewhere, nowhere, or to a proxy that is not trusted', async (t) => {
  const other = createHttpServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  const elsewhere = await checkPublicUrl(readConfig({ PORT: String(port) }));
  assert.deepEqual([elsewhere.state, /by another program \(200\)/.test(elsewhere.found)], ['fault', true]);
  // Something runs on the port, and the address of others leads to nothing.
  const nowhere = await checkPublicUrl(
    readConfig({ PORT: String(port), PUBLIC_URL: `http://${NOBODY}`, ACCESS: 'enforced' }),
  );
  assert.deepEqual([nowhere.state, /ECONNREFUSED|bad port/.test(nowhere.found)], ['warning', true], nowhere.found);
  assert.match(nowhere.remedy ?? '', /curl -v http:\/\/127/);

  const behind = { publicUrl: 'https://city.example', tls: undefined };
  assert.match(checkProxies({ ...behind, proxies: [] }).remedy ?? '', /set TRUSTED_PROXIES/);
  assert.equal(checkProxies({ ...behind, proxies: ['127.0.0.1'] }).state, 'good');
  assert.equal(checkProxies({ publicUrl: 'http://localhost:1026', tls: undefined, proxies: [] }).state, 'good');
});

test('the command says that requests of all citizens count as those of one address', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'alzette-doctor-'));
  t.after(() => rm(dataDir, { recursive: true }));
  const settings = { DATA_DIR: dataDir, PUBLIC_URL: `https://${NOBODY}`, PORT: '1027', MQTT_PORT: '0' };
  const { output } = await runCommand(t, ['doctor'], settings);
  assert.match(output, /TRUSTED_PROXIES is not set: all requests count as those of one address/);
  const trusting = await runCommand(t, ['doctor'], { ...settings, TRUSTED_PROXIES: '127.0.0.1' });
  assert.doesNotMatch(trusting.output, /TRUSTED_PROXIES is not set/);
});

const openssl = findProgram('/usr/bin/openssl', 'openssl');

test('a certificate for another name is a fault, one of an authority of their own is not', {
  skip: openssl === undefined && 'openssl is missing',
}, async (t) => {
  assert.ok(openssl !== undefined);
  const authority = await openAuthority(t, openssl);
  const { cert, key } = await authority.sign('city');
  const server = createHttpsServer({ cert, key }, (_request, response) => response.end('{}')).listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const checked = (host: string) =>
    checkPublicUrl(readConfig({ PORT: String(port), PUBLIC_URL: `https://${host}:${port}`, ACCESS: 'enforced' }));
  const own = await checked('127.0.0.1');
  assert.deepEqual([own.state, /is not known here/.test(own.found)], ['good', true], own.found);
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, authority.ca]);
  t.after(() => setDefaultCACertificates(trusted));
  const other = await checked('127.0.0.2');
  assert.deepEqual([other.state, /ALTNAME/.test(other.found)], ['fault', true], other.found);
});
