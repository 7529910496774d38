import { clause } from '../clause.ts';
import { geoProperty, listRelationship, point, property, relationship } from '../documents.ts';
import { expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { attributePath, type Json } from '../rig/broker.ts';

const CHANGES: readonly (readonly [kind: string, stored: Json, fragment: Json, result: Json])[] = [
  ['a Property', property(1, { unitCode: 'X' }), { value: 2 }, property(2, { unitCode: 'X' })],
  ['a Property by its type too', property(1), { type: 'Property', value: 2 }, property(2)],
  [
    'a Relationship',
    relationship('urn:x:1', { a: property(1) }),
    { object: 'urn:x:2' },
    relationship('urn:x:2', { a: property(1) }),
  ],
  ['a GeoProperty', geoProperty(point(1, 2)), { value: point(3, 4) }, geoProperty(point(3, 4))],
  ['a ListRelationship', listRelationship(['urn:x:1']), { objectList: ['urn:x:2'] }, listRelationship(['urn:x:2'])],
  [
    'observedAt alone',
    property(1),
    { observedAt: '2026-01-02T03:04:05Z' },
    property(1, { observedAt: '2026-01-02T03:04:05Z' }),
  ],
  [
    'an attribute of the attribute as a whole',
    property(1, { b: property(2, { unitCode: 'X' }) }),
    { b: property(3) },
    property(1, { b: property(3) }),
  ],
];

export const partialAttributeUpdate = clause('5.6.4', 'Partial Attribute Update', ({ test }) => {
  for (const [what, stored, fragment, result] of CHANGES) {
    test(`changes ${what}`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: stored });
      expectNoContent(await broker.patch(attributePath(id, 'a'), fragment));
      expectSame(await broker.read(id), { id, type: 'Building', a: result });
    });
  }

  const wrong: readonly (readonly [string, unknown])[] = [
    ['an empty fragment', {}],
    ['another type', { type: 'Relationship', object: 'urn:x:1' }],
    ['a value of another kind', { object: 'urn:x:1' }],
    ['a value null', { value: null }],
    ['an observedAt that is no DateTime', { observedAt: 'now' }],
    ['a datasetId NGSI-LD Null', { value: 2, datasetId: 'urn:ngsi-ld:null' }],
    ['an array', [{ value: 2 }]],
  ];
  for (const [what, fragment] of wrong) {
    test(`refuses ${what}`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: property(1) });
      expectProblem(await broker.patch(attributePath(id, 'a'), fragment), 'BadRequestData', 'InvalidRequest');
      expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
    });
  }

  test('is refused for an unknown entity, attribute or instance', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1), b: property(1, { datasetId: 'urn:x:set' }) });
    expectProblem(await broker.patch(attributePath(broker.id(), 'a'), { value: 1 }), 'ResourceNotFound');
    expectProblem(await broker.patch(attributePath(id, 'missing'), { value: 1 }), 'ResourceNotFound');
    expectProblem(await broker.patch(attributePath(id, 'a'), { value: 1, datasetId: 'urn:x:set' }), 'ResourceNotFound');
    expectProblem(await broker.patch(attributePath(id, 'b'), { value: 1 }), 'ResourceNotFound');
  });

  test('is refused for a bad id, no id, a bad name and scope', async (broker) => {
    const id = await broker.create({ type: 'Building', scope: '/a' });
    expectProblem(await broker.patch('/entities/nouri/attrs/a', { value: 1 }), 'BadRequestData');
    expectProblem(await broker.patch('/entities//attrs/a', { value: 1 }), 'BadRequestData');
    expectProblem(await broker.patch(attributePath(id, '@invalid'), { value: 1 }), 'BadRequestData');
    expectProblem(await broker.patch(attributePath(id, 'scope'), { value: '/b' }), 'BadRequestData');
  });

  test('does not change an entity of another type than requested', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const answer = await broker.patch(attributePath(id, 'a'), { value: 2 }, { query: { type: 'Vehicle' } });
    expectProblem(answer, 'ResourceNotFound');
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
  });

  test('accepts application/merge-patch+json', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const options = { contentType: 'application/merge-patch+json' };
    expectNoContent(await broker.patch(attributePath(id, 'a'), { value: 2 }, options));
    expectSame(await broker.read(id), { id, type: 'Building', a: property(2) });
  });
});
