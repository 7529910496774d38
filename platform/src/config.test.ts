import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SettingsError } from '@alzette/kit/settings';
import { readConfig } from './config.ts';

describe('the settings', () => {
  test('without settings: loopback, the embedded database, the demo', () => {
    const { dataDir, files, backup, ...config } = readConfig({});
    assert.match(dataDir, /\/data$/);
    assert.deepEqual(files, { folder: `${dataDir}/files` });
    const keep = { days: 7, weeks: 5, months: 12 };
    assert.deepEqual(backup, { at: '30 2 * * *', restoreTestAt: '0 4 * * 0', keep, settings: {} });
    assert.deepEqual(config, {
      host: '127.0.0.1',
      port: 1026,
      mqttPort: 1883,
      mqttsPort: 0,
      mqttAnonymous: false,
      mqttConnectionsPerAddress: 5000,
      mqttClientId: 'alzette-iot-agents',
      nativeApps: {},
      ownHosts: [],
      hostsAdmitTenants: false,
      packKeys: [],
      packIndexes: [],
      services: [],
      mqttTls: {},
      publicUrl: 'http://localhost:1026',
      checkAnswers: false,
      workers: 1,
      drainMs: undefined,
      demo: true,
      demoSpeed: 1,
      corsOrigins: [],
      proxies: [],
      access: 'open',
      publicTenants: [''],
      outgoing: 'open',
      issuers: [],
      roleIssuers: [],
      audiences: [],
      logLevel: 'info',
      offline: false,
      indexAdviser: 'auto',
      sourceTimeoutMs: 5000,
      snapshotDays: 30,
      lenient: false,
      readTimeoutMs: 30_000,
      writeTimeoutMs: 10_000,
      databaseConnections: 8,
      replicaLagMs: 10_000,
      forwardedHeaders: [],
      ownApiEndpoints: false,
      historyStorage: 'auto',
      recordsHistory: true,
      territory: [5.7, 49.3, 6.6, 50.2],
    });
  });

  test('DATABASE_URL turns the demo off, unless it is requested', () => {
    const DATABASE_URL = 'postgres://postgres@127.0.0.1/alzette';
    assert.equal(readConfig({ DATABASE_URL }).demo, false);
    assert.equal(readConfig({ DATABASE_URL, DEMO: 'on' }).demo, true);
  });

  test('an external MQTT broker replaces the embedded one', () => {
    const config = readConfig({ MQTT_URL: 'mqtts://broker.example.org' });
    assert.deepEqual([config.mqttPort, config.mqttUrl, config.demo], [0, 'mqtts://broker.example.org', true]);
    for (const name of ['MQTT_URL', 'AMQP_URL'])
      assert.throws(
        () => readConfig({ [name]: 'http://user:hidden@broker', AMQP_QUEUES: 'a' }),
        (error: Error) => error.message.includes(`${name}: got a secret text`) && !error.message.includes('hidden'),
      );
  });

  test('certificates for MQTT brokers are read from their files', () => {
    const file = fileURLToPath(import.meta.url);
    const { mqttTls, mqttClientId } = readConfig({ MQTT_URL: 'mqtts://x.example.org', MQTT_CA: file });
    assert.ok(mqttTls.ca?.includes('certificates for MQTT brokers are read from their files'));
    assert.equal(mqttClientId, 'alzette-iot-agents');
    assert.throws(() => readConfig({ MQTT_CERT: file }), /MQTT_CERT and MQTT_KEY: got one of them/);
    assert.throws(() => readConfig({ MQTTS_PORT: '8883' }), /MQTTS_PORT: got "8883", expected 0, or TLS_CERT/);
    assert.throws(() => readConfig({ MQTT_CLIENT_CA: '/no/such.pem' }), /MQTT_CLIENT_CA: ENOENT/);
  });

  test('a base map is a file or a URL', () => {
    assert.equal(readConfig({ BASE_MAP: 'maps/town.pmtiles' }).baseMap, 'maps/town.pmtiles');
    assert.equal(
      readConfig({ BASE_MAP: 'https://x.example.org/a.pmtiles' }).baseMap,
      'https://x.example.org/a.pmtiles',
    );
    assert.throws(() => readConfig({ BASE_MAP: 'https://' }), /BASE_MAP: got "https:\/\/", expected a file, or a URL/);
  });

  test('without the folder of the demo there is no demo, and requesting it is an error', () => {
    assert.equal(readConfig({}, false).demo, false);
    assert.throws(
      () => readConfig({ DEMO: 'on' }, false),
      /^SettingsError: DEMO: got on, expected off, because this installation has no folder demo\//,
    );
  });

  test('without MQTT there is no demo, and requesting it is an error', () => {
    assert.equal(readConfig({ MQTT_PORT: '0' }).demo, false);
    assert.throws(
      () => readConfig({ MQTT_PORT: '0', DEMO: 'on' }),
      /^SettingsError: DEMO: its devices publish over MQTT/,
    );
  });

  test('backups are stored encrypted in a folder, on an SFTP server or in a bucket', () => {
    const file = fileURLToPath(import.meta.url);
    const target = (environment: NodeJS.ProcessEnv) => readConfig({ BACKUP_KEY: file, ...environment }).backup.target;
    assert.deepEqual(target({ BACKUP_URL: 'file:///var/backups' }), { kind: 'folder', folder: '/var/backups' });
    assert.equal(target({ BACKUP_URL: 'sftp://me:secret@host/backups' })?.kind, 'sftp');
    const bucket = { BACKUP_BUCKET_KEY: 'k', BACKUP_BUCKET_SECRET: 's' };
    assert.equal(target({ BACKUP_URL: 'https://s3.example.org/bucket', ...bucket })?.kind, 'bucket');
    for (const [environment, fault] of [
      [{ BACKUP_URL: 'file:///var/backups' }, /BACKUP_KEY: got "", expected the name of a file/],
      [{ BACKUP_URL: 'ftp://host', BACKUP_KEY: file }, /BACKUP_URL: got a secret text, expected file:/],
      [{ BACKUP_URL: 'https://s3.example.org/b', BACKUP_KEY: file }, /BACKUP_BUCKET_SECRET: got a secret text/],
      [{ BACKUP_AT: 'at night' }, /BACKUP_AT: got "at night", expected five fields of cron/],
      [{ BACKUP_KEEP: '7' }, /BACKUP_KEEP: got "7", expected days, weeks and months/],
    ] as const) {
      assert.throws(() => readConfig(environment), fault);
    }
  });

  test('the trailing slash of the public URL is removed', () => {
    assert.equal(readConfig({ PUBLIC_URL: 'https://data.example.org/' }).publicUrl, 'https://data.example.org');
  });

  test('every error is listed with the setting, what was received and what was expected', () => {
    const environment = {
      PORT: '70000',
      MQTT_PORT: 'x',
      DATABASE_URL: 'mysql://x',
      DEMO: 'perhaps',
      DEMO_SPEED: '0',
      TERRITORY_BOX: '6.6,49.3,5.7,50.2',
      SOURCE_TIMEOUT_MS: '0',
      ACCESS: 'guarded',
      OIDC_ISSUER: 'sso',
      TLS_CERT: '/no/such.pem',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'here',
    };
    const lines = faultsOf(environment);
    assert.deepEqual(lines.map((line) => line.replace(/:.*| and.*/, '')).sort(), Object.keys(environment).sort());
    assert.ok(lines.includes('PORT: got "70000", expected a port, 1 to 65535'));
  });

  for (const [host, access] of [
    ['127.0.0.1', 'open'],
    ['127.9.9.9', 'open'],
    ['localhost', 'open'],
    ['::1', 'open'],
    ['0.0.0.0', 'enforced'],
    ['::', 'enforced'],
    ['192.168.1.10', 'enforced'],
    ['town.example.org', 'enforced'],
  ] as const) {
    test(`on ${host} access is ${access} by default`, () => {
      assert.equal(readConfig({ HOST: host }).access, access);
      assert.equal(readConfig({ HOST: host, ACCESS: 'open' }).access, 'open');
      assert.equal(readConfig({ HOST: host, ACCESS: 'enforced' }).access, 'enforced');
    });
  }

  test('if access is enforced, URLs of users may lead only to public addresses by default', () => {
    assert.equal(readConfig({}).outgoing, 'open');
    assert.equal(readConfig({ ACCESS: 'enforced' }).outgoing, 'public-only');
    assert.equal(readConfig({ OUTGOING: 'public' }).outgoing, 'public-only');
    assert.equal(readConfig({ ACCESS: 'enforced', OUTGOING: 'open' }).outgoing, 'open');
    assert.deepEqual(readConfig({ OUTGOING: '10.0.0.0/8, ::1' }).outgoing, ['10.0.0.0/8', '::1']);
    assert.match(faultsOf({ OUTGOING: 'home' }).join(), /OUTGOING/);
  });

  test('behind a proxy for other machines access is enforced by default', () => {
    assert.equal(readConfig({ PUBLIC_URL: 'https://data.example.org' }).access, 'enforced');
    assert.equal(readConfig({ PUBLIC_URL: 'https://data.example.org', ACCESS: 'open' }).access, 'open');
    assert.equal(readConfig({ PUBLIC_URL: 'http://[::1]:8080' }).access, 'open');
  });
});

function faultsOf(environment: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.message.split('\n');
  }
}
