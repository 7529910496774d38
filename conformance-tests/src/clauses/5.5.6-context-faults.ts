import { clause } from '../clause.ts';
import { expectBatchResult, expectProblem } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const contextFaults = clause('5.5.6', 'Contexts that are missing or wrong', ({ test }) => {
  test('answers 504 LdContextNotAvailable when a context can not be fetched', async (broker, { contexts }) => {
    for (const context of [contexts.missing(), contexts.broken()]) {
      const entity = { id: broker.id(), type: 'Building' };
      expectProblem(await broker.post('/entities', { ...entity, '@context': context }), 'LdContextNotAvailable');
      expectProblem(await broker.post('/entities', entity, { context }), 'LdContextNotAvailable');
    }
  });

  test('answers 504 LdContextNotAvailable to reads too', async (broker, { contexts }) => {
    const id = await broker.create({ type: 'Building' });
    const context = contexts.missing();
    expectProblem(await broker.get(entityPath(id), { context }), 'LdContextNotAvailable');
    expectProblem(await broker.get('/entities', { context, query: { type: 'Building' } }), 'LdContextNotAvailable');
  });

  for (const [what, text] of [
    ['is not JSON', 'hello'],
    ['has no @context', '{"a": "https://example.org/a"}'],
    ['is an array', '[]'],
    ['has a number as @context', '{"@context": 5}'],
    ['defines a term by a number', '{"@context": {"a": 5}}'],
  ] as const) {
    test(`answers 400 BadRequestData when the fetched document ${what}`, async (broker, { contexts }) => {
      const context = contexts.serveText(text);
      const answer = await broker.post('/entities', { id: broker.id(), type: 'Building' }, { context });
      expectProblem(answer, 'BadRequestData');
    });
  }

  test('answers 400 BadRequestData to an @context of a wrong kind in the body', async (broker) => {
    for (const context of [5, true, 'no url', { a: 5 }, [5]]) {
      const answer = await broker.post('/entities', { id: broker.id(), type: 'Building', '@context': context });
      expectProblem(answer, 'BadRequestData');
    }
  });

  test('reports it for each entity of a batch', async (broker, { contexts }) => {
    const [good, bad] = [broker.id(), broker.id()];
    const answer = await broker.post('/entityOperations/create', [
      { id: good, type: 'Building', '@context': contexts.serve({}) },
      { id: bad, type: 'Building', '@context': contexts.missing() },
    ]);
    expectBatchResult(answer, [good], [[bad, 'LdContextNotAvailable']]);
  });
});
