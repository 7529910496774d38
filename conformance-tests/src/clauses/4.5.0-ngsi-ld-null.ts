import { clause } from '../clause.ts';
import { languageProperty, listProperty, NULL, property, relationship } from '../documents.ts';
import { expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { attributePath, type Broker, entityPath, type Json } from '../rig/broker.ts';

const NULL_OF: readonly (readonly [kind: string, stored: Json, marker: Json])[] = [
  ['Property', property(1), { type: 'Property', value: NULL }],
  ['Relationship', relationship('urn:x:1'), { type: 'Relationship', object: NULL }],
  [
    'GeoProperty',
    { type: 'GeoProperty', value: { type: 'Point', coordinates: [6, 49] } },
    { type: 'GeoProperty', value: NULL },
  ],
  ['LanguageProperty', languageProperty({ fr: 'oui' }), { type: 'LanguageProperty', languageMap: { '@none': NULL } }],
  ['VocabProperty', { type: 'VocabProperty', vocab: 'civic' }, { type: 'VocabProperty', vocab: NULL }],
  ['JsonProperty', { type: 'JsonProperty', json: { x: 1 } }, { type: 'JsonProperty', json: NULL }],
  ['ListProperty', listProperty([1, 2]), { type: 'ListProperty', valueList: [NULL] }],
  [
    'ListRelationship',
    { type: 'ListRelationship', objectList: [{ object: 'urn:x:1' }] },
    { type: 'ListRelationship', objectList: [NULL] },
  ],
];

type Write = (broker: Broker, id: string, attribute: unknown) => ReturnType<Broker['post']>;

const DELETING: readonly (readonly [operation: string, write: Write])[] = [
  ['Update Attributes', (broker, id, a) => broker.patch(`${entityPath(id)}/attrs`, { a })],
  ['Partial Attribute Update', (broker, id, a) => broker.patch(attributePath(id, 'a'), a)],
  ['Merge Entity', (broker, id, a) => broker.patch(entityPath(id), { a })],
];

const REFUSING: readonly (readonly [operation: string, write: Write])[] = [
  ['Append Attributes', (broker, id, a) => broker.post(`${entityPath(id)}/attrs`, { a })],
  ['Replace Entity', (broker, id, a) => broker.put(entityPath(id), { id, type: 'Building', a })],
  ['Replace Attribute', (broker, id, a) => broker.put(attributePath(id, 'a'), a)],
];

export const ngsiLdNull = clause('4.5.0', 'NGSI-LD Null', ({ test }) => {
  for (const [kind, stored, marker] of NULL_OF) {
    test(`refuses to create a ${kind} that is NGSI-LD Null`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', a: marker };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
    for (const [operation, write] of DELETING) {
      test(`deletes a ${kind} by its NGSI-LD Null in ${operation}`, async (broker) => {
        const id = await broker.create({ type: 'Building', a: stored, b: property(2) });
        expectNoContent(await write(broker, id, marker));
        expectSame(await broker.read(id), { id, type: 'Building', b: property(2) });
      });
    }
  }

  for (const [operation, write] of REFUSING) {
    test(`refuses NGSI-LD Null in ${operation}`, async (broker) => {
      const entity = { type: 'Building', a: property(1) };
      const id = await broker.create(entity);
      expectProblem(await write(broker, id, property(NULL)), 'BadRequestData');
      expectSame(await broker.read(id), { id, ...entity });
    });
  }

  test('deletes an attribute by the bare text in Update Attributes and Merge Entity', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1), b: property(2), c: property(3) });
    expectNoContent(await broker.patch(`${entityPath(id)}/attrs`, { a: NULL }));
    expectNoContent(await broker.patch(entityPath(id), { b: NULL }));
    expectSame(await broker.read(id), { id, type: 'Building', c: property(3) });
  });

  test('removes a key from a value by NGSI-LD Null in Merge Entity, at any depth', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property({ x: 1, y: { z: 2, w: 3 } }) });
    expectNoContent(
      await broker.patch(entityPath(id), { a: { type: 'Property', value: { x: NULL, y: { z: NULL } } } }),
    );
    expectSame(await broker.read(id), { id, type: 'Building', a: property({ y: { w: 3 } }) });
  });

  const nested = property({ x: { y: NULL } });
  const NESTED: readonly (readonly [string, Write])[] = [
    ['Update Attributes', DELETING[0]?.[1] as Write],
    ['Partial Attribute Update', DELETING[1]?.[1] as Write],
    ...REFUSING,
  ];
  for (const [operation, write] of NESTED) {
    test(`refuses NGSI-LD Null inside a value in ${operation}`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: property(1) });
      expectProblem(await write(broker, id, nested), 'BadRequestData');
    });
  }

  test('refuses NGSI-LD Null inside a value in Create Entity', async (broker) => {
    const entity = { id: broker.id(), type: 'Building', a: nested };
    expectProblem(await broker.post('/entities', entity), 'BadRequestData');
  });

  test('refuses NGSI-LD Null as type or id in Merge Entity', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectProblem(await broker.patch(entityPath(id), { type: NULL }), 'BadRequestData');
    expectProblem(await broker.patch(entityPath(id), { id: NULL }), 'BadRequestData');
  });

  test('refuses NGSI-LD Null as scope in Create Entity', async (broker) => {
    const entity = { id: broker.id(), type: 'Building', scope: NULL };
    expectProblem(await broker.post('/entities', entity), 'BadRequestData');
  });
});
