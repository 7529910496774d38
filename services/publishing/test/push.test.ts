import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startReceiver } from '../../channels/test/support/http-receiver.ts';
import { trustedCertificate } from '../../channels/test/support/trusted-certificate.ts';
import { newBrowser } from '../../channels/test/support/web-push-browser.ts';
import { confirmDevice, messagesTo } from './support/confirm-device.ts';
import { notifyManyEndpoints } from './support/many-endpoints.ts';
import { startPublishingHost, written } from './support/publishing-host.ts';
import { startApns, startFcm } from './support/vendors.ts';

/** Quiet hours that include the present time, over midnight if necessary. */
function aroundNow(): { from: string; to: string } {
  const time = (minutes: number) =>
    new Intl.DateTimeFormat('fr-FR', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Paris' }).format(
      new Date(Date.now() + minutes * 60_000),
    );
  return { from: time(-60), to: time(60) };
}

eachDatabase('Push', (test) => {
  test('devices get the topics they follow in their language, emergencies also in quiet hours; removed devices are deleted', async (t, db) => {
    const gone = new Set<string>();
    const tls = await trustedCertificate(t);
    if (tls === undefined) return t.skip('openssl is missing');
    const receiver = await startReceiver(t, ({ path }) => (gone.has(path) ? 410 : 201), tls);
    const { ask } = await startPublishingHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const add = async (name: string, wishes: object) => {
      const browser = newBrowser(`${receiver.url}/${name}`);
      const body = { subscription: browser.subscription, language: 'fr', ...wishes };
      const { status, body: saved } = await ask('POST', '/citizen/v1/push/endpoints', body, headers);
      assert.equal(status, 201);
      await confirmDevice(
        receiver.received,
        `/${name}`,
        browser,
        async (url, given) => (await ask('POST', url, given, headers)).status,
      );
      return { browser, ...saved } as { browser: typeof browser; id: string; secret: string };
    };
    const german = await add('german', { topics: ['news@villerupt', 'alerts@villerupt'], language: 'de' });
    const quiet = await add('quiet', { topics: ['news@villerupt', 'alerts@villerupt'], quiet: aroundNow() });
    await add('elsewhere', { topics: ['news@thil'] });
    await add('gone', { topics: ['news@villerupt'] });
    gone.add('/gone');

    const texts = { fr: { title: 'Bonjour' }, de: { title: 'Hallo' } };
    await ask('POST', '/publishing/items', written('', {}, { texts, push: true }), headers);
    const reach = async () => (await ask('GET', '/publishing/push', undefined, headers)).body;
    await eventually('all but the quiet one have an outcome', async () => (await reach()).messages[0]?.waiting === 1);
    const messagesAt = (path: string) => receiver.received.filter((each) => each.path === path).slice(1); // after the first
    assert.deepEqual(
      ['/german', '/quiet', '/elsewhere', '/gone'].map((path) => messagesAt(path).length),
      [1, 0, 0, 0],
    );
    const shown = german.browser.decrypt(messagesAt('/german')[0]?.body ?? Buffer.alloc(0)) as {
      title: string;
      link: string;
    };
    assert.equal(shown.title, 'Hallo');
    assert.match(shown.link, /^\/app\/news\//);
    const [message] = (await reach()).messages;
    assert.deepEqual([message.addressed, message.accepted, message.gone, message.waiting], [3, 1, 1, 1]);
    assert.deepEqual((await reach()).devices, { web: 3 });

    const alert = { kind: 'alert' };
    await ask('POST', '/publishing/items', written('Evacuez', alert, { alert: { severity: 'emergency' } }), headers);
    await eventually(
      'the emergency is notified',
      async () => messagesAt('/quiet').length === 1 && messagesAt('/german').length === 2,
    );
    assert.equal(messagesAt('/quiet')[0]?.headers.urgency, 'high');

    const own = (secret: string) => ({ ...headers, authorization: `Device ${secret}` });
    const path = `/citizen/v1/push/endpoints/${quiet.id}`;
    assert.equal((await ask('GET', path, undefined, own(german.secret))).status, 404);
    const changed = await ask(
      'POST',
      `${path}/topics`,
      { add: ['report:x'], remove: ['news@villerupt'] },
      own(quiet.secret),
    );
    assert.deepEqual(changed.body.topics, ['alerts@villerupt', 'report:x']);
    assert.equal((await ask('DELETE', path, undefined, own(quiet.secret))).status, 204);
    const { rows } = await db.query<{ sealed: string }>({ text: 'SELECT sealed FROM publishing.endpoint' });
    assert.doesNotMatch(JSON.stringify(rows), /german/, 'addresses are encrypted');
  });

  test('a browser gets nothing until it has confirmed a first message, so nobody aims at others', async (t, db) => {
    const tls = await trustedCertificate(t);
    if (tls === undefined) return t.skip('openssl is missing');
    const victim = await startReceiver(t, () => 201, tls);
    const { app, ask, push } = await startPublishingHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    await ask('PUT', '/publishing/settings', { modules: ['news'], languages: ['fr'] }, headers); // makes the tenant
    const register = async (path: string, remoteAddress = '2001:db8::1') => {
      const browser = newBrowser(`${victim.url}${path}`);
      const payload = { subscription: browser.subscription, language: 'lb', topics: ['alerts@thil'] };
      const url = '/citizen/v1/push/endpoints';
      const answer = await app.inject({ method: 'POST', url, headers, payload, remoteAddress });
      return { browser, status: answer.statusCode, id: answer.json().id as string };
    };
    const confirm = async (id: string, token: string) =>
      (await ask('POST', `/citizen/v1/push/endpoints/${id}/confirmation`, { token }, headers)).status;
    const message = { topics: ['alerts@thil'], urgency: 'emergency', title: { fr: 'x' }, text: { fr: 'x' } } as const;
    const aimed = await register('/?n=1');
    const own = await register('/own');
    await confirmDevice(
      victim.received,
      '/own',
      own.browser,
      async (url, body) => (await ask('POST', url, body, headers)).status,
    );
    const first = await eventually('its first message', () => messagesTo(victim.received, '/?n=1', aimed.browser)[0]);
    assert.deepEqual([first?.title, first?.key.startsWith('confirm:')], ['Notificatioune sinn ageschalt', true]);
    await push.send(tenant, { ...message, key: 'one', link: '/app/alerts/1' });
    await eventually('the other is told', () => messagesTo(victim.received, '/own', own.browser).length === 2);
    const { messages, devices } = (await ask('GET', '/publishing/push', undefined, headers)).body;
    assert.deepEqual([messages.length, messages[0].addressed, devices], [1, 1, { web: 1 }]);
    assert.equal(messagesTo(victim.received, '/?n=1', aimed.browser).length, 1);

    const { token = '' } = first?.confirm ?? {};
    assert.deepEqual([await confirm(aimed.id, `${token}x`), await confirm(own.id, token)], [404, 404]);
    assert.deepEqual([await confirm(aimed.id, token), await confirm(aimed.id, token)], [204, 404], 'once');
    await push.send(tenant, { ...message, key: 'two', link: '/app/alerts/2' });
    await eventually('both are told', () => messagesTo(victim.received, '/?n=1', aimed.browser).length === 2);

    const statuses: number[] = [];
    for (let n = 2; n < 62; n++) statuses.push((await register(`/?n=${n}`, `2001:db8::${n}`)).status);
    assert.equal(statuses.filter((status) => status === 201).length, 58, 'a network aims at no more than sixty');
  });

  test('hundreds are notified by a push service in another process, and unknown ones are deleted', async (t, db) => {
    const result = await notifyManyEndpoints(t, db, 200);
    if (result === undefined) return t.skip('openssl is missing');
    assert.equal(result.gone, 10);
  });

  test('FCM and APNs get valid requests, the same key is sent once, and removed devices are deleted', async (t, db) => {
    const tls = await trustedCertificate(t);
    if (tls === undefined) return t.skip('openssl is missing');
    const [google, apple] = [await startFcm(t), await startApns(t, tls)];
    const { ask, push } = await startPublishingHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const provider = (name: string, settings: object) =>
      ask('PUT', `/publishing/push/providers/${name}`, settings, headers);
    assert.equal((await provider('fcm', { project_id: 'x' })).status, 400);
    assert.deepEqual(
      [(await provider('fcm', google.settings)).status, (await provider('apns', apple.settings)).status],
      [204, 204],
    );
    const devices = [
      ['fcm', 'android-0123456789'],
      ['fcm', 'gone-android-0123456789'],
      ['apns', 'iphone-0123456789abcdef'],
      ['apns', 'gone-iphone-0123456789'],
      ['apns', 'bad-iphone-0123456789'],
    ];
    for (const [name, token] of devices) {
      const wishes = { device: { provider: name, token }, language: 'en', topics: ['alerts@thil'] };
      assert.equal((await ask('POST', '/citizen/v1/push/endpoints', wishes, headers)).status, 201);
    }
    const message = {
      key: 'one',
      topics: ['alerts@thil'],
      urgency: 'emergency',
      title: { fr: 'Évacuez', en: 'Leave' },
      text: { fr: 'Maintenant', en: 'Now' },
      link: '/app/alerts/1',
    } as const;
    const outcomesOf = async (key: string) => {
      const { messages } = (await ask('GET', '/publishing/push', undefined, headers)).body;
      const found = messages.find((each: { key?: string }) => each.key === key);
      return found?.waiting === 0 ? found : undefined;
    };
    await Promise.all([push.send(tenant, message), push.send(tenant, message)]);
    const first = await eventually('all have an outcome', () => outcomesOf('one'));
    assert.deepEqual([first.addressed, first.accepted, first.gone, first.failed], [5, 2, 3, 0]);
    const reached = (await ask('GET', '/publishing/push', undefined, headers)).body.devices;
    assert.deepEqual(reached, { fcm: 1, apns: 1 });

    const [android] = google.taken;
    assert.deepEqual(android?.body.notification, { title: 'Leave', body: 'Now' });
    assert.deepEqual([android?.body.android.priority, android?.body.data.link], ['HIGH', '/app/alerts/1']);
    const [iphone] = apple.taken;
    assert.deepEqual(iphone?.body.aps.alert, { title: 'Leave', body: 'Now' });
    assert.deepEqual(
      ['apns-topic', 'apns-priority', 'apns-push-type', 'apns-collapse-id'].map((name) => iphone?.headers[name]),
      ['org.example.app', '10', 'alert', 'one'],
    );
    assert.equal(iphone?.body.aps['interruption-level'], 'time-sensitive');

    // A token that Google has revoked is requested again.
    google.revoke();
    await push.send(tenant, { ...message, key: 'two' });
    const second = await eventually('both are told again', () => outcomesOf('two'), 60_000);
    assert.deepEqual([second.accepted, google.tokensGiven(), google.taken.length], [2, 2, 2]);
  });
});
