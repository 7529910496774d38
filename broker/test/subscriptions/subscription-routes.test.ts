import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/database/database.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { type NotifyingBroker, startNotifyingBroker } from './notifying-broker.ts';

const ENDPOINT = { uri: 'http://127.0.0.1:9/notify' };
const VALID = {
  id: 'urn:ngsi-ld:Subscription:1',
  type: 'Subscription',
  entities: [{ type: 'Building' }],
  watchedAttributes: ['name'],
  notification: { endpoint: ENDPOINT },
};
const PATH = '/ngsi-ld/v1/subscriptions';

async function start(t: TestContext, db: Database) {
  const broker = await startNotifyingBroker(db);
  t.after(() => broker.close());
  return { broker, tenant: freshTenant() };
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

function ask(broker: NotifyingBroker, tenant: string, method: Method, path: string, body?: unknown, headers = {}) {
  return broker.app.inject({
    method,
    url: PATH + path,
    headers: { 'ngsild-tenant': tenant, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
}

/** Changes of a valid subscription, with the member that the answer must name; undefined removes it. */
const INVALID: [member: string, changes: Record<string, unknown>][] = [
  ['type', { type: undefined }],
  ['type', { type: 'Subscriptions' }],
  ['id', { id: 'no uri' }],
  ['id', { id: '' }],
  ['id', { id: 7 }],
  ['subscriptionName', { subscriptionName: 1 }],
  ['description', { description: [] }],
  ['entities', { entities: undefined, watchedAttributes: undefined }],
  ['entities', { entities: [] }],
  ['entities', { entities: { type: 'Building' } }],
  ['entities', { entities: ['Building'] }],
  ['entities.type', { entities: [{ id: 'urn:a:b' }] }],
  ['type', { entities: [{ type: 'A,' }] }],
  ['entities.id', { entities: [{ type: 'A', id: 'nothing' }] }],
  ['entities.id', { entities: [{ type: 'A', id: [] }] }],
  ['entities.id', { entities: [{ type: 'A', id: ['urn:a:b', 4] }] }],
  ['entities.idPattern', { entities: [{ type: 'A', idPattern: '(' }] }],
  ['entities.idPattern', { entities: [{ type: 'A', idPattern: 4 }] }],
  ['entities.ids', { entities: [{ type: 'A', ids: ['urn:a:b'] }] }],
  ['localOnly', { entities: [{ type: '*' }], localOnly: false }],
  ['localOnly', { localOnly: 'yes' }],
  ['watchedAttributes', { watchedAttributes: [] }],
  ['watchedAttributes', { watchedAttributes: 'name' }],
  ['watchedAttributes', { watchedAttributes: [4] }],
  ['watchedAttributes', { watchedAttributes: ['a b'] }],
  ['notificationTrigger', { notificationTrigger: [] }],
  ['notificationTrigger', { notificationTrigger: ['entityMoved'] }],
  ['notificationTrigger', { notificationTrigger: ['toString'] }],
  ['watchedAttributes', { timeInterval: 5 }],
  ['throttling', { timeInterval: 5, throttling: 5, watchedAttributes: undefined }],
  ['timeInterval', { timeInterval: 0, watchedAttributes: undefined }],
  ['timeInterval', { timeInterval: 'often', watchedAttributes: undefined }],
  ['throttling', { throttling: 0 }],
  ['throttling', { throttling: -1 }],
  ['throttling', { throttling: '5' }],
  ['q', { q: 'speed>' }],
  ['q', { q: 5 }],
  ['q', { q: '' }],
  ['geoQ', { geoQ: 'near' }],
  ['geoQ', { geoQ: {} }],
  ['georel', { geoQ: { georel: 'beside', geometry: 'Point', coordinates: [1, 2] } }],
  ['geometry', { geoQ: { georel: 'within', geometry: 'GeometryCollection', coordinates: [1, 2] } }],
  ['coordinates', { geoQ: { georel: 'near;maxDistance==5', geometry: 'Point', coordinates: [1] } }],
  ['geoQ.distance', { geoQ: { georel: 'within', geometry: 'Point', coordinates: [1, 2], distance: 5 } }],
  ['scopeQ', { scopeQ: '/a//b' }],
  ['temporalQ', { temporalQ: { timerel: 'after', timeAt: '2026-01-01T00:00:00Z' } }],
  ['csf', { csf: 5 }],
  ['q', { csf: '((' }],
  ['datasetId', { datasetId: [] }],
  ['datasetId', { datasetId: ['no uri'] }],
  ['lang', { lang: 5 }],
  ['expandValues', { expandValues: ['a'] }],
  ['jsonKeys', { jsonKeys: 1 }],
  ['jsonldContext', { jsonldContext: 'unknownContext' }],
  ['jsonldContext', { jsonldContext: 5 }],
  ['isActive', { isActive: 'true' }],
  ['expiresAt', { expiresAt: 'tomorrow' }],
  ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
  ['splitEntities', { splitEntities: 1 }],
  ['ngsildConformance', { ngsildConformance: 'new' }],
  ['throtling', { throtling: 5 }],
  ['notification', { notification: undefined }],
  ['notification', { notification: [] }],
  ...(
    [
      ['endpoint', { endpoint: undefined }],
      ['endpoint', { endpoint: ENDPOINT.uri }],
      ['attributes', { attributes: [] }],
      ['attributes', { attributes: ['id'] }],
      ['attributes', { attributes: ['a b'] }],
      ['pick', { pick: [] }],
      ['pick', { attributes: ['name'], pick: ['name'] }],
      ['omit', { attributes: ['name'], omit: ['name'] }],
      ['omit', { pick: ['name'], omit: ['name'] }],
      ['format', { format: 'xml' }],
      ['format', { format: 'constructor' }],
      ['showChanges', { showChanges: 1 }],
      ['showChanges', { showChanges: true, format: 'simplified' }],
      ['showChanges', { showChanges: true, format: 'keyValues' }],
      ['sysAttrs', { sysAttrs: 'all' }],
      ['join', { join: 'deep' }],
      ['joinLevel', { joinLevel: 0 }],
      ['pick', { pick: ['near{name}'] }],
      ['formats', { formats: 'concise' }],
    ] as [string, object][]
  ).map(([member, params]): [string, Record<string, unknown>] => [
    `notification.${member}`,
    { notification: { endpoint: ENDPOINT, ...params } },
  ]),
  ...(
    [
      ['uri', { uri: undefined }],
      ['uri', { uri: 'nowhere' }],
      ['uri', { uri: 'ftp://example.org/' }],
      ['uri', { uri: 'mqtt://example.org' }],
      ['uri', { uri: 'mqtt://example.org/a/+/b' }],
      ['uri', { uri: 5 }],
      ['accept', { accept: 'text/html' }],
      ['timeout', { timeout: 0 }],
      ['timeout', { timeout: '5' }],
      ['cooldown', { cooldown: -1 }],
      ['receiverInfo', { receiverInfo: { key: 'a', value: 'b' } }],
      ['receiverInfo', { receiverInfo: [{ key: 'a' }] }],
      ['receiverInfo', { receiverInfo: [{ key: 'a', value: 1 }] }],
      ['receiverInfo.key', { receiverInfo: [{ key: 'a b', value: 'c' }] }],
      ['receiverInfo.key', { receiverInfo: [{ key: 'Content-Length', value: '5' }] }],
      ['receiverInfo.key', { receiverInfo: [{ key: 'host', value: 'example.org' }] }],
      ['receiverInfo.value', { receiverInfo: [{ key: 'a', value: 'b\r\nc: d' }] }],
      ['notifierInfo', { notifierInfo: [{ value: 'b' }] }],
      ['notifierInfo', { notifierInfo: [{ key: 'MQTT-QoS', value: '1' }] }],
      ['notifierInfo MQTT-QoS', { uri: 'mqtt://example.org/a', notifierInfo: [{ key: 'MQTT-QoS', value: '3' }] }],
      ['notifierInfo MQTT-Version', { uri: 'mqtt://h/a', notifierInfo: [{ key: 'MQTT-Version', value: 'mqtt3.1' }] }],
      ['notifierInfo HMAC-SHA256-Key', { notifierInfo: [{ key: 'HMAC-SHA256-Key', value: 'short' }] }],
      ['notifierInfo', { notifierInfo: [{ key: 'OAuth2-Client-Id', value: 'me' }] }],
      ['url', { url: ENDPOINT.uri }],
    ] as [string, object][]
  ).map(([member, params]): [string, Record<string, unknown>] => [
    `notification.endpoint.${member}`,
    { notification: { endpoint: { ...ENDPOINT, ...params } } },
  ]),
];

eachDatabase('6.10, 6.11 Subscriptions', (test) => {
  test('an invalid Subscription is refused with 400 BadRequestData that names the member', async (t, db) => {
    const { broker, tenant } = await start(t, db);
    for (const [member, changes] of INVALID) {
      const answer = await ask(broker, tenant, 'POST', '', { ...VALID, ...changes });
      const what = `${JSON.stringify(changes)}: ${answer.body}`;
      assert.equal(answer.statusCode, 400, what);
      assert.equal(answer.json().type, 'https://uri.etsi.org/ngsi-ld/errors/BadRequestData', what);
      assert.ok(answer.json().detail.startsWith(`${member}:`), what);
    }
    // Nothing was created, not even the tenant.
    assert.equal((await ask(broker, tenant, 'GET', '')).statusCode, 404);
  });

  test('an endpoint in a private network is refused by name where that is forbidden', async (t, db) => {
    const broker = await startNotifyingBroker(db, { outgoing: 'public-only' });
    t.after(() => broker.close());
    for (const host of ['127.0.0.1:1026', '10.1.2.3', '169.254.169.254', '[::1]:80']) {
      for (const uri of [`http://${host}/`, `mqtt://${host}/topic`]) {
        const subscription = { ...VALID, notification: { endpoint: { uri } } };
        const answer = await ask(broker, freshTenant(), 'POST', '', subscription);
        assert.equal(answer.statusCode, 400, uri);
        assert.match(answer.json().detail, /^notification\.endpoint\.uri:/, uri);
      }
    }
  });

  test('POST answers 201 with the Location, where GET returns the subscription and its status', async (t, db) => {
    const { broker, tenant } = await start(t, db);
    const subscription = { ...VALID, throttling: 0.5, q: 'name=="Thil"', description: 'Lamps', csf: 'a==1' };
    const created = await ask(broker, tenant, 'POST', '', {
      ...subscription,
      status: 'expired',
      __v: 1,
      notification: { endpoint: ENDPOINT, timesSent: 42, status: 'failed' },
    });
    assert.equal(created.statusCode, 201);
    assert.equal(created.body, '');
    assert.equal(created.headers.location, `${PATH}/${VALID.id}`);

    const answer = await ask(broker, tenant, 'GET', `/${VALID.id}`);

    assert.equal(answer.statusCode, 200);
    assert.match(String(answer.headers.link), /json-ld#context/);
    const { jsonldContext, ...document } = answer.json();
    assert.match(jsonldContext, /ngsi-ld-core-context/);
    assert.deepEqual(document, {
      ...subscription,
      notificationTrigger: ['attributeCreated', 'attributeUpdated'],
      status: 'active',
    });
    const twice = await ask(broker, tenant, 'POST', '', VALID);
    assert.equal(twice.statusCode, 409);
    assert.equal(twice.json().type, 'https://uri.etsi.org/ngsi-ld/errors/AlreadyExists');
    const elsewhere = await ask(broker, freshTenant(), 'POST', '', VALID);
    assert.equal(elsewhere.statusCode, 201);
  });

  test('names are in the terms of the requested @context', async (t, db) => {
    const { broker, tenant } = await start(t, db);
    const mine = { name: 'http://example.org/name', speed: 'http://example.org/speed', Car: 'http://example.org/Car' };
    const body = {
      ...VALID,
      entities: [{ type: 'Car,(Bus;Car)', idPattern: 'Car' }],
      watchedAttributes: ['speed', 'name'],
      q: 'speed>5;name=="speed"',
      geoQ: { georel: 'within', geometry: 'Point', coordinates: [1, 2], geoproperty: 'speed' },
      notification: { endpoint: ENDPOINT, pick: ['id', 'speed'] },
      '@context': [mine],
    };
    const created = await ask(broker, tenant, 'POST', '', body, { 'content-type': 'application/ld+json' });
    assert.equal(created.statusCode, 201, created.body);

    const answer = (await ask(broker, tenant, 'GET', `/${VALID.id}`)).json();

    assert.deepEqual(answer.entities, [{ type: `${mine.Car},(Bus;${mine.Car})`, idPattern: 'Car' }]);
    assert.deepEqual(answer.watchedAttributes, [mine.speed, mine.name]);
    assert.equal(answer.q, `${encodeURIComponent(mine.speed)}>5;${encodeURIComponent(mine.name)}=="speed"`);
    assert.equal(answer.geoQ.geoproperty, mine.speed);
    assert.deepEqual(answer.notification.pick, ['id', mine.speed]);
  });

  test('the list is paged, counted and in order of creation', async (t, db) => {
    const { broker, tenant } = await start(t, db);
    for (let number = 1; number <= 3; number++) {
      await ask(broker, tenant, 'POST', '', { ...VALID, id: `urn:ngsi-ld:Subscription:${number}` });
    }
    const page = await ask(broker, tenant, 'GET', '?limit=1&offset=1&count=true&options=sysAttrs');
    assert.equal(page.statusCode, 200);
    assert.equal(page.headers['ngsild-results-count'], '3');
    const [only] = page.json();
    assert.equal(only.id, 'urn:ngsi-ld:Subscription:2');
    assert.match(only.createdAt, /Z$/);
    const links = [page.headers.link].flat().filter((link) => !String(link).includes('json-ld#context'));
    assert.deepEqual(links, [
      `<${PATH}?count=true&limit=1&offset=2&options=sysAttrs>;rel="next";type="application/json"`,
      `<${PATH}?count=true&limit=1&offset=0&options=sysAttrs>;rel="prev";type="application/json"`,
    ]);
    assert.equal((await ask(broker, tenant, 'GET', '?limit=0&count=true')).body, '[]');
    assert.equal((await ask(broker, tenant, 'GET', '?limit=0')).statusCode, 400);
    assert.equal((await ask(broker, tenant, 'GET', '?limit=-1')).statusCode, 400);
    assert.equal((await ask(broker, tenant, 'GET', '?type=Building')).json().type.split('/').at(-1), 'InvalidRequest');
  });

  test('unknown ids, malformed ids and wrong methods', async (t, db) => {
    const { broker, tenant } = await start(t, db);
    await ask(broker, tenant, 'POST', '', VALID);
    const cases: [Method, string, unknown, number][] = [
      ['GET', '/urn:ngsi-ld:Subscription:9', undefined, 404],
      ['PATCH', '/urn:ngsi-ld:Subscription:9', { isActive: false }, 404],
      ['DELETE', '/urn:ngsi-ld:Subscription:9', undefined, 404],
      ['GET', '/nothing', undefined, 400],
      ['PATCH', '/nothing', { isActive: false }, 400],
      ['DELETE', '/nothing', undefined, 400],
      ['PATCH', '/', { isActive: false }, 405],
      ['DELETE', '/', undefined, 405],
      ['POST', '', {}, 400],
      ['POST', '', [], 400],
    ];
    for (const [method, path, body, status] of cases) {
      const answer = await ask(broker, tenant, method, path, body);
      assert.equal(answer.statusCode, status, `${method} ${path}: ${answer.body}`);
    }
    const geo = await ask(broker, tenant, 'GET', `/${VALID.id}`, undefined, { accept: 'application/geo+json' });
    assert.equal(geo.statusCode, 406);
    assert.equal((await ask(broker, tenant, 'DELETE', `/${VALID.id}`)).statusCode, 204);
    assert.equal((await ask(broker, tenant, 'GET', `/${VALID.id}`)).statusCode, 404);
  });

  test('PATCH replaces whole members, removes by null, and leaves a valid subscription or changes nothing', async (t, db) => {
    const { broker, tenant } = await start(t, db);
    await ask(broker, tenant, 'POST', '', { ...VALID, q: 'name', throttling: 5 });
    const refused: [string, object][] = [
      ['id', { id: 'urn:ngsi-ld:Subscription:2' }],
      ['type', { type: 'Building' }],
      ['type', { type: null }],
      ['notification', { notification: null }],
      ['notification', { notification: 'urn:ngsi-ld:null' }],
      ['notification.endpoint', { notification: { endpoint: null } }],
      ['entities', { entities: null, watchedAttributes: null }],
      ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z', isActive: true }],
      ['throttling', { throttling: 0 }],
    ];
    for (const [member, fragment] of refused) {
      const answer = await ask(broker, tenant, 'PATCH', `/${VALID.id}`, fragment);
      assert.equal(answer.statusCode, 400, JSON.stringify(fragment));
      assert.ok(answer.json().detail.startsWith(`${member}:`), answer.body);
    }
    const fragment = {
      watchedAttributes: null,
      q: 'urn:ngsi-ld:null',
      throttling: 7.5,
      isActive: false,
      status: 'active',
    };
    assert.equal((await ask(broker, tenant, 'PATCH', `/${VALID.id}`, fragment)).statusCode, 204);

    const { jsonldContext: _, ...document } = (await ask(broker, tenant, 'GET', `/${VALID.id}`)).json();
    assert.deepEqual(document, {
      id: VALID.id,
      type: 'Subscription',
      entities: VALID.entities,
      notification: VALID.notification,
      throttling: 7.5,
      isActive: false,
      notificationTrigger: ['attributeCreated', 'attributeUpdated'],
      status: 'paused',
    });
  });

  test('5.8.2 the status follows isActive and expiresAt', async (t, db) => {
    const { broker, tenant } = await start(t, db);
    const soon = () => new Date(Date.now() + 60_000).toISOString();
    const cases: [paused: boolean, expired: boolean, fragment: () => Record<string, unknown>, status: string][] = [
      [true, false, () => ({ isActive: true }), 'active'],
      [true, true, () => ({ isActive: true }), 'expired'],
      [true, true, () => ({ isActive: true, expiresAt: soon() }), 'active'],
      [false, false, () => ({ isActive: false }), 'paused'],
      [false, true, () => ({ isActive: false }), 'expired'],
      [true, false, () => ({ expiresAt: soon() }), 'paused'],
      [true, true, () => ({ expiresAt: soon() }), 'active'],
      [false, true, () => ({ expiresAt: 'urn:ngsi-ld:null' }), 'active'],
    ];
    for (const [number, [paused, expired, fragment, status]] of cases.entries()) {
      const id = `urn:ngsi-ld:Subscription:${number}`;
      await broker.subscribe(tenant, { ...VALID, id, isActive: !paused });
      if (expired) {
        const expiresAt = new Date(Date.now() + 1000).toISOString();
        await broker.revise(tenant, id, { expiresAt, isActive: !paused });
        while (Date.now() <= Date.parse(expiresAt)) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await broker.revise(tenant, id, fragment());
      assert.equal((await broker.retrieve(tenant, id)).status, status, JSON.stringify([paused, expired, fragment()]));
    }
  });
});
