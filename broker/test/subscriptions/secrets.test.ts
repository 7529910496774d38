import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/database/database.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { startNotifyingBroker } from './notifying-broker.ts';
import { startReceiver } from './receiver.ts';

async function start(t: TestContext, db: Database) {
  const broker = await startNotifyingBroker(db);
  const receiver = await startReceiver();
  t.after(async () => {
    await broker.close();
    await receiver.close();
  });
  return { broker, receiver, tenant: freshTenant() };
}

const lamp = (number: number) => ({
  id: `urn:ngsi-ld:Lamp:${number}`,
  type: 'Lamp',
  level: { type: 'Property', value: 1 },
});
const KEY = 'a key of sixteen and more';

eachDatabase('Secrets of endpoints', (test) => {
  test('are sent, but neither shown nor readable in the database, and may be written back masked', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const endpoint = {
      uri: receiver.url,
      receiverInfo: [{ key: 'Authorization', value: 'Bearer t0ps3cret' }],
      notifierInfo: [{ key: 'HMAC-SHA256-Key', value: KEY }],
    };
    const id = await broker.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint } });

    const shown = await broker.retrieve(tenant, id);
    assert.deepEqual(shown.notification.endpoint.receiverInfo, [{ key: 'Authorization', value: '***' }]);
    assert.deepEqual(shown.notification.endpoint.notifierInfo, [{ key: 'HMAC-SHA256-Key', value: '***' }]);
    const { rows } = await db.query<{ document: string }>({
      text: 'SELECT document FROM subscription WHERE tenant = $1',
      values: [tenant],
    });
    assert.equal(rows.length, 1);
    assert.doesNotMatch(rows[0]?.document ?? '', /t0ps3cret|sixteen/);

    await broker.revise(tenant, id, { notification: { ...shown.notification, sysAttrs: true } });
    await broker.create(tenant, lamp(1));
    const [received] = await receiver.expect(1);
    assert.equal(received?.headers.authorization, 'Bearer t0ps3cret');
    const elsewhere = {
      ...shown.notification,
      endpoint: { ...shown.notification.endpoint, uri: 'http://127.0.0.2:9/' },
    };
    await assert.rejects(broker.revise(tenant, id, { notification: elsewhere }), /400 .*receiverInfo.value/);

    // Another process can open them as well.
    const second = await startNotifyingBroker(db);
    t.after(() => second.close());
    await second.create(tenant, lamp(2));
    await receiver.expect(2);
    assert.equal(receiver.received[1]?.headers.authorization, 'Bearer t0ps3cret');
  });

  test('the password of an MQTT broker is masked and kept', async (t, db) => {
    const { broker, tenant } = await start(t, db);
    const uri = 'mqtt://lamp:s3cret@127.0.0.1:9/topic';
    const id = await broker.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint: { uri } } });
    const { notification } = await broker.retrieve(tenant, id);
    assert.equal(notification.endpoint.uri, 'mqtt://lamp:***@127.0.0.1:9/topic');
    await broker.revise(tenant, id, { notification });
    const { rows } = await db.query<{ uri: string }>({
      text: `SELECT document->'notification'->'endpoint'->>'uri' AS uri FROM subscription WHERE tenant = $1`,
      values: [tenant],
    });
    assert.match(rows[0]?.uri ?? '', /^mqtt:\/\/lamp:sealed\.v1\.[\w-]+@127/);
  });

  test('a signature covers the id, the time and the body', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const texts: string[] = [];
    const endpoint = { uri: receiver.url, notifierInfo: [{ key: 'HMAC-SHA256-Key', value: KEY }] };
    receiver.answerWith(({ body }, response) => {
      texts.push(JSON.stringify(body));
      response.writeHead(200).end();
    });
    await broker.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint } });
    await broker.create(tenant, lamp(1));

    const [received] = await receiver.expect(1);
    const {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    } = received?.headers ?? {};
    assert.equal(id, received?.body.id);
    assert.ok(Math.abs(Number(timestamp) - Date.now() / 1000) < 60);
    const expected = createHmac('sha256', KEY).update(`${id}.${timestamp}.${texts[0]}`).digest('base64');
    assert.equal(signature, `v1,${expected}`);
  });

  test('a token is requested once, sent with each notification, and renewed when it is refused', async (t, db) => {
    const { broker, receiver, tenant } = await start(t, db);
    const asked: { authorization: string | undefined; body: string }[] = [];
    const tokens = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      asked.push({ authorization: request.headers.authorization, body });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ access_token: `token-${asked.length}`, token_type: 'Bearer', expires_in: 3600 }));
    });
    tokens.listen(0, '127.0.0.1');
    await once(tokens, 'listening');
    t.after(() => tokens.close());
    receiver.answerWith(({ headers }, response) => {
      const isRevoked = headers.authorization === 'Bearer token-1' && receiver.received.length > 2;
      response.writeHead(isRevoked ? 401 : 200).end();
    });
    const notifierInfo = [
      { key: 'OAuth2-Token-URL', value: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token` },
      { key: 'OAuth2-Client-Id', value: 'me' },
      { key: 'OAuth2-Client-Secret', value: 'pass word' },
      { key: 'OAuth2-Scope', value: 'notify' },
    ];
    const endpoint = { uri: receiver.url, notifierInfo };
    await broker.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint } });
    for (const number of [1, 2]) await broker.create(tenant, lamp(number));
    await receiver.expect(2);
    await broker.create(tenant, lamp(3));
    await receiver.expect(4);

    assert.deepEqual(
      receiver.received.map(({ headers }) => headers.authorization),
      ['Bearer token-1', 'Bearer token-1', 'Bearer token-1', 'Bearer token-2'],
    );
    const authorization = `Basic ${Buffer.from('me:pass%20word').toString('base64')}`;
    const request = { authorization, body: 'grant_type=client_credentials&scope=notify' };
    assert.deepEqual(asked, [request, request]);
  });
});
