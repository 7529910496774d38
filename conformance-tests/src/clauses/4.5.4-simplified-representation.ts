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
import { expectBody } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

const SIMPLE: readonly (readonly [what: string, normalized: unknown, simplified: unknown])[] = [
  ['a Property as its value', property(5, { unitCode: 'CEL', b: property(1) }), 5],
  ['an object value as it is', property({ a: [1] }), { a: [1] }],
  ['a GeoProperty as its geometry', geoProperty(point(6, 49)), point(6, 49)],
  ['a Relationship as its object', relationship('urn:x:1', { since: property(1) }), 'urn:x:1'],
  ['a Relationship of several objects as an array', relationship(['urn:x:1', 'urn:x:2']), ['urn:x:1', 'urn:x:2']],
  ['a LanguageProperty as an object with its languageMap', languageProperty({ fr: 'a' }), { languageMap: { fr: 'a' } }],
  ['a VocabProperty as an object with its vocab', vocabProperty('civic'), { vocab: 'civic' }],
  ['a JsonProperty as an object with its json', jsonProperty({ a: 1 }), { json: { a: 1 } }],
  ['a ListProperty as an array', listProperty([2, 1, 2]), [2, 1, 2]],
  ['a ListRelationship as an array of URIs', listRelationship(['urn:x:2', 'urn:x:1']), ['urn:x:2', 'urn:x:1']],
  [
    'several instances as a dataset',
    [property(1), property(2, { datasetId: 'urn:x:set' })],
    { dataset: { '@none': 1, 'urn:x:set': 2 } },
  ],
  [
    'instances without a default one as a dataset without @none',
    [property(1, { datasetId: 'urn:x:one' }), property(2, { datasetId: 'urn:x:two' })],
    { dataset: { 'urn:x:one': 1, 'urn:x:two': 2 } },
  ],
];

export const simplifiedRepresentation = clause('4.5.4', 'Simplified representation', ({ test }) => {
  for (const [what, normalized, simplified] of SIMPLE) {
    test(`writes ${what}`, async (broker) => {
      const id = await broker.create({ type: 'Building', scope: '/a', a: normalized });
      const answer = await broker.get(entityPath(id), { query: { format: 'simplified' } });
      expectBody(answer, { id, type: 'Building', scope: '/a', a: simplified });
    });
  }

  test('returns the same for keyValues as for simplified', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    for (const query of [{ format: 'keyValues' }, { options: 'keyValues' }, { options: 'simplified' }]) {
      expectBody(await broker.get(entityPath(id), { query }), { id, type: 'Building', a: 1 });
    }
  });

  test('writes results of a query simply', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type, a: property(1) });
    expectBody(await broker.get('/entities', { query: { type, format: 'simplified' } }), [{ id, type, a: 1 }]);
  });
});
