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
import { expectHeader, expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const createEntity = clause('5.6.1', 'Create Entity', ({ test }) => {
  test('answers 201 with the Location of the entity and no body', async (broker) => {
    const id = broker.id();
    const answer = await broker.post('/entities', { id, type: 'Building', name: property('Mairie') });
    expectStatus(answer, 201);
    const location = decodeURIComponent(answer.headers.location ?? '');
    expectThat(location.endsWith(`/ngsi-ld/v1/entities/${id}`), `Location: /ngsi-ld/v1/entities/${id}`, answer);
    expectThat(answer.text === '', 'no body', answer);
    expectHeader(answer, 'Link', undefined);
  });

  test('accepts an entity with only an id and a type', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectSame(await broker.read(id), { id, type: 'Building' });
  });

  test('accepts the collection path with a trailing slash', async (broker) => {
    expectStatus(await broker.post('/entities/', { id: broker.id(), type: 'Building' }), 201);
  });

  test('returns every kind of attribute as it was sent', async (broker) => {
    const entity = {
      id: broker.id(),
      type: 'Building',
      count: property(7),
      ratio: property(0.25, { unitCode: 'P1', observedAt: '2026-01-02T03:04:05.678Z' }),
      address: property(
        { street: 'rue de la Gare', numbers: [1, 3, [5]] },
        { verifiedBy: relationship('urn:x:person:1') },
      ),
      isOpen: property(false),
      location: geoProperty(point(5.95, 49.47)),
      inDistrict: relationship('urn:ngsi-ld:District:1', { since: property('2020') }),
      owners: relationship(['urn:x:person:1', 'urn:x:person:2']),
      label: languageProperty({ fr: 'Mairie', en: ['Town hall', 'City hall'] }),
      category: vocabProperty('civic'),
      tickets: jsonProperty({ id: 'a', '@type': 'b', list: [null, { x: 1 }] }),
      depths: listProperty([3, 1, 2, 1], { unitCode: 'MTR' }),
      route: listRelationship(['urn:x:stop:2', 'urn:x:stop:1']),
    };
    await broker.create(entity);
    expectSame(await broker.read(entity.id), entity);
  });

  test('answers 409 AlreadyExists when the id is in use', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectProblem(await broker.post('/entities', { id, type: 'Vehicle' }), 'AlreadyExists');
  });

  test('does not change an entity when the id is in use', async (broker) => {
    const id = await broker.create({ type: 'Building', name: property('first') });
    await broker.post('/entities', { id, type: 'Building', name: property('second') });
    expectSame(await broker.read(id), { id, type: 'Building', name: property('first') });
  });

  test('stores nothing of a refused entity', async (broker) => {
    const id = broker.id();
    await broker.post('/entities', { id, type: 'Building', good: property(1), bad: { type: 'Property' } });
    expectProblem(await broker.get(entityPath(id)), 'ResourceNotFound');
  });

  const wrong: readonly (readonly [what: string, members: { readonly [name: string]: unknown }])[] = [
    ['without an id', { id: undefined }],
    ['without a type', { type: undefined }],
    ['with an empty list of types', { type: [] }],
    ['with a type that is no string', { type: 5 }],
    ['with an id that is no URI', { id: 'notauri' }],
    ['with an empty id', { id: '' }],
    ['with the id NGSI-LD Null', { id: NULL }],
    ['with a null attribute', { name: null }],
    ['with an attribute NGSI-LD Null', { name: NULL }],
    ['with a Property whose value is NGSI-LD Null', { name: property(NULL) }],
  ];
  for (const [what, members] of wrong) {
    test(`answers 400 BadRequestData for an entity ${what}`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', ...members };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
  }

  test('answers 400 InvalidRequest for a body that is not JSON', async (broker) => {
    const text = `{"id": "${broker.id()}", "type": "Building", }`;
    expectProblem(await broker.post('/entities', text, { contentType: 'application/json' }), 'InvalidRequest');
  });

  test('answers 400 InvalidRequest for an empty array', async (broker) => {
    expectProblem(await broker.post('/entities', []), 'InvalidRequest');
  });
});
