import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { LINK, STREETLIGHT, startInterop, TERRITORY, warningsOf } from '../support/interop.ts';

test('deviations of older clients are refused, and accepted with a warning by a lenient tenant', async (t) => {
  const { ask, tenant } = await startInterop(t);
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
  const untyped = {
    type: 'ContextSourceRegistration',
    information: [{ entities: [{ id: 'urn:ngsi-ld:Remote:1' }] }],
    endpoint: 'http://127.0.0.1:9',
  };
  await ask('POST', '/entities', lamp('urn:ngsi-ld:Lamp:0'));
  /** The request, the answers of a strict and of a lenient tenant, and the warning. */
  const cases: readonly (readonly [Parameters<typeof ask>, strict: number, lenient: number, warning: RegExp])[] = [
    [['GET', '/types?limit=10'], 400, 200, /Parameter limit/],
    [['GET', '/entities?type=Lamp&foo=1'], 400, 200, /Parameter foo/],
    [['GET', '/entities?type=Lamp&options=keyValues,count'], 400, 200, /count is read as the parameter count=true/],
    [['POST', '/entityOperations/update?options=update', [lamp('urn:ngsi-ld:Lamp:0')]], 400, 204, /options: update/],
    [['POST', '/entityOperations/create?options=replace', [lamp('urn:l:1')]], 400, 201, /Parameter options/],
    [['POST', '/entities', lamp('urn:l:2', { '@context': TERRITORY })], 400, 201, /application\/json/],
    [['POST', '/entityOperations/create', [lamp('urn:l:3', { '@context': TERRITORY })]], 207, 201, /application\/json/],
    [['POST', '/entities', lamp('urn:l:4'), { 'content-type': 'application/ld+json' }], 400, 201, /@context/],
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
    [['POST', `/entities/${iri}/attrs/https://example.org/x`], 404, 405, /^$/],
    [['POST', `/entities/${iri}/attrs/https://example.org/x/value`], 404, 405, /^$/],
    [['POST', '/subscriptions', subscription], 400, 201, /expires is read as expiresAt/],
    [['POST', '/csourceRegistrations', registration], 400, 201, /properties is read as propertyNames/],
    [['POST', '/csourceRegistrations', untyped], 400, 201, /without a type, it is registered for entities of any type/],
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
  const counted = await ask('GET', '/entities?type=Lamp&limit=0&options=count');
  assert.ok(Number(counted.headers['ngsild-results-count']) > 0);
  // For a strict tenant a link without rel is ignored, so names are in the default vocabulary.
  await ask('POST', '/entities', lamp('urn:l:6', { type: 'Streetlight' }), { link: `<${TERRITORY}>` });
  const stored = await ask('GET', '/entities/urn:l:6');
  assert.equal(stored.json().type, STREETLIGHT);
});

/** What older clients send, what a strict tenant answers, and what a lenient one keeps or answers, with its warning. */
const VALUES: readonly (readonly [attribute: object, strict: number, kept: unknown, warning: RegExp])[] = [
  [{ type: 'Property', value: ['x'] }, 201, { type: 'Property', value: 'x' }, /array of one element/],
  [
    { type: 'LanguageProperty', languageMap: { fr: ['Mairie'], lb: ['a', 'b'] } },
    201,
    { type: 'LanguageProperty', languageMap: { fr: 'Mairie', lb: ['a', 'b'] } },
    /array of one element/,
  ],
  [{ type: 'VocabProperty', vocab: ['open'] }, 201, { type: 'VocabProperty', vocab: 'open' }, /array of one element/],
  [{ type: 'Property', value: ['x', 'y'] }, 201, { type: 'Property', value: ['x', 'y'] }, /^$/],
  [{ type: 'ListProperty', valueList: ['x'] }, 201, { type: 'ListProperty', valueList: ['x'] }, /^$/],
  [
    { type: 'Property', value: 1, observedAt: '2026-01-31T12:00:00' },
    400,
    { type: 'Property', value: 1, observedAt: '2026-01-31T12:00:00Z' },
    /2026-01-31T12:00:00 is read as 2026-01-31T12:00:00Z/,
  ],
  [
    { type: 'Property', value: 1, observedAt: '2026-01-31' },
    400,
    { type: 'Property', value: 1, observedAt: '2026-01-31T00:00:00Z' },
    /is read as 2026-01-31T00:00:00Z/,
  ],
  [
    { type: 'Property', value: { '@type': 'DateTime', '@value': 'soon' } },
    400,
    { type: 'Property', value: { '@type': 'DateTime', '@value': 'soon' } },
    /is no DateTime/,
  ],
  [
    { type: 'LanguageProperty', languageMap: { en_US: 'a' } },
    400,
    { type: 'LanguageProperty', languageMap: { en_US: 'a' } },
    /no language tag/,
  ],
  [
    { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.5] }, unitCode: 'MTR' },
    400,
    { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.5] }, unitCode: 'MTR' },
    /no unitCode/,
  ],
];

test('a lenient tenant keeps values that the standard refuses, and reads arrays of one element as the element', async (t) => {
  const { ask, tenant } = await startInterop(t);
  await ask('POST', '/entities', { id: 'urn:v:0', type: 'Thing' }); // creates the tenant
  for (const [index, [attribute, strict]] of VALUES.entries()) {
    const answer = await ask('POST', '/entities', { id: `urn:strict:${index}`, type: 'Thing', a: attribute });
    assert.equal(answer.statusCode, strict, `${JSON.stringify(attribute)}: ${answer.body}`);
    if (strict !== 201) continue;
    assert.deepEqual((await ask('GET', `/entities/urn:strict:${index}`)).json().a, attribute);
  }
  assert.equal((await ask('PUT', `/ops/tenants/${tenant}/interop`, { lenient: true })).statusCode, 204);
  for (const [index, [attribute, , kept, warning]] of VALUES.entries()) {
    const answer = await ask('POST', '/entities', { id: `urn:lenient:${index}`, type: 'Thing', a: attribute });
    assert.equal(answer.statusCode, 201, `${JSON.stringify(attribute)}: ${answer.body}`);
    assert.match(warningsOf(answer).join(), warning, JSON.stringify(attribute));
    assert.deepEqual((await ask('GET', `/entities/urn:lenient:${index}`)).json().a, kept);
  }
});

test('a lenient tenant answers queries of older clients', async (t) => {
  const { ask, tenant } = await startInterop(t);
  const thing = (id: string, more: object) => ask('POST', '/entities', { id, type: 'Thing', ...more });
  await thing('urn:t:1', { a: { type: 'Property', value: 1 } });
  await thing('urn:t:2', { b: { type: 'Property', value: 2, observedAt: '2026-01-01T00:00:00Z' } });
  const history = '/temporal/entities/urn:t:2?timerel=after&timeAt=2025-01-01T00:00:00';
  const both = `${history}Z&options=temporalValues,aggregatedValues`;
  for (const path of ['/entities?type=Thing&q=!a', history, both]) {
    assert.equal((await ask('GET', path)).statusCode, 400, path);
  }
  await ask('PUT', `/ops/tenants/${tenant}/interop`, { lenient: true });
  const ids = async (q: string) =>
    (await ask('GET', `/entities?type=Thing&q=${q}`)).json().map((each: { id: string }) => each.id);
  assert.deepEqual(await ids('!a'), ['urn:t:2']);
  assert.deepEqual(await ids('!a;b==2'), ['urn:t:2']);
  assert.deepEqual(await ids('!b|b==2'), ['urn:t:1', 'urn:t:2']);
  assert.match(warningsOf(await ask('GET', '/entities?type=Thing&q=!a')).join(), /without the attribute/);
  const evolution = await ask('GET', history);
  assert.equal(evolution.json().b[0].value, 2);
  assert.match(warningsOf(evolution).join(), /timeAt/);
  const values = await ask('GET', both);
  assert.deepEqual(values.json().b.values, [[2, '2026-01-01T00:00:00Z']]);
  assert.match(warningsOf(values).join(), /temporalValues is used/);
  const aggregated = await ask('GET', `${both}&aggrMethods=max&aggrPeriodDuration=P1D`);
  assert.equal(aggregated.json().b.max[0][0], 2);
  // A subscription is read again at each start, when nobody is lenient.
  const subscription = {
    type: 'Subscription',
    entities: [{ type: 'Thing' }],
    q: '!a',
    notification: { endpoint: { uri: 'http://127.0.0.1:9' } },
  };
  assert.equal((await ask('POST', '/subscriptions', subscription)).statusCode, 400);
  const passing = { ...subscription, q: 'a', expiresAt: '2999-01-01' };
  const made = await ask('POST', '/subscriptions', passing);
  assert.equal(made.statusCode, 201, made.body);
  const kept = await ask('GET', `/subscriptions/${String(made.headers.location).split('/').at(-1)}`);
  assert.equal(kept.json().expiresAt, '2999-01-01T00:00:00Z');
});

test('it is counted which client needed which leniency, until that is forgotten or the tenant is deleted', async (t) => {
  const { ask, tenant } = await startInterop(t);
  const uses = `/ops/tenants/${tenant}/interop/uses`;
  await ask('POST', '/entities', { id: 'urn:v:0', type: 'Thing' }); // creates the tenant
  await ask('GET', '/entities?type=Thing&q=!a'); // refused, as the tenant is strict
  await ask('PUT', `/ops/tenants/${tenant}/interop`, { lenient: true });
  assert.deepEqual((await ask('GET', uses)).json(), []);
  const older = { 'user-agent': 'iotagent-json/3.1 (old)' };
  for (const path of ['/entities?type=Thing&q=!a', '/entities?type=Thing&q=!a;!b', '/entities?type=Thing&nothing=1']) {
    assert.equal((await ask('GET', path, undefined, older)).statusCode, 200);
  }
  await ask('GET', '/entities?type=Thing', undefined, { 'user-agent': 'curl/8' }); // needs none
  const batch = [1, 2].map((n) => ({ id: `urn:b:${n}`, type: 'Thing', 'a-b': { type: 'Property', value: n } }));
  assert.equal((await ask('POST', '/entityOperations/create', batch, { 'user-agent': 'curl/8' })).statusCode, 201);
  const counted = (await ask('GET', uses)).json() as Record<string, unknown>[];
  const shown = counted.map(({ client, program, deviation, uses: count }) =>
    [client, program, deviation, count].join(' '),
  );
  assert.deepEqual(shown.sort(), [
    'anonymous curl hyphenInName 1',
    'anonymous iotagent-json absentAttribute 2',
    'anonymous iotagent-json unknownParameter 1',
  ]);
  for (const { firstAt, lastAt } of counted) assert.ok(String(firstAt) <= String(lastAt));
  await ask('GET', '/entities?type=Thing&q=!a', undefined, older);
  const again = (await ask('GET', uses)).json() as { deviation: string; uses: number }[];
  assert.equal(again.find(({ deviation }) => deviation === 'absentAttribute')?.uses, 3);
  assert.equal((await ask('DELETE', uses)).statusCode, 204);
  assert.deepEqual((await ask('GET', uses)).json(), []);
  assert.equal((await ask('GET', '/ops/tenants/unknown/interop/uses')).statusCode, 404);
  await ask('GET', '/entities?type=Thing&q=!a', undefined, older);
  assert.equal((await ask('DELETE', `/ops/tenants/${tenant}`)).statusCode, 204);
  assert.equal((await ask('POST', '/ops/tenants', { name: tenant })).statusCode, 201);
  assert.deepEqual((await ask('GET', uses)).json(), []);
});

test('a merge is sent as an update to a source that is registered for updates only', async (t) => {
  const { ask, tenant } = await startInterop(t);
  const seen: string[] = [];
  const agent = createServer(async (request, response) => {
    seen.push(`${request.method} ${request.url} ${JSON.stringify(await json(request))}`);
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(agent, 'listening');
  t.after(() => agent.close());
  const { port } = agent.address() as AddressInfo;
  const id = 'urn:ngsi-ld:Lamp:1';
  const registration = {
    type: 'ContextSourceRegistration',
    mode: 'exclusive',
    operations: ['updateOps'],
    information: [{ entities: [{ type: 'Lamp', id }], propertyNames: ['on'] }],
    endpoint: `http://127.0.0.1:${port}`,
  };
  const made = await ask('POST', '/csourceRegistrations', registration);
  assert.equal(made.statusCode, 201, made.body);
  assert.equal((await ask('POST', '/entities', { id, type: 'Lamp' })).statusCode, 201);
  const command = { on: { type: 'Property', value: true } };
  assert.equal((await ask('PATCH', `/entities/${id}`, command)).statusCode, 409);
  assert.deepEqual(seen, []);
  await ask('PUT', `/ops/tenants/${tenant}/interop`, { lenient: true });
  const answer = await ask('PATCH', `/entities/${id}`, command);
  assert.equal(answer.statusCode, 204, answer.body);
  assert.match(warningsOf(answer).join(), /mergeEntity: sent as updateEntity/);
  assert.deepEqual(seen, [`PATCH /ngsi-ld/v1/entities/${id}/attrs/ ${JSON.stringify(command)}`]);
});
