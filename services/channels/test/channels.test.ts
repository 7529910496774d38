import assert from 'node:assert/strict';
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { notice, startChannelHost } from './support/channel-host.ts';
import { startReceiver } from './support/http-receiver.ts';
import { trustedCertificate } from './support/trusted-certificate.ts';
import { newBrowser } from './support/web-push-browser.ts';

eachDatabase('Channels', (test) => {
  test('a browser gets a message that only it can decrypt, signed by our key; an expired subscription is deleted', async (t, db) => {
    const tls = await trustedCertificate(t);
    if (tls === undefined) return t.skip('openssl is missing');
    let status = 201;
    const receiver = await startReceiver(t, () => status, tls);
    const { port, ask, settled } = await startChannelHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const { key } = (await ask('GET', '/channels/push/key', undefined, headers)).body;
    const browser = newBrowser(`${receiver.url}/push/abc`);
    const { status: made, body } = await ask(
      'POST',
      '/channels/push/subscriptions',
      { subscription: browser.subscription, name: 'Ada' },
      headers,
    );
    assert.deepEqual([made, body.recipient], [201, 'everybody']);
    await port.send(tenant, [notice('p', { channel: 'push', to: 'recipient:everybody' })]);
    await settled(tenant);

    const [got] = receiver.received;
    assert.deepEqual(
      [got?.method, got?.path, got?.headers['content-encoding'], got?.headers.urgency],
      ['POST', '/push/abc', 'aes128gcm', 'high'],
    );
    const decrypted = browser.decrypt(got?.body ?? Buffer.alloc(0)) as {
      title: string;
      link: string;
      data: { alarm: string };
    };
    assert.deepEqual([decrypted.title, decrypted.data.alarm], ['Titre p', 'urn:x']);
    assert.match(decrypted.link, /\/operations\/alarms/);
    checkVapid(String(got?.headers.authorization), key, receiver.url);
    const { rows } = await db.query<{ sealed: string }>({
      text: 'SELECT sealed FROM channels.push_subscription WHERE tenant = $1',
      values: [tenant],
    });
    assert.doesNotMatch(rows[0]?.sealed ?? '', /push\/abc/, 'the endpoint is kept encrypted');

    status = 410;
    await port.send(tenant, [notice('q', { channel: 'push', to: 'recipient:everybody' })]);
    await settled(tenant);
    const own = (await ask('GET', '/channels/push/subscriptions', undefined, headers)).body;
    assert.deepEqual(own.subscriptions, []);
  });

  test('a webhook is signed by Standard Webhooks, with a key that is returned once', async (t, db) => {
    const receiver = await startReceiver(t);
    const { port, put, ask, settled } = await startChannelHost(t, db);
    const tenant = freshTenant();
    const made = await put(tenant, '/gmao', { title: 'GMAO', kind: 'webhook', settings: { url: receiver.url } });
    const { key } = made.body;
    assert.match(key, /^whsec_/);
    const again = await put(tenant, '/gmao', { title: 'GMAO 2', kind: 'webhook', settings: { url: receiver.url } });
    assert.deepEqual([again.status, again.body], [200, { id: 'gmao' }]);
    const listed = await ask('GET', '/channels', undefined, { 'ngsild-tenant': tenant });
    assert.doesNotMatch(JSON.stringify(listed.body), /whsec/);
    await port.send(tenant, [notice('w', { channel: 'gmao' })]);
    await settled(tenant);
    const [got] = receiver.received;
    const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
      String(got?.headers[name]),
    );
    const secret = Buffer.from(key.slice('whsec_'.length), 'base64');
    const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.${got?.body}`).digest('base64');
    assert.equal(signature, `v1,${expected}`);
    assert.equal(JSON.parse(String(got?.body)).type, 'alarm.raised');
  });

  test('SMS by OVHcloud are ordered and signed as its API requires, calls by any gateway, Matrix rooms by transaction', async (t, db) => {
    const receiver = await startReceiver(t);
    const { port, put, settled } = await startChannelHost(t, db);
    const tenant = freshTenant();
    await put(tenant, '/recipients/ada', { name: 'Ada', phone: '+33612345678', language: 'en' });
    const sms = {
      title: 'SMS',
      kind: 'sms',
      provider: 'ovhcloud-sms',
      settings: { serviceName: 'sms-ab1-1', applicationKey: 'AK', sender: 'CCPHVA', endpoint: receiver.url },
      secret: { applicationSecret: 'AS', consumerKey: 'CK' },
    };
    assert.equal((await put(tenant, '/sms', sms)).status, 201);
    await put(tenant, '/voice', {
      title: 'Voix',
      kind: 'voice',
      provider: 'http',
      settings: { url: `${receiver.url}/call` },
      secret: { token: 'T' },
    });
    await put(tenant, '/room', {
      title: 'Salon',
      kind: 'matrix',
      settings: { homeserver: receiver.url, room: '!a:example.org' },
      secret: { accessToken: 'M' },
    });
    await port.send(tenant, [
      notice('s', { channel: 'sms', to: 'recipient:ada' }),
      notice('v', { channel: 'voice', to: 'recipient:ada' }),
      notice('x', { channel: 'room' }),
    ]);
    const all = await settled(tenant);
    assert.deepEqual(
      all.map(({ state }) => state),
      ['sent', 'sent', 'sent'],
    );
    const at = (path: string) => receiver.received.find((each) => each.path.startsWith(path));
    const order = at('/sms/sms-ab1-1/jobs');
    const { receivers, message, sender } = JSON.parse(String(order?.body));
    assert.deepEqual([receivers, sender], [['+33612345678'], 'CCPHVA']);
    assert.match(message, /^Title s http/);
    const signed = `AS+CK+POST+${receiver.url}/sms/sms-ab1-1/jobs+${order?.body}+${order?.headers['x-ovh-timestamp']}`;
    assert.equal(order?.headers['x-ovh-signature'], `$1$${createHash('sha1').update(signed).digest('hex')}`);
    const call = JSON.parse(String(at('/call')?.body));
    assert.deepEqual(
      [call.to, call.spoken, at('/call')?.headers.authorization],
      ['+33612345678', 'Title v. Text', 'Bearer T'],
    );
    const room = at('/_matrix/client/v3/rooms/!a%3Aexample.org/send/m.room.message/');
    assert.deepEqual([room?.method, room?.headers.authorization], ['PUT', 'Bearer M']);
    assert.match(JSON.parse(String(room?.body)).body, /^Titre x\nTexte\n/);
  });

  test('have a test button that ignores quiet hours', async (t, db) => {
    const receiver = await startReceiver(t);
    const { ask, put, settled } = await startChannelHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    await put(tenant, '/hook', { title: 'GMAO', kind: 'webhook', settings: { url: receiver.url } });
    const { status, body } = await ask('POST', '/channels/hook/test', {}, headers);
    assert.equal(status, 202);
    const [message] = await settled(tenant);
    assert.deepEqual([message?.key, message?.state], [body.key, 'sent']);
    assert.equal((await ask('POST', '/channels/email/test', { to: 'recipient:none' }, headers)).status, 202);
    const [, mail] = await settled(tenant);
    assert.equal(mail?.reason, 'there is no recipient "none"');
  });

  test('to internal addresses are refused where access is enforced', async (t, db) => {
    const receiver = await startReceiver(t);
    const { port, ask, authorizationOf } = await startChannelHost(t, db, { access: 'enforced' });
    const tenant = freshTenant();
    const authorization = await authorizationOf({ sub: 'boss', roles: ['administrator'] });
    const headers = { 'ngsild-tenant': tenant, authorization };
    await ask('PUT', '/channels/hook', { title: 'Inside', kind: 'webhook', settings: { url: receiver.url } }, headers);
    await port.send(tenant, [notice('x', { channel: 'hook' })]);
    const message = await eventually('it has failed', async () => {
      const [first] = (await ask('GET', '/channels/messages', undefined, headers)).body.messages;
      return first?.state === 'failed' && first;
    });
    assert.match(message.reason, /127\.0\.0\.1, which is not a public address/);
    const browser = newBrowser('https://127.0.0.1:9/push');
    const refused = await ask('POST', '/channels/push/subscriptions', { subscription: browser.subscription }, headers);
    assert.deepEqual([refused.status, /^subscription.endpoint: got/.test(refused.body.detail)], [400, true]);
  });

  test('with invalid settings are refused, with the name of the setting', async (t, db) => {
    const { put } = await startChannelHost(t, db);
    const tenant = freshTenant();
    const url = 'https://example.org/hook';
    for (const [path, body, detail] of [
      ['/email', { title: 'x', kind: 'webhook', settings: { url } }, /^id: got "email"/],
      ['/sms', { title: 'x', kind: 'webhook', settings: { url } }, /^kind: got "webhook", expected sms/],
      ['/a', { title: 'x', kind: 'webhook', settings: {} }, /^settings.url: got nothing/],
      ['/a', { title: 'x', kind: 'webhook', settings: { url, more: 'y' } }, /^settings.more: got "y"/],
      ['/a', { title: 'x', kind: 'webhook', settings: { url: 'file:///etc' } }, /^settings.url: got "file/],
      [
        '/a',
        { title: 'x', kind: 'sms', provider: 'pigeon', settings: {} },
        /^provider: got "pigeon", expected one of ovhcloud-sms, http/,
      ],
      [
        '/a',
        { title: 'x', kind: 'matrix', settings: { homeserver: url, room: '!r:e' } },
        /^secret: got nothing, expected an object with accessToken/,
      ],
      ['/recipients/a', { name: 'A', phone: '0612' }, /^phone: got "0612"/],
      ['/groups/a', { title: 'A', members: ['ada'] }, /^members.0: got "ada"/],
      [
        '/rosters/a',
        { title: 'A', start: '2026-11-02', days: 7, handover: '25:00', members: ['ada'] },
        /^handover: got "25:00"/,
      ],
      [
        '/rosters/a',
        { title: 'A', start: '2026-11-02', days: 7, handover: '08:00', members: ['ada'], timeZone: 'Mars' },
        /^timeZone: got "Mars"/,
      ],
    ] as const) {
      const answer = await put(tenant, path, body);
      assert.equal(answer.status, 400, answer.body.detail);
      assert.match(answer.body.detail, detail);
    }
  });
});

/** RFC 8292: a JWT for the push service's origin, signed by the key that the browser received. */
function checkVapid(authorization: string, publicKey: string, origin: string): void {
  const [, token = '', key] = /^(?:vapid|WebPush) t=([^,]+), ?k=(.+)$/.exec(authorization) ?? [];
  assert.equal(key, publicKey);
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  assert.equal(claims.aud, origin);
  assert.ok(claims.exp > Date.now() / 1000 && claims.exp < Date.now() / 1000 + 86_400);
  const point = Buffer.from(publicKey, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const isGood = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  assert.ok(isGood);
}
