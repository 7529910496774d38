import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { InjectOptions } from 'light-my-request';
import { type BrokerOptions, createBroker } from '../../src/main.ts';
import { freshTenant, testDatabases } from '../support/index.ts';

const LD = 'application/ld+json';
const TERRITORY = 'http://localhost:1026/contexts/territory/v1.jsonld';
const STREETLIGHT = 'https://smartdatamodels.org/dataModel.Streetlighting/Streetlight';
const LINK = `<${TERRITORY}>; rel="http://www.w3.org/ns/json-ld#context"; type="${LD}"`;

async function start(t: TestContext, options: Partial<BrokerOptions> = {}) {
  const [database] = testDatabases();
  assert.ok(database);
  const db = await database.open();
  const publicUrl = 'http://localhost:1026';
  const broker = await createBroker({ db, publicUrl, offline: true, instance: `test-${Math.random()}`, ...options });
  t.after(() => broker.close());
  const tenant = freshTenant();
  const ask = (method: InjectOptions['method'], path: string, body?: unknown, headers: Record<string, string> = {}) =>
    broker.app.inject({
      method: method ?? 'GET',
      url: path.startsWith('/ops') || path.startsWith('/v') ? path : `/ngsi-ld/v1${path}`,
      headers: {
        'ngsild-tenant': tenant,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
  return { broker, ask, tenant };
}

const warningsOf = (response: { headers: Record<string, unknown> }) =>
  [response.headers['ngsild-warning'] ?? []].flat();

test('a tenant has a default @context: short names work, answers name it, and unknown names are reported', async (t) => {
  const { ask, tenant } = await start(t);
  const id = 'urn:ngsi-ld:Streetlight:1';
  const lamp = { id, type: 'Streetlight', powerState: { type: 'Property', value: 'on' } };
  assert.equal((await ask('POST', '/entities', lamp, { link: LINK })).statusCode, 201);

  const before = await ask('GET', '/entities?type=Streetlight');
  assert.deepEqual([before.json(), warningsOf(before)], [[], []]); // there are no warnings unless requested

  const faulty = await ask('PUT', `/ops/tenants/${tenant}/interop`, { defaultContext: 'territory' });
  assert.match(faulty.json().detail, /defaultContext: got "territory"/);
  assert.equal((await ask('PUT', `/ops/tenants/${tenant}/interop`, { defaultContext: TERRITORY })).statusCode, 204);
  assert.deepEqual((await ask('GET', `/ops/tenants/${tenant}`)).json().interop, { defaultContext: TERRITORY });
  const setting = await ask('GET', `/ops/tenants/${tenant}/interop`);
  assert.deepEqual([setting.statusCode, setting.json()], [200, { defaultContext: TERRITORY }]);
  assert.equal((await ask('GET', '/ops/tenants/unknown/interop')).statusCode, 404);

  const found = await ask('GET', '/entities?type=Streetlight');
  assert.deepEqual(found.json(), [lamp]);
  assert.equal(found.headers.link, LINK);
  assert.deepEqual(warningsOf(found), []);
  const created = await ask('POST', '/entities', { ...lamp, id: `${id}2` });
  assert.equal(created.headers.link, LINK);

  const core =
    '<https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld>; rel="http://www.w3.org/ns/json-ld#context"';
  const strayed = await ask('GET', '/entities?type=Streetlight&q=powerState==%22on%22', undefined, { link: core });
  assert.deepEqual(strayed.json(), []);
  assert.equal(warningsOf(strayed).length, 2);
  assert.match(
    String(warningsOf(strayed)[0]),
    new RegExp(`Streetlight means .*default-context/Streetlight.*${STREETLIGHT}`),
  );

  assert.equal((await ask('DELETE', `/ops/tenants/${tenant}/interop`)).statusCode, 204);
  assert.deepEqual((await ask('GET', '/entities?type=Streetlight')).json(), []);
});

test('deviations of older clients are refused, and accepted with a warning by a lenient tenant', async (t) => {
  const { ask, tenant } = await start(t);
  const lamp = (id: string, more: object = {}) => ({
    id,
    type: 'Lamp',
    level: { type: 'Property', value: 1 },
    ...more,
  });
  const iri = 'https://uri.fiware.org/ns/lamps/1';
  const subscription = {
    type: 'Subscription',
    name: 'mine',
    expires: '2099-01-01T00:00:00Z',
    entities: [{ type: 'Lamp' }],
    notification: { endpoint: { uri: 'http://127.0.0.1:9/' } },
  };
  const ngsiV2 = (format: string) => ({
    type: 'Subscription',
    entities: [{ type: 'Lamp' }],
    notification: { format, endpoint: { uri: 'http://127.0.0.1:9/' } },
  });
  const registration = {
    type: 'ContextSourceRegistration',
    information: [{ entities: [{ type: 'Remote' }], properties: ['level'] }],
    endpoint: 'http://127.0.0.1:9',
    expires: '2099-01-01T00:00:00Z',
  };
  await ask('POST', '/entities', lamp('urn:ngsi-ld:Lamp:0'));
  /** The request, the answers of a strict and of a lenient tenant, and the warning. */
  const cases: readonly (readonly [Parameters<typeof ask>, strict: number, lenient: number, warning: RegExp])[] = [
    [['GET', '/types?limit=10'], 400, 200, /Parameter limit/],
    [['GET', '/entities?type=Lamp&foo=1'], 400, 200, /Parameter foo/],
    [['POST', '/entityOperations/update?options=update', [lamp('urn:ngsi-ld:Lamp:0')]], 400, 204, /options: update/],
    [['POST', '/entityOperations/create?options=replace', [lamp('urn:l:1')]], 400, 201, /Parameter options/],
    [['POST', '/entities', lamp('urn:l:2', { '@context': TERRITORY })], 400, 201, /application\/json/],
    [['POST', '/entityOperations/create', [lamp('urn:l:3', { '@context': TERRITORY })]], 207, 201, /application\/json/],
    [['POST', '/entities', lamp('urn:l:4'), { 'content-type': LD }], 400, 201, /@context/],
    [
      ['POST', '/entities/urn:ngsi-ld:Lamp:0/attrs', { a: 1 }, { 'content-type': 'application/merge-patch+json' }],
      415,
      204,
      /merge-patch/,
    ],
    [
      ['POST', '/entities', lamp('urn:l:5', { 'snow-height': { type: 'Property', value: 1 } })],
      400,
      201,
      /snow-height/,
    ],
    [['GET', '/entities?type=Street-Light'], 400, 200, /Street-Light/],
    [['GET', '/entities?id=urn:ngsi-ld:Lamp:0'], 400, 200, /only ids/],
    [
      ['POST', '/entities', lamp('urn:l:7', { kind: { type: 'VocabularyProperty', vocab: 'led' } })],
      400,
      201,
      /VocabProperty/,
    ],
    [['GET', '/entities?type=Lamp', undefined, { link: LINK.slice(0, -1) }], 400, 200, /quote/],
    [['POST', '/entities', lamp(iri)], 201, 201, /^$/],
    [['GET', `/entities/${iri}`], 404, 200, /^$/],
    [['GET', `/entities/${iri}/attrs/https://example.org/x`], 404, 405, /^$/],
    [['POST', '/subscriptions', subscription], 400, 201, /expires is read as expiresAt/],
    [['POST', '/csourceRegistrations', registration], 400, 201, /properties is read as propertyNames/],
    [['POST', '/subscriptions', ngsiV2('x-ngsiv2-normalized')], 400, 201, /payload of NGSIv2/],
  ];
  for (const [request, strict] of cases) {
    const answer = await ask(...request);
    assert.equal(answer.statusCode, strict, `${request[0]} ${request[1]}: ${answer.body}`);
    assert.deepEqual(warningsOf(answer), [], request[1]);
  }
  await ask('DELETE', `/entities/${encodeURIComponent(iri)}`);
  assert.equal((await ask('PUT', `/ops/tenants/${tenant}/interop`, { lenient: true })).statusCode, 204);
  for (const [request, , lenient, warning] of cases) {
    const answer = await ask(...request);
    assert.equal(answer.statusCode, lenient, `${request[0]} ${request[1]}: ${answer.body}`);
    assert.match(warningsOf(answer).join(), warning, request[1]);
  }
  // For a strict tenant a link without rel is ignored, so names are in the default vocabulary.
  await ask('POST', '/entities', lamp('urn:l:6', { type: 'Streetlight' }), { link: `<${TERRITORY}>` });
  const stored = await ask('GET', '/entities/urn:l:6');
  assert.equal(stored.json().type, STREETLIGHT);
});

test('NGSIv2 receivers are notified with its payload', async (t) => {
  const { ask, tenant } = await start(t);
  const received = new Map<string, { headers: IncomingHttpHeaders; body: unknown }>();
  const receiver = createServer(async (request, response) => {
    received.set(request.url ?? '', { headers: request.headers, body: await json(request) });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  t.after(() => receiver.close());
  const { port } = receiver.address() as AddressInfo;
  await ask('POST', '/entities', { id: 'urn:ngsi-ld:Bench:1', type: 'Bench' }); // also creates the tenant
  await ask('PUT', `/ops/tenants/${tenant}/interop`, { lenient: true });
  const formats = ['x-ngsiv2-normalized', 'x-ngsiv2-normalized-compacted', 'x-ngsiv2-keyValues-compacted'];
  const ids = new Map<string, string>();
  for (const format of formats) {
    const made = await ask(
      'POST',
      '/subscriptions',
      {
        type: 'Subscription',
        entities: [{ type: 'Streetlight' }],
        notification: { format, endpoint: { uri: `http://127.0.0.1:${port}/${format}` } },
      },
      { link: LINK },
    );
    assert.equal(made.statusCode, 201, made.body);
    ids.set(format, String(made.headers.location).split('/').at(-1) ?? '');
  }
  const wrong = await ask('POST', '/subscriptions', {
    type: 'Subscription',
    entities: [{ type: 'Streetlight' }],
    notification: { format: formats[0], endpoint: { uri: 'http://127.0.0.1:9/', accept: 'application/ld+json' } },
  });
  assert.match(wrong.json().detail, /notification\.endpoint\.accept/);

  const lamp = {
    id: 'urn:ngsi-ld:Streetlight:v2',
    type: 'Streetlight',
    powerConsumption: { type: 'Property', value: 12, unitCode: 'WTT', observedAt: '2026-01-01T00:00:00Z' },
    refStreetlightGroup: { type: 'Relationship', object: 'urn:ngsi-ld:StreetlightGroup:1' },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.5] } },
  };
  assert.equal((await ask('POST', '/entities', lamp, { link: LINK })).statusCode, 201);
  for (let tries = 0; received.size < 3 && tries < 300; tries++) await pause(50);
  assert.equal(received.size, 3, 'three notifications');
  const power = { type: 'Property', value: 12, metadata: { unitCode: 'WTT', observedAt: '2026-01-01T00:00:00Z' } };
  const compacted = received.get('/x-ngsiv2-normalized-compacted');
  assert.deepEqual(compacted?.body, {
    subscriptionId: ids.get('x-ngsiv2-normalized-compacted'),
    data: [
      {
        id: lamp.id,
        type: 'Streetlight',
        powerConsumption: power,
        refStreetlightGroup: { type: 'Relationship', value: 'urn:ngsi-ld:StreetlightGroup:1', metadata: {} },
        location: { type: 'geo:json', value: lamp.location.value, metadata: {} },
      },
    ],
  });
  assert.deepEqual(
    [compacted?.headers['ngsiv2-attrsformat'], compacted?.headers['fiware-service']],
    ['normalized', tenant],
  );
  const expanded = received.get('/x-ngsiv2-normalized')?.body as { data: Record<string, unknown>[] };
  assert.equal(expanded.data[0]?.type, STREETLIGHT);
  assert.deepEqual(expanded.data[0]?.['https://smartdatamodels.org/dataModel.Streetlighting/powerConsumption'], power);
  const keyValues = received.get('/x-ngsiv2-keyValues-compacted')?.body as { data: Record<string, unknown>[] };
  assert.equal(keyValues.data[0]?.powerConsumption, 12);
});

test('NGSIv2 clients are told which API to use', async (t) => {
  const { ask } = await start(t);
  for (const path of ['/v2', '/v2/entities?type=Lamp', '/v2/entities/urn:l:1/attrs/a', '/v2/op/update']) {
    const answer = await ask('GET', path);
    assert.equal(answer.statusCode, 404, path);
    assert.match(answer.json().detail, /NGSI-LD, not NGSIv2.*\/ngsi-ld\/v1/, path);
  }
});
