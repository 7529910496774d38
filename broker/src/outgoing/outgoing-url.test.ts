import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkList } from '../access/api-key.ts';
import { allowedUrl, outgoingAgent, type PublicAnd } from './outgoing-url.ts';

const REFUSED = [
  'http://127.0.0.1/x',
  'http://127.1/',
  'http://0x7f000001/',
  'http://2130706433/',
  'http://localhost:1026/',
  'http://10.1.2.3/',
  'http://172.31.0.1/',
  'http://192.168.1.1/',
  'http://169.254.169.254/latest/meta-data',
  'http://100.64.0.1/',
  'http://0.0.0.0/',
  'http://255.255.255.255/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:10.0.0.1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[fe80::1]/',
  'http://[fd00:ec2::254]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[::ffff:0:7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://no-such-host.invalid/',
];

for (const url of REFUSED) {
  test(`public-only refuses ${url}, open does not`, async () => {
    const verdict = await allowedUrl(url, 'public-only');
    assert.equal(verdict.allowed, false);
    assert.match(verdict.reason, /not a public address|cannot be resolved/);
    assert.equal((await allowedUrl(url, 'open')).allowed, true);
  });
}

for (const url of ['https://8.8.8.8/a', 'http://[2606:4700:4700::1111]/', 'http://172.32.0.1/', 'http://11.0.0.1/']) {
  test(`public-only allows ${url}`, async () => {
    assert.equal((await allowedUrl(url, 'public-only')).allowed, true);
  });
}

for (const url of ['ftp://8.8.8.8/', 'file:///etc/passwd', 'data:,x', 'not a url', '', '/relative']) {
  test(`every policy refuses "${url}"`, async () => {
    assert.equal((await allowedUrl(url, 'open')).allowed, false);
    assert.equal((await allowedUrl(url, 'public-only')).allowed, false);
  });
}

test('allows additional schemes on request', async () => {
  assert.equal((await allowedUrl('mqtt://8.8.8.8', 'public-only', ['mqtt:', 'mqtts:'])).allowed, true);
  assert.equal((await allowedUrl('http://8.8.8.8', 'public-only', ['mqtt:', 'mqtts:'])).allowed, false);
});

test('allows the configured networks and our own origin in addition to public addresses', async () => {
  const policy: PublicAnd = { own: 'http://localhost:1026', networks: networkList(['10.0.0.0/8', '::1']) };
  for (const [url, isAllowed] of [
    ['http://10.1.2.3/', true],
    ['http://[::1]/', true],
    ['http://localhost:1026/x', true],
    ['http://8.8.8.8/', true],
    ['http://127.0.0.1:1026/', false],
    ['http://localhost.:1027/', false],
    ['https://localhost:1026/', false],
    ['http://192.168.1.1/', false],
  ] as const) {
    assert.equal((await allowedUrl(url, policy)).allowed, isAllowed, url);
  }
});

test('the public-only agent does not connect to a name that resolves to a private address', async () => {
  const agent = outgoingAgent('public-only');
  await assert.rejects(
    agent.request({ origin: 'http://localhost:1', path: '/', method: 'GET' }),
    /localhost has no public address/,
  );
  await agent.close();
});
