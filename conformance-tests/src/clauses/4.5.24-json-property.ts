import { clause } from '../clause.ts';
import { jsonProperty } from '../documents.ts';
import { expectBody, expectNoContent, expectSame } from '../expect.ts';
import { attributePath, entityPath } from '../rig/broker.ts';

const RAW = {
  id: 'a',
  '@id': 'b',
  type: 5,
  '@context': 'x',
  '@type': null,
  list: [null, [], {}],
  'a b': 'urn:ngsi-ld',
};

export const jsonPropertyClause = clause('4.5.24', 'JsonProperty', ({ test }) => {
  test('returns its json unchanged', async (broker) => {
    const id = await broker.create({ type: 'Building', a: jsonProperty(RAW), b: jsonProperty([RAW, 1, null]) });
    expectSame(await broker.read(id), { id, type: 'Building', a: jsonProperty(RAW), b: jsonProperty([RAW, 1, null]) });
  });

  test('neither expands nor compacts its content', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour' });
    const json = { colour: 'colour', 'https://example.org/colour': 1 };
    const id = await broker.create({ type: 'Building', a: jsonProperty(json) }, { context });
    expectSame(await broker.read(id), { id, type: 'Building', a: jsonProperty(json) });
    expectBody(await broker.get(entityPath(id), { context }), { id, type: 'Building', a: jsonProperty(json) });
  });

  test('is replaced as a whole in Partial Attribute Update', async (broker) => {
    const id = await broker.create({ type: 'Building', a: jsonProperty(RAW) });
    expectNoContent(await broker.patch(attributePath(id, 'a'), { type: 'JsonProperty', json: { x: 1 } }));
    expectSame(await broker.read(id), { id, type: 'Building', a: jsonProperty({ x: 1 }) });
  });
});
