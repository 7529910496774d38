import { clause } from '../clause.ts';
import { languageProperty, property, vocabProperty } from '../documents.ts';
import { expectBody, expectSame } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const content = clause('4.6.4', 'Content is kept verbatim', ({ test }) => {
  test(`returns < > " ' = ; ( ) & as they were sent`, async (broker) => {
    const value = `<script>alert("x='1';(2)&amp;")</script>`;
    const type = broker.name();
    const id = await broker.create({ type, a: property(value), b: property({ [value]: value }) });
    const expected = { id, type, a: property(value), b: property({ [value]: value }) };
    expectBody(await broker.get(entityPath(id)), expected);
    expectBody(await broker.get('/entities', { query: { type } }), [expected]);
  });

  test('keeps an array of one element', async (broker) => {
    const sent = {
      type: 'Building',
      a: property(['x']),
      b: languageProperty({ fr: ['Mairie'] }),
      c: vocabProperty(['open']),
    };
    const id = await broker.create(sent);
    expectSame(await broker.read(id), { id, ...sent });
  });

  test('keeps the members of an object value, whatever their names', async (broker) => {
    const value = { id: 'x', type: 'Property', value: 5, observedAt: 'never', colour: { '@id': 'y' } };
    const id = await broker.create({ type: 'Building', a: property(value) });
    expectSame(await broker.read(id), { id, type: 'Building', a: property(value) });
  });
});
