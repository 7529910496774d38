import { clause } from '../clause.ts';
import {
  geoProperty,
  jsonProperty,
  languageProperty,
  listProperty,
  listRelationship,
  point,
  property,
  relationship,
  vocabProperty,
} from '../documents.ts';
import { expectBody, expectProblem, expectSame } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

const AT = '2026-01-02T03:04:05Z';

/** Concise input, and the normalized form of it. */
const READ: readonly (readonly [what: string, concise: unknown, normalized: unknown])[] = [
  ['a string as a Property', 'Mairie', property('Mairie')],
  ['a number as a Property', 5, property(5)],
  ['a boolean as a Property', true, property(true)],
  ['an array as a Property', [1, 2], property([1, 2])],
  ['an object as a Property', { street: 'a' }, property({ street: 'a' })],
  ['a URI as a Property', 'urn:x:1', property('urn:x:1')],
  ['an object with a value as a Property', { value: 5, unitCode: 'CEL' }, property(5, { unitCode: 'CEL' })],
  ['a geometry as a GeoProperty', point(6, 49), geoProperty(point(6, 49))],
  [
    'a geometry as a value as a GeoProperty',
    { value: point(6, 49), observedAt: AT },
    geoProperty(point(6, 49), { observedAt: AT }),
  ],
  ['an object with an object as a Relationship', { object: 'urn:x:1' }, relationship('urn:x:1')],
  ['a languageMap as a LanguageProperty', { languageMap: { fr: 'a' } }, languageProperty({ fr: 'a' })],
  ['a vocab as a VocabProperty', { vocab: 'civic' }, vocabProperty('civic')],
  ['a json as a JsonProperty', { json: { a: 1 } }, jsonProperty({ a: 1 })],
  ['a valueList as a ListProperty', { valueList: [1, 2] }, listProperty([1, 2])],
  [
    'an objectList as a ListRelationship',
    { objectList: ['urn:x:1', 'urn:x:2'] },
    listRelationship(['urn:x:1', 'urn:x:2']),
  ],
  [
    'an attribute of an attribute',
    { value: 1, b: 2, c: { object: 'urn:x:1' } },
    property(1, { b: property(2), c: relationship('urn:x:1') }),
  ],
  [
    'several instances',
    [{ value: 1 }, { value: 2, datasetId: 'urn:x:set' }],
    [property(1), property(2, { datasetId: 'urn:x:set' })],
  ],
];

/** Normalized input, and the concise form of it. */
const WRITTEN: readonly (readonly [what: string, normalized: unknown, concise: unknown])[] = [
  ['a Property without members as its value', property('Mairie'), 'Mairie'],
  ['a Property with an object as that object', property({ street: 'a' }), { street: 'a' }],
  ['an attribute of an attribute with an object', property(1, { b: property({ c: 2 }) }), { value: 1, b: { c: 2 } }],
  ['an object with a member of attributes in a value', property({ value: 2 }), { value: { value: 2 } }],
  [
    'a Property with members without its type',
    property(5, { unitCode: 'CEL', observedAt: AT }),
    { value: 5, unitCode: 'CEL', observedAt: AT },
  ],
  ['a GeoProperty as its geometry', geoProperty(point(6, 49)), point(6, 49)],
  ['a Relationship with its object', relationship('urn:x:1'), { object: 'urn:x:1' }],
  ['a LanguageProperty with its languageMap', languageProperty({ fr: 'a' }), { languageMap: { fr: 'a' } }],
  ['a VocabProperty with its vocab', vocabProperty('civic'), { vocab: 'civic' }],
  ['a JsonProperty with its json', jsonProperty({ a: 1 }), { json: { a: 1 } }],
  ['a ListProperty with its valueList', listProperty([2, 1]), { valueList: [2, 1] }],
  [
    'a ListRelationship with bare URIs',
    listRelationship(['urn:x:2', 'urn:x:1']),
    { objectList: ['urn:x:2', 'urn:x:1'] },
  ],
  ['attributes of attributes concisely', property(1, { b: property(2) }), { value: 1, b: 2 }],
  [
    'instances as objects',
    [property(1), property(2, { datasetId: 'urn:x:set' })],
    [{ value: 1 }, { value: 2, datasetId: 'urn:x:set' }],
  ],
];

export const conciseRepresentation = clause('4.5.3', 'Concise representation', ({ test }) => {
  for (const [what, concise, normalized] of READ) {
    test(`reads ${what}`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: concise });
      expectSame(await broker.read(id), { id, type: 'Building', a: normalized });
    });
  }
  for (const [what, normalized, concise] of WRITTEN) {
    test(`writes ${what}`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: normalized });
      const answer = await broker.get(entityPath(id), { query: { format: 'concise' } });
      expectBody(answer, { id, type: 'Building', a: concise });
    });
  }

  test('refuses an object with several values and no type', async (broker) => {
    const entity = { id: broker.id(), type: 'Building', a: { value: 1, object: 'urn:x:1' } };
    expectProblem(await broker.post('/entities', entity), 'BadRequestData');
  });

  test('returns what can be sent again, even for a value with a member type', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property({ type: 'Thing', size: 1 }) });
    const concise = await broker.read(id, { query: { format: 'concise' } });
    const copy = broker.id();
    await broker.create({ ...concise, id: copy });
    expectSame(await broker.read(copy), { id: copy, type: 'Building', a: property({ type: 'Thing', size: 1 }) });
  });
});
