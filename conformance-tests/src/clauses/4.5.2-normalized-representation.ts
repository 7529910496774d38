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
import { expectProblem, expectSame } from '../expect.ts';
import type { Json } from '../rig/broker.ts';

const FORBIDDEN: readonly (readonly [what: string, attribute: Json])[] = [
  ['a Property with an object', property(1, { object: 'urn:x:1' })],
  ['a Property with a languageMap', property(1, { languageMap: { fr: 'a' } })],
  ['a Property with a vocab', property(1, { vocab: 'a' })],
  ['a Property with a json', property(1, { json: {} })],
  ['a Property with a valueList', property(1, { valueList: [1] })],
  ['a Property with an objectList', property(1, { objectList: ['urn:x:1'] })],
  ['a Property with a previousValue', property(1, { previousValue: 0 })],
  ['a Property with an entity', property(1, { entity: { id: 'urn:x:1', type: 'A' } })],
  ['a Property with an entityIdSealed', property(1, { entityIdSealed: 'urn:x:1' })],
  ['a Property with an observedAt that is an object', property(1, { observedAt: { type: 'Property', value: 'x' } })],
  ['a Property with a unitCode that is a number', property(1, { unitCode: 5 })],
  ['a Property with a datasetId that is no URI', property(1, { datasetId: 'none' })],
  ['a Relationship with a value', relationship('urn:x:1', { value: 1 })],
  ['a Relationship with a unitCode', relationship('urn:x:1', { unitCode: 'CEL' })],
  ['a Relationship with a valueList', relationship('urn:x:1', { valueList: [1] })],
  ['a Relationship with a languageMap', relationship('urn:x:1', { languageMap: { fr: 'a' } })],
  ['a Relationship with a previousObject', relationship('urn:x:1', { previousObject: 'urn:x:2' })],
  ['a Relationship whose object is no URI', relationship('somewhere')],
  ['a Relationship whose object is a number', { type: 'Relationship', object: 5 }],
  ['a Relationship of whose objects one is no URI', relationship(['urn:x:1', 'somewhere'])],
  ['a LanguageProperty with a value', languageProperty({ fr: 'a' }, { value: 1 })],
  ['a LanguageProperty with a unitCode', languageProperty({ fr: 'a' }, { unitCode: 'CEL' })],
  ['a LanguageProperty whose valueType is not langString', languageProperty({ fr: 'a' }, { valueType: 'xsd:string' })],
  ['a VocabProperty with a value', vocabProperty('a', { value: 1 })],
  ['a VocabProperty with a unitCode', vocabProperty('a', { unitCode: 'CEL' })],
  ['a VocabProperty whose vocab is a number', vocabProperty(5)],
  ['a JsonProperty with a value', jsonProperty({}, { value: 1 })],
  ['a JsonProperty with a unitCode', jsonProperty({}, { unitCode: 'CEL' })],
  ['a JsonProperty whose json is a number', jsonProperty(5)],
  ['a GeoProperty with a unitCode', geoProperty(point(6, 49), { unitCode: 'MTR' })],
  ['a ListProperty with a value', listProperty([1], { value: 1 })],
  ['a ListProperty whose valueList is no array', listProperty(5)],
  ['a ListRelationship with an object', listRelationship(['urn:x:1'], { object: 'urn:x:1' })],
  ['a ListRelationship whose objectList holds no URI', { type: 'ListRelationship', objectList: [{ object: 'x' }] }],
  ['an ngsildproof whose value is no object', property(1, { ngsildproof: property('x') })],
];

const KEPT: readonly (readonly [what: string, attribute: Json])[] = [
  ['a unitCode', property(20, { unitCode: 'CEL' })],
  ['an observedAt', property(20, { observedAt: '2026-01-02T03:04:05Z' })],
  ['a valueType', property('2026-01-02', { valueType: 'Date' })],
  ['an objectType', relationship('urn:x:1', { objectType: 'Person' })],
  ['a datasetId', property(1, { datasetId: 'urn:x:set' })],
  ['an array value', property([1, 'two', { three: [4] }])],
  ['an object value', property({ a: { b: null, c: [] } })],
  ['a boolean value', property(false)],
  ['an empty string', property('')],
  ['zero', property(0)],
  ['a number beyond 32 bits', property(12345678901)],
  ['a fraction', property(-1.5e-7)],
  ['attributes of an attribute', geoProperty(point(6, 49), { accuracy: property(5, { unitCode: 'MTR' }) })],
  [
    'an ngsildproof',
    property(1, { ngsildproof: property({ proof: 'z' }, { entityIdSealed: 'urn:x:1', entityTypeSealed: 'Building' }) }),
  ],
];

export const normalizedRepresentation = clause('4.5.2', 'Normalized representation', ({ test }) => {
  for (const [what, a] of FORBIDDEN) {
    test(`refuses ${what}`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', a };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
  }
  for (const [what, a] of KEPT) {
    test(`returns ${what} as it was sent`, async (broker) => {
      const id = await broker.create({ type: 'Building', a });
      expectSame(await broker.read(id), { id, type: 'Building', a });
    });
  }
});
