import { clause } from '../clause.ts';
import { expectProblem } from '../expect.ts';
import { attributePath, entityPath, type Json } from '../rig/broker.ts';

const WITHOUT_VALUE: readonly (readonly [kind: string, attribute: Json])[] = [
  ['Property', { type: 'Property' }],
  ['Property', { type: 'Property', unitCode: 'CEL' }],
  ['Relationship', { type: 'Relationship' }],
  ['GeoProperty', { type: 'GeoProperty' }],
  ['LanguageProperty', { type: 'LanguageProperty' }],
  ['VocabProperty', { type: 'VocabProperty' }],
  ['JsonProperty', { type: 'JsonProperty' }],
  ['ListProperty', { type: 'ListProperty' }],
  ['ListRelationship', { type: 'ListRelationship' }],
];

export const propertyGraph = clause('4.2.2', 'Attributes carry their value', ({ test }) => {
  for (const [kind, attribute] of WITHOUT_VALUE) {
    const members = Object.keys(attribute).length > 1 ? ' with other members' : '';
    test(`refuses to create a ${kind}${members} that has no value`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', a: attribute };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
  }

  test('refuses a Property whose value is a bare null', async (broker) => {
    const entity = { id: broker.id(), type: 'Building', a: { type: 'Property', value: null } };
    expectProblem(await broker.post('/entities', entity), 'BadRequestData');
  });

  test('refuses an attribute without value in every operation that writes one', async (broker) => {
    const id = await broker.create({ type: 'Building', a: { type: 'Property', value: 1 } });
    const bad = { type: 'Property', unitCode: 'CEL' };
    expectProblem(await broker.post(`${entityPath(id)}/attrs`, { a: bad }), 'BadRequestData');
    expectProblem(await broker.patch(`${entityPath(id)}/attrs`, { a: bad }), 'BadRequestData');
    expectProblem(await broker.put(entityPath(id), { id, type: 'Building', a: bad }), 'BadRequestData');
    expectProblem(await broker.put(attributePath(id, 'a'), bad), 'BadRequestData');
  });
});
