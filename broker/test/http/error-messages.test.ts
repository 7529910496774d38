import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createBroker } from '../../src/main.ts';
import { freshTenant, testDatabases } from '../support/index.ts';
import { injectRequest } from '../support/inject-request.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A mistake, and the contents of its answer: the position, the received and the expected value. */
type Mistake = readonly [
  title: string,
  request: readonly [method: Method, path: string, body?: unknown, headers?: Record<string, string>],
  status: number,
  type: string,
  words: readonly string[],
];

const LAMP = 'urn:ngsi-ld:Lamp:1';
const entity = (members: object) => ({ id: 'urn:a:b', type: 'Lamp', ...members });
const subscription = (members: object) => ({
  type: 'Subscription',
  entities: [{ type: 'Lamp' }],
  notification: { endpoint: { uri: 'http://127.0.0.1:9/' } },
  ...members,
});
const property = (members: object) => entity({ level: { type: 'Property', value: 1, ...members } });

const MISTAKES: readonly Mistake[] = [
  // Documents
  ['a body cut off', ['POST', '/entities', '{"id":'], 400, 'InvalidRequest', ['body', 'not JSON', 'end of']],
  ['an empty body', ['POST', '/entities', ' '], 400, 'InvalidRequest', ['body is empty', 'expected JSON']],
  [
    'an empty list in place of an entity',
    ['POST', '/entities', []],
    400,
    'InvalidRequest',
    ['body is []', 'JSON object'],
  ],
  ['no id', ['POST', '/entities', { type: 'Lamp' }], 400, 'BadRequestData', ['id', 'nothing', 'URI']],
  [
    'an id that is no URI',
    ['POST', '/entities', { id: 'lamp 1', type: 'Lamp' }],
    400,
    'BadRequestData',
    ['id', '"lamp 1"', 'absolute URI', 'urn:ngsi-ld:'],
  ],
  ['an id that exists', ['POST', '/entities', { id: LAMP, type: 'Lamp' }], 409, 'AlreadyExists', [LAMP, 'exists']],
  ['no type', ['POST', '/entities', { id: 'urn:a:b' }], 400, 'BadRequestData', ['type', 'nothing', 'type name']],
  [
    'a type with a blank',
    ['POST', '/entities', { id: 'urn:a:b', type: 'street lamp' }],
    400,
    'BadRequestData',
    ['type', '"street lamp"', 'letter'],
  ],
  [
    'an attribute name with a minus',
    ['POST', '/entities', entity({ 'power-state': 1 })],
    400,
    'BadRequestData',
    ['power-state', 'a name', 'digits and _'],
  ],
  [
    'a reserved name',
    ['POST', '/entities', entity({ unitCode: { type: 'Property', value: 1 } })],
    400,
    'BadRequestData',
    ['unitCode', 'reserved'],
  ],
  [
    'an unknown kind',
    ['POST', '/entities', property({ type: 'Proprety' })],
    400,
    'BadRequestData',
    ['level.type', '"Proprety"', 'Property, GeoProperty'],
  ],
  [
    'a Property without value',
    ['POST', '/entities', entity({ level: { type: 'Property' } })],
    400,
    'BadRequestData',
    ['level.value', 'nothing', 'the value of a Property'],
  ],
  [
    'a value of null',
    ['POST', '/entities', property({ value: null })],
    400,
    'BadRequestData',
    ['level.value', 'null', 'other than null'],
  ],
  [
    'a null in place of an attribute',
    ['POST', '/entities', entity({ level: null })],
    400,
    'BadRequestData',
    ['level', 'null', 'urn:ngsi-ld:null'],
  ],
  [
    'NGSI-LD Null in a new entity',
    ['POST', '/entities', property({ value: 'urn:ngsi-ld:null' })],
    400,
    'BadRequestData',
    ['level.value', 'no NGSI-LD Null in this operation'],
  ],
  [
    'a value of another kind',
    ['POST', '/entities', property({ object: 'urn:a:c' })],
    400,
    'BadRequestData',
    ['level.object', '"urn:a:c"', 'no such member on a Property'],
  ],
  [
    'two primary members',
    ['POST', '/entities', entity({ level: { value: 1, object: 'urn:a:c' } })],
    400,
    'BadRequestData',
    ['level', '"value","object"', 'one of these'],
  ],
  [
    'a Relationship to no URI',
    ['POST', '/entities', entity({ near: { type: 'Relationship', object: 'Lamp 2' } })],
    400,
    'BadRequestData',
    ['near.object', '"Lamp 2"', 'absolute URI'],
  ],
  [
    'an observedAt with an offset',
    ['POST', '/entities', property({ observedAt: '2026-01-31T12:00:00+01:00' })],
    400,
    'BadRequestData',
    ['level.observedAt', '+01:00', 'UTC DateTime', 'Z'],
  ],
  [
    'a day that February has not',
    ['POST', '/entities', property({ observedAt: '2026-02-30T12:00:00Z' })],
    400,
    'BadRequestData',
    ['level.observedAt', '2026-02-30', 'UTC DateTime'],
  ],
  [
    'an expiresAt that is a number',
    ['POST', '/entities', entity({ expiresAt: 7 })],
    400,
    'BadRequestData',
    ['expiresAt', 'got 7', 'UTC DateTime'],
  ],
  [
    'a unitCode that is a number',
    ['POST', '/entities', property({ unitCode: 5 })],
    400,
    'BadRequestData',
    ['level.unitCode', 'got 5', 'CEL'],
  ],
  [
    'a unitCode on a Relationship',
    ['POST', '/entities', entity({ near: { type: 'Relationship', object: LAMP, unitCode: 'CEL' } })],
    400,
    'BadRequestData',
    ['near.unitCode', 'none on a Relationship'],
  ],
  [
    'a datasetId that is no URI',
    ['POST', '/entities', property({ datasetId: 'gps' })],
    400,
    'BadRequestData',
    ['level.datasetId', '"gps"', 'URI'],
  ],
  [
    'two default instances',
    ['POST', '/entities', entity({ level: [{ value: 1 }, { value: 2 }] })],
    400,
    'BadRequestData',
    ['level', 'two default instances', 'datasetId'],
  ],
  [
    'a datasetId twice',
    [
      'POST',
      '/entities',
      entity({
        level: [
          { value: 1, datasetId: 'urn:a:d' },
          { value: 2, datasetId: 'urn:a:d' },
        ],
      }),
    ],
    400,
    'BadRequestData',
    ['level', 'urn:a:d twice', 'each once'],
  ],
  [
    'a longitude after the latitude',
    ['POST', '/entities', entity({ location: { type: 'Point', coordinates: [49, 195] } })],
    400,
    'BadRequestData',
    ['location.coordinates', '195', 'latitude from -90 to 90, after the longitude'],
  ],
  [
    'a ring that is open',
    [
      'POST',
      '/entities',
      entity({
        location: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [1, 0],
              [1, 1],
              [0, 1],
            ],
          ],
        },
      }),
    ],
    400,
    'BadRequestData',
    ['location.coordinates', 'closed ring of at least four'],
  ],
  [
    'a geometry of no kind',
    ['POST', '/entities', entity({ location: { type: 'GeoProperty', value: { type: 'Circle' } } })],
    400,
    'BadRequestData',
    ['location.value', 'Circle', 'Point, MultiPoint'],
  ],
  [
    'a location that is a Property',
    ['POST', '/entities', entity({ location: 'Villerupt' })],
    400,
    'BadRequestData',
    ['location', '"Villerupt"', 'GeoProperty', 'core @context'],
  ],
  [
    'a languageMap of numbers',
    ['POST', '/entities', entity({ street: { languageMap: { fr: 5 } } })],
    400,
    'BadRequestData',
    ['street.languageMap.fr', 'got 5', 'string'],
  ],
  [
    'a languageMap of nothing',
    ['POST', '/entities', entity({ street: { languageMap: {} } })],
    400,
    'BadRequestData',
    ['street.languageMap', '{}', 'language tags'],
  ],
  [
    'a JsonProperty of text',
    ['POST', '/entities', entity({ extra: { type: 'JsonProperty', json: 'x' } })],
    400,
    'BadRequestData',
    ['extra.json', '"x"', 'JSON object or array'],
  ],
  [
    'a ListProperty of one',
    ['POST', '/entities', entity({ depths: { type: 'ListProperty', valueList: 5 } })],
    400,
    'BadRequestData',
    ['depths.valueList', 'got 5', 'array'],
  ],
  [
    'a ListRelationship of texts',
    ['POST', '/entities', entity({ route: { objectList: ['urn:a:c', 'home'] } })],
    400,
    'BadRequestData',
    ['route.objectList[1]', '"home"', '{"object": URI}'],
  ],
  [
    'a VocabProperty of numbers',
    ['POST', '/entities', entity({ kind: { vocab: 5 } })],
    400,
    'BadRequestData',
    ['kind.vocab', 'got 5', 'term or an IRI'],
  ],
  [
    'a scope with an empty level',
    ['POST', '/entities', entity({ scope: '/A//B' })],
    400,
    'BadRequestData',
    ['scope', '"/A//B"', 'separated by /'],
  ],
  [
    'a number too large',
    ['POST', '/entities', '{"id":"urn:a:b","type":"T","level":1e999}'],
    400,
    'BadRequestData',
    ['level', 'too large for a double'],
  ],
  [
    'a fault in a sub-attribute',
    ['POST', '/entities', property({ source: { type: 'Property' } })],
    400,
    'BadRequestData',
    ['level.source.value', 'nothing'],
  ],
  [
    'half a surrogate pair',
    ['POST', '/entities', '{"id":"urn:a:b","type":"T","level":"\\ud800"}'],
    400,
    'BadRequestData',
    ['level', 'surrogate pair', 'expected text'],
  ],
  [
    'a NUL deep in the second of a batch',
    ['POST', '/entityOperations/create', '[{"id":"urn:a:b"},{"x":{"value":["a","\\u0000"]}}]'],
    400,
    'BadRequestData',
    ['[1].x.value[1]', 'NUL', 'expected text'],
  ],
  [
    'an id in the path that is too long for any',
    ['GET', `/entities/urn:a:${'b'.repeat(5000)}`],
    400,
    'BadRequestData',
    ['Path', 'at most 4096 characters'],
  ],
  [
    'a limit beyond all limits',
    ['GET', '/entities?type=T&limit=99999999999999999999'],
    400,
    'BadRequestData',
    ['limit', '"99999999999999999999"', 'at most 999999999999999'],
  ],
  // @context
  [
    'a @context in JSON',
    ['POST', '/entities', entity({ '@context': 'http://127.0.0.1:9/x' })],
    400,
    'BadRequestData',
    ['@context', 'application/json', 'Link header'],
  ],
  [
    'no @context in JSON-LD',
    ['POST', '/entities', entity({}), { 'content-type': 'application/ld+json' }],
    400,
    'BadRequestData',
    ['@context', 'nothing', 'application/ld+json'],
  ],
  [
    'a @context nowhere',
    ['POST', '/entities', entity({ '@context': 'http://127.0.0.1:9/x' }), { 'content-type': 'application/ld+json' }],
    504,
    'LdContextNotAvailable',
    ['http://127.0.0.1:9/x'],
  ],
  [
    'a @context that is a number',
    ['POST', '/entities', entity({ '@context': 5 }), { 'content-type': 'application/ld+json' }],
    400,
    'BadRequestData',
    ['@context', '5', 'URL'],
  ],
  [
    'a Link without brackets',
    ['GET', '/entities?type=Lamp', undefined, { link: 'http://127.0.0.1/x' }],
    400,
    'BadRequestData',
    ['Link', 'character 1', '< and >'],
  ],
  // Operations on one entity
  ['an entity that is not there', ['GET', '/entities/urn:a:none'], 404, 'ResourceNotFound', ['urn:a:none']],
  [
    'an id in the path that is no URI',
    ['GET', '/entities/lamp1'],
    400,
    'BadRequestData',
    ['id in the path', '"lamp1"', 'URI'],
  ],
  [
    'another id in the body',
    ['PATCH', `/entities/${LAMP}`, { id: 'urn:a:c' }],
    400,
    'BadRequestData',
    ['id', '"urn:a:c"', LAMP],
  ],
  [
    'an attribute that is not there',
    ['PATCH', `/entities/${LAMP}/attrs/speed`, { value: 1 }],
    404,
    'ResourceNotFound',
    [LAMP, 'speed'],
  ],
  [
    'an instance that is not there',
    ['DELETE', `/entities/${LAMP}/attrs/level?datasetId=urn:a:d`],
    404,
    'ResourceNotFound',
    ['level', 'urn:a:d'],
  ],
  [
    'a fragment of nothing',
    ['PATCH', `/entities/${LAMP}/attrs/level`, {}],
    400,
    'BadRequestData',
    ['level', '{}', 'at least one member'],
  ],
  [
    'another kind in a partial update',
    ['PATCH', `/entities/${LAMP}/attrs/level`, { type: 'Relationship' }],
    400,
    'BadRequestData',
    ['level', 'Relationship', 'Property', 'type of an attribute'],
  ],
  [
    'the scope as an attribute',
    ['PATCH', `/entities/${LAMP}/attrs/scope`, { value: 1 }],
    400,
    'BadRequestData',
    ['scope', 'not an attribute'],
  ],
  [
    'members of which none is there',
    ['GET', `/entities/${LAMP}?pick=speed`],
    404,
    'ResourceNotFound',
    [LAMP, 'none of the requested members'],
  ],
  // Parameters
  ['an unknown parameter', ['GET', '/entities?types=Lamp'], 400, 'InvalidRequest', ['types', 'expected', 'type, ']],
  ['a parameter twice', ['GET', '/entities?type=Lamp&type=Device'], 400, 'InvalidRequest', ['type', 'more than once']],
  ['a query of everything', ['GET', '/entities'], 400, 'BadRequestData', ['type', 'attrs', 'local=true']],
  ['a limit of nothing', ['GET', '/entities?type=Lamp&limit=0'], 400, 'BadRequestData', ['limit', '0', 'count=true']],
  [
    'a limit too large',
    ['GET', '/entities?type=Lamp&limit=100000'],
    403,
    'TooManyResults',
    ['limit', '100000', '5000'],
  ],
  [
    'an offset below zero',
    ['GET', '/entities?type=Lamp&offset=-1'],
    400,
    'BadRequestData',
    ['offset', '"-1"', 'at least 0'],
  ],
  [
    'a count that is no boolean',
    ['GET', '/entities?type=Lamp&count=yes'],
    400,
    'InvalidRequest',
    ['count', '"yes"', 'true or false'],
  ],
  [
    'an unknown format',
    ['GET', '/entities?type=Lamp&format=short'],
    400,
    'InvalidRequest',
    ['format', '"short"', 'concise, simplified'],
  ],
  [
    'an unknown option',
    ['GET', '/entities?type=Lamp&options=sysAttr'],
    400,
    'InvalidRequest',
    ['options', '"sysAttr"', 'sysAttrs'],
  ],
  [
    'a q with an operator too many',
    ['GET', '/entities?type=Lamp&q=level>>1'],
    400,
    'BadRequestData',
    ['q: at 6', '">1"', 'a value'],
  ],
  [
    'a q that breaks off',
    ['GET', '/entities?type=Lamp&q=level>'],
    400,
    'BadRequestData',
    ['q: at 6', 'the end', 'value'],
  ],
  [
    'a q without its parenthesis',
    ['GET', '/entities?type=Lamp&q=(level>1'],
    400,
    'BadRequestData',
    ['q: at 8', 'the end', '")"'],
  ],
  ['a q of half a text', ['GET', '/entities?type=Lamp&q=state=="on'], 400, 'BadRequestData', ['q: at 7', 'closing']],
  [
    'an expression that looks back',
    ['GET', '/entities?type=Lamp&q=state~="(?=a)"'],
    400,
    'BadRequestData',
    ['q', 'at 1', 'lookaround'],
  ],
  [
    'an idPattern that is none',
    ['GET', '/entities?type=Lamp&idPattern=**'],
    400,
    'BadRequestData',
    ['idPattern', '"**" at 0', 'something to repeat'],
  ],
  [
    'a georel of no kind',
    ['GET', '/entities?type=Lamp&georel=beside&geometry=Point&coordinates=[1,2]'],
    400,
    'BadRequestData',
    ['georel', '"beside"', 'near;maxDistance=='],
  ],
  [
    'a georel alone',
    ['GET', '/entities?type=Lamp&georel=within'],
    400,
    'BadRequestData',
    ['geometry', 'nothing', 'Point'],
  ],
  [
    'coordinates that are no JSON',
    ['GET', '/entities?type=Lamp&georel=within&geometry=Point&coordinates=1,2'],
    400,
    'BadRequestData',
    ['coordinates', '"1,2"', 'JSON array'],
  ],
  [
    'a pick with an empty name',
    ['GET', '/entities?type=Lamp&pick=id,,level'],
    400,
    'BadRequestData',
    ['pick', 'at 3', 'name'],
  ],
  ['pick beside attrs', ['GET', '/entities?type=Lamp&pick=id&attrs=level'], 400, 'BadRequestData', ['pick', 'attrs']],
  [
    'a geometryProperty without GeoJSON',
    ['GET', '/entities?type=Lamp&geometryProperty=location'],
    400,
    'BadRequestData',
    ['geometryProperty', 'application/json', 'application/geo+json'],
  ],
  [
    'a join of no kind',
    ['GET', '/entities?type=Lamp&join=outer'],
    400,
    'BadRequestData',
    ['join', '"outer"', 'inline, flat or @none'],
  ],
  [
    'an order of no direction',
    ['GET', '/entities?type=Lamp&orderBy=level;up'],
    400,
    'BadRequestData',
    ['orderBy', 'up', 'desc'],
  ],
  [
    'a scope query that is none',
    ['GET', '/entities?type=Lamp&scopeQ=/A//B'],
    400,
    'BadRequestData',
    ['scopeQ', 'at 3'],
  ],
  [
    'keep beside drop',
    ['DELETE', '/entities?type=Lamp&keep=level&drop=state'],
    400,
    'BadRequestData',
    ['keep and drop', 'one of them'],
  ],
  // Batches, subscriptions, events
  [
    'a batch of nothing',
    ['POST', '/entityOperations/upsert', []],
    400,
    'BadRequestData',
    ['empty array', 'at least one'],
  ],
  ['a batch that is no list', ['POST', '/entityOperations/upsert', {}], 400, 'BadRequestData', ['{}', 'JSON array']],
  ['a batch with a null', ['POST', '/entityOperations/delete', [null]], 400, 'BadRequestData', ['null', 'items only']],
  [
    'a Query of another type',
    ['POST', '/entityOperations/query', { type: 'query' }],
    400,
    'BadRequestData',
    ['type', '"query"', '"Query"'],
  ],
  [
    'a Query with a strange member',
    ['POST', '/entityOperations/query', { type: 'Query', where: 1 }],
    400,
    'BadRequestData',
    ['where', 'no such member'],
  ],
  [
    'a subscription without endpoint',
    ['POST', '/subscriptions', subscription({ notification: {} })],
    400,
    'BadRequestData',
    ['notification.endpoint', 'nothing'],
  ],
  [
    'a subscription with a faulty q',
    ['POST', '/subscriptions', subscription({ q: 'level>' })],
    400,
    'BadRequestData',
    ['q: at 6'],
  ],
  [
    'a throttling of text',
    ['POST', '/subscriptions', subscription({ throttling: 'often' })],
    400,
    'BadRequestData',
    ['throttling', '"often"'],
  ],
  ['a subscription that is not there', ['GET', '/subscriptions/urn:a:none'], 404, 'ResourceNotFound', ['urn:a:none']],
  // Protocol
  [
    'a tenant that is not there',
    ['GET', '/entities?type=Lamp', undefined, { 'ngsild-tenant': 'nobody' }],
    404,
    'NonexistentTenant',
    ['nobody'],
  ],
  [
    'a tenant with a blank',
    ['GET', '/entities?type=Lamp', undefined, { 'ngsild-tenant': 'a b' }],
    400,
    'BadRequestData',
    ['NGSILD-Tenant', '"a b"', '128'],
  ],
  ['a resource that is not there', ['GET', '/entity'], 404, 'ResourceNotFound', ['GET', '/ngsi-ld/v1/entity']],
  ['a method that is not there', ['PUT', '/types'], 405, 'InvalidRequest', ['PUT', 'expected GET']],
  [
    'a representation that is not there',
    ['GET', '/types', undefined, { accept: 'text/csv' }],
    406,
    'InvalidRequest',
    ['Accept', '"text/csv"', 'application/ld+json'],
  ],
  [
    'a body too large',
    ['POST', '/entities', `"${'x'.repeat(17 * 1024 * 1024)}"`],
    413,
    'InvalidRequest',
    ['body is too large', '16 MiB'],
  ],
  [
    'a path with half an escape',
    ['GET', '/entities/urn:a:%E0%A4'],
    400,
    'BadRequestData',
    ['Path', '%E0%A4', 'percent-encoded'],
  ],
];

describe('Errors name the position, the received and the expected value', () => {
  const [database] = testDatabases();
  let broker: Awaited<ReturnType<typeof createBroker>>;
  const tenant = freshTenant();

  function ask([method, path, body, headers]: Mistake[1]) {
    return injectRequest(broker, tenant, method, path, body, headers);
  }

  before(async () => {
    broker = await createBroker({
      db: await (database as NonNullable<typeof database>).open(),
      publicUrl: 'http://127.0.0.1',
    });
    const created = await ask(['POST', '/entities', { id: LAMP, type: 'Lamp', level: 5 }]);
    assert.equal(created.statusCode, 201, created.body);
  });

  after(() => broker.close());

  for (const [title, request, status, type, words] of MISTAKES) {
    test(title, async () => {
      const answer = await ask(request);
      assert.equal(answer.statusCode, status, answer.body);
      const problem = answer.json();
      assert.equal(problem.type, `https://uri.etsi.org/ngsi-ld/errors/${type}`);
      assert.equal(problem.status, status);
      assert.equal(answer.headers['content-type'], 'application/json');
      assert.notEqual(problem.detail, problem.title);
      for (const word of words) assert.ok(problem.detail.includes(word), `"${word}" is not in: ${problem.detail}`);
    });
  }

  test('an entry of a batch has the same error as a single request', async () => {
    const batch = [entity({ id: 'urn:a:good' }), entity({ id: 'urn:a:bad', level: { type: 'Property' } }), 5];
    const answer = await ask(['POST', '/entityOperations/create', batch]);
    assert.equal(answer.statusCode, 207);
    const { success, errors } = answer.json();
    assert.deepEqual(success, ['urn:a:good']);
    assert.equal(errors[0].entityId, 'urn:a:bad');
    assert.equal(errors[0].error.detail, 'level.value: got nothing, expected the value of a Property');
    assert.match(errors[1].error.detail, /^The entity is 5, expected a JSON object/);
  });
});
