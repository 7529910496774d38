import { clause } from '../clause.ts';
import {
  geoProperty,
  jsonProperty,
  languageProperty,
  listProperty,
  listRelationship,
  NULL,
  point,
  property,
  relationship,
  vocabProperty,
} from '../documents.ts';
import { expectBody, expectNoContent, expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import { attributePath, type Broker, entityPath, type Json } from '../rig/broker.ts';

const valuePath = (id: string, name = 'a') => `${attributePath(id, name)}/value`;

const KINDS: readonly (readonly [kind: string, attribute: Json, member: string, next: unknown])[] = [
  ['Property', property(42, { unitCode: 'CEL', source: property('probe') }), 'value', { a: [1, null] }],
  ['GeoProperty', geoProperty(point(6, 49)), 'value', point(5, 48)],
  ['Relationship', relationship('urn:x:1', { objectType: 'Person' }), 'object', 'urn:x:2'],
  ['LanguageProperty', languageProperty({ fr: 'Mairie', en: 'Town hall' }), 'languageMap', { lb: 'Gemeng' }],
  ['VocabProperty', vocabProperty('open'), 'vocab', 'closed'],
  ['JsonProperty', jsonProperty({ a: 1 }), 'json', { b: NULL }],
  ['ListProperty', listProperty([1, 1, 2]), 'valueList', [3]],
  ['ListRelationship', listRelationship(['urn:x:1']), 'objectList', [{ object: 'urn:x:2' }]],
];

async function created(broker: Broker, a: unknown): Promise<string> {
  return broker.create({ type: 'Building', a });
}

export const attributeRetrieval = clause('175 10.4', 'Retrieve an attribute (draft)', ({ test }) => {
  test('returns the attribute in each format', async (broker) => {
    const attribute = property(42, { unitCode: 'CEL' });
    const id = await created(broker, attribute);
    const path = attributePath(id, 'a');
    expectBody(await broker.get(path), attribute);
    expectBody(await broker.get(path, { query: { format: 'concise' } }), { value: 42, unitCode: 'CEL' });
    expectBody(await broker.get(path, { query: { format: 'simplified' } }), 42);
    const timed = await broker.get(path, { query: { options: 'sysAttrs' } });
    expectThat((timed.body as Json).createdAt !== undefined, 'createdAt', timed);
  });

  test('returns the instances requested', async (broker) => {
    const second = property(2, { datasetId: 'urn:x:second' });
    const id = await created(broker, [property(1), second]);
    const path = attributePath(id, 'a');
    expectBody(await broker.get(path), [property(1), second]);
    expectBody(await broker.get(path, { query: { datasetId: 'urn:x:second' } }), second);
    expectProblem(await broker.get(path, { query: { datasetId: 'urn:x:none' } }), 'ResourceNotFound');
  });

  test('answers 404 for an unknown entity, attribute or type', async (broker) => {
    const id = await created(broker, property(1));
    expectProblem(await broker.get(attributePath(broker.id(), 'a')), 'ResourceNotFound');
    expectProblem(await broker.get(attributePath(id, 'b')), 'ResourceNotFound');
    expectProblem(await broker.get(attributePath(id, 'a'), { query: { type: 'Kiosk' } }), 'ResourceNotFound');
  });
});

export const valueRetrieval = clause('175 10.4.4', 'Retrieve Attribute Value (draft)', ({ test }) => {
  for (const [kind, attribute, member] of KINDS) {
    test(`returns the ${member} of a ${kind}`, async (broker) => {
      const id = await created(broker, attribute);
      expectBody(await broker.get(valuePath(id)), attribute[member]);
    });
  }

  test('returns the default instance, or the one of datasetId', async (broker) => {
    const id = await created(broker, [property(1), property(2, { datasetId: 'urn:x:second' })]);
    expectBody(await broker.get(valuePath(id)), 1);
    expectBody(await broker.get(valuePath(id), { query: { datasetId: '@none' } }), 1);
    expectBody(await broker.get(valuePath(id), { query: { datasetId: 'urn:x:second' } }), 2);
    expectProblem(await broker.get(valuePath(id), { query: { datasetId: 'urn:x:none' } }), 'ResourceNotFound');
  });

  test('returns the text of a language with lang', async (broker) => {
    const id = await created(broker, languageProperty({ fr: 'Mairie', en: 'Town hall' }));
    expectBody(await broker.get(valuePath(id), { query: { lang: 'en' } }), 'Town hall');
  });

  test('answers 404 for an unknown entity, attribute or type, 400 for a wrong id or name', async (broker) => {
    const id = await created(broker, property(1));
    expectProblem(await broker.get(valuePath(broker.id())), 'ResourceNotFound');
    expectProblem(await broker.get(valuePath(id, 'b')), 'ResourceNotFound');
    expectProblem(await broker.get(valuePath(id), { query: { type: 'Kiosk' } }), 'ResourceNotFound');
    expectProblem(await broker.get(valuePath('nouri')), 'BadRequestData');
    expectProblem(await broker.get(valuePath(id, 'a b')), 'BadRequestData');
  });

  test('finds an attribute whose name is value, or an IRI', async (broker) => {
    const iri = 'https://example.org/speed';
    const id = await broker.create({ type: 'Building', value: property(1), [iri]: property(2) });
    expectBody(await broker.get(valuePath(id, 'value')), 1);
    expectBody(await broker.get(valuePath(id, iri)), 2);
  });

  test('returns what a source holds', async (broker, { sources }) => {
    const [type, id] = [broker.name('Vehicle'), broker.id('Vehicle')];
    const source = sources.open(() => ({ status: 200, body: { id, type, speed: property(50) } }));
    const registration = {
      id: broker.id('ContextSourceRegistration'),
      type: 'ContextSourceRegistration',
      information: [{ entities: [{ type, id }], propertyNames: ['speed'] }],
      endpoint: source.endpoint,
      operations: ['retrieveOps'],
    };
    expectStatus(await broker.post('/csourceRegistrations', registration), 201);
    expectBody(await broker.get(valuePath(id, 'speed')), 50);
    expectProblem(await broker.get(valuePath(id, 'speed'), { query: { local: true } }), 'ResourceNotFound');
  });
});

export const valueReplacement = clause('175 10.2.6', 'Set Attribute Value (draft)', ({ test }) => {
  for (const [kind, attribute, member, next] of KINDS) {
    test(`replaces the ${member} of a ${kind} and nothing else`, async (broker) => {
      const id = await created(broker, attribute);
      expectNoContent(await broker.put(valuePath(id), JSON.stringify(next), { contentType: 'application/json' }));
      expectSame((await broker.read(id)).a, { ...attribute, [member]: next });
    });
  }

  test('replaces the default instance, or the one of datasetId', async (broker) => {
    const second = property(2, { datasetId: 'urn:x:second' });
    const id = await created(broker, [property(1), second]);
    const options = { contentType: 'application/json' };
    expectNoContent(await broker.put(valuePath(id), '5', options));
    const query = { datasetId: 'urn:x:second' };
    expectNoContent(await broker.put(valuePath(id), '"x"', { ...options, query }));
    expectSame((await broker.read(id)).a, [property(5), { ...second, value: 'x' }]);
    expectProblem(
      await broker.put(valuePath(id), '1', { ...options, query: { datasetId: 'urn:x:none' } }),
      'ResourceNotFound',
    );
  });

  test('takes over observedAt, removes an old one, and adds none', async (broker) => {
    const [before, after] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'];
    const id = await broker.create({ type: 'Building', a: property(1, { observedAt: before }), b: property(1) });
    const query = { observedAt: after };
    const options = { contentType: 'application/json' };
    for (const name of ['a', 'b']) expectNoContent(await broker.put(valuePath(id, name), '2', { ...options, query }));
    const { a, b } = await broker.read(id);
    expectSame([a, b], [property(2, { observedAt: after }), property(2)]);
    expectNoContent(await broker.put(valuePath(id), '3', options));
    expectSame((await broker.read(id)).a, property(3));
  });

  for (const body of ['null', JSON.stringify(NULL), JSON.stringify({ a: [NULL] }), '{"a":', '']) {
    test(`answers 400 InvalidRequest to ${body === '' ? 'no body' : body}`, async (broker) => {
      const id = await created(broker, property(1));
      const answer = await broker.put(valuePath(id), body, { contentType: 'application/json' });
      expectProblem(answer, 'InvalidRequest');
      expectSame((await broker.read(id)).a, property(1));
    });
  }

  test('refuses the scope, a value of another type, and what does not exist', async (broker) => {
    const id = await broker.create({ type: 'Building', scope: '/x', at: relationship('urn:x:1') });
    const put = (path: string) => broker.put(path, '5', { contentType: 'application/json' });
    expectProblem(await put(valuePath(id, 'scope')), 'BadRequestData');
    expectProblem(await put(valuePath(id, 'at')), 'BadRequestData');
    expectProblem(await put(valuePath(id, 'b')), 'ResourceNotFound');
    expectProblem(await put(valuePath(broker.id(), 'a')), 'ResourceNotFound');
    expectThat(!('b' in (await broker.read(id))), 'nothing created', await broker.get(entityPath(id)));
  });

  test('expands terms by the @context of a JSON-LD body', async (broker) => {
    const id = await broker.create({ type: 'Building', 'https://example.org/state': geoProperty(point(1, 2)) });
    const value = { ...point(3, 4), '@context': { state: 'https://example.org/state' } };
    expectNoContent(await broker.put(valuePath(id, 'state'), value, { contentType: 'application/ld+json' }));
    expectSame((await broker.read(id))['https://example.org/state'], geoProperty(point(3, 4)));
  });

  test('is forwarded to the source that holds the attribute', async (broker, { sources }) => {
    const [type, id] = [broker.name('Vehicle'), broker.id('Vehicle')];
    const owner = relationship('urn:x:1', { observedAt: '2026-01-01T00:00:00Z' });
    const source = sources.open(({ method }) =>
      method === 'GET' ? { status: 200, body: { id, type, owner } } : { status: 204 },
    );
    const registration = {
      id: broker.id('ContextSourceRegistration'),
      type: 'ContextSourceRegistration',
      mode: 'exclusive',
      information: [{ entities: [{ type, id }], relationshipNames: ['owner'] }],
      endpoint: source.endpoint,
      operations: ['retrieveOps', 'updateOps'],
    };
    expectStatus(await broker.post('/csourceRegistrations', registration), 201);
    const put = (body: string) => broker.put(valuePath(id, 'owner'), body, { contentType: 'application/json' });
    const answer = await put('"urn:x:2"');
    expectNoContent(answer);
    const forwarded = source.seen.filter(({ method }) => method !== 'GET');
    const [only] = forwarded;
    expectThat(forwarded.length === 1 && only?.method === 'PATCH', 'one PATCH to the source', answer);
    expectSame(only?.body, { type: 'Relationship', object: 'urn:x:2', observedAt: NULL }, answer);
    expectProblem(await put('5'), 'BadRequestData');
  });
});
