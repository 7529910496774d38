import { clause } from '../clause.ts';
import { DEFAULT_VOCABULARY, vocabProperty } from '../documents.ts';
import { expectBody, expectNoContent, expectSame } from '../expect.ts';
import { attributePath, entityPath } from '../rig/broker.ts';

export const vocabPropertyClause = clause('4.5.20', 'VocabProperty', ({ test }) => {
  test('returns a term, several terms and terms with a minus sign', async (broker) => {
    const entity = {
      type: 'Building',
      a: vocabProperty('civic'),
      b: vocabProperty(['x', 'y']),
      c: vocabProperty('non-commercial'),
    };
    const id = await broker.create(entity);
    const { a, c, ...rest } = await broker.read(id);
    expectSame([a, c], [entity.a, entity.c]);
    const terms = (rest.b as { vocab: string[] }).vocab;
    expectSame([...terms].sort(), ['x', 'y']);
  });

  test('is expanded by the context it is written with and compacted by the one it is read with', async (broker, {
    contexts,
  }) => {
    const written = contexts.serve({ civic: 'https://example.org/kinds#civic' });
    const read = contexts.serve({ public: 'https://example.org/kinds#civic' });
    const id = await broker.create({ type: 'Building', a: vocabProperty('civic') }, { context: written });
    expectBody(await broker.get(entityPath(id), { context: written }), {
      id,
      type: 'Building',
      a: vocabProperty('civic'),
    });
    expectBody(await broker.get(entityPath(id), { context: read }), {
      id,
      type: 'Building',
      a: vocabProperty('public'),
    });
    expectSame(await broker.read(id), { id, type: 'Building', a: vocabProperty('https://example.org/kinds#civic') });
  });

  test('is an IRI of the default vocabulary when no context knows the term', async (broker, { contexts }) => {
    const id = await broker.create({ type: 'Building', a: vocabProperty('civic') });
    const context = contexts.serve({ mine: `${DEFAULT_VOCABULARY}civic` });
    expectBody(await broker.get(entityPath(id), { context }), { id, type: 'Building', a: vocabProperty('mine') });
  });

  test('is changed by Partial Attribute Update and Merge Entity', async (broker) => {
    const id = await broker.create({ type: 'Building', a: vocabProperty('x') });
    expectNoContent(await broker.patch(attributePath(id, 'a'), { type: 'VocabProperty', vocab: 'y' }));
    expectSame(await broker.read(id), { id, type: 'Building', a: vocabProperty('y') });
    expectNoContent(await broker.patch(entityPath(id), { a: { vocab: 'z' } }));
    expectSame(await broker.read(id), { id, type: 'Building', a: vocabProperty('z') });
  });
});
