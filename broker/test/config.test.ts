import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../src/config.ts';

test('a broker alone reads switches as the platform does', () => {
  for (const [text, isOffline] of [
    ['on', true],
    ['true', true],
    ['1', true],
    ['off', false],
    ['', false],
  ] as const) {
    assert.equal(readConfig({ OFFLINE: text }).offline, isOffline, text);
  }
  assert.equal(readConfig({ HISTORY: 'false' }).recordsHistory, false);
  assert.equal(readConfig({ PORT: '' }).port, 1026);
});

test('every error is a line that names the setting, the received and the expected value', () => {
  const environment = {
    OFFLINE: 'perhaps',
    WORKERS: '2',
    SECRET_KEY: 'short',
    TLS_CERT: '/no/such.pem',
    OIDC_ISSUER: 'sso',
  };
  assert.throws(
    () => readConfig(environment),
    (error: Error) => {
      const lines = error.message.split('\n');
      assert.deepEqual(lines.map((line) => line.split(':')[0]).sort(), Object.keys(environment).sort());
      assert.ok(lines.includes('OFFLINE: got "perhaps", expected on or off'));
      assert.ok(lines.includes('SECRET_KEY: got a secret text, expected at least 16 characters'));
      return true;
    },
  );
});

test('a broker that listens on an IPv6 address has a URL', () => {
  assert.equal(readConfig({ HOST: '2001:db8::1' }).publicUrl, 'http://[2001:db8::1]:1026');
  assert.equal(readConfig({ HOST: '2001:db8::1' }).access, 'enforced');
});
