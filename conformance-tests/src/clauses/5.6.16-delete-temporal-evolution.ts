import { clause } from '../clause.ts';
import { expectNoContent, expectProblem, expectSame, expectStatus } from '../expect.ts';

export const deleteTemporalEvolution = clause('5.6.16', 'Delete Temporal Evolution of an Entity', ({ test }) => {
  test('deletes an entity without attributes, which can be retrieved until then', async (broker) => {
    const [id, type] = [broker.id(), broker.name()];
    const path = `/temporal/entities/${id}`;
    expectStatus(await broker.post('/temporal/entities', { id, type }), 201);
    const answer = await broker.get(path);
    expectStatus(answer, 200);
    expectSame(answer.body, { id, type }, answer);
    expectNoContent(await broker.delete(path));
    expectProblem(await broker.get(path), 'ResourceNotFound');
    expectProblem(await broker.delete(path), 'ResourceNotFound');
  });

  test('answers 204 after the last attribute was deleted', async (broker) => {
    const [id, type] = [broker.id(), broker.name()];
    const path = `/temporal/entities/${id}`;
    const a = [{ type: 'Property', value: 1, observedAt: '2026-01-01T00:00:00Z' }];
    expectStatus(await broker.post('/temporal/entities', { id, type, a }), 201);
    expectNoContent(await broker.delete(`${path}/attrs/a`));
    expectNoContent(await broker.delete(path));
  });

  test('answers 404 for an entity that never existed', async (broker) => {
    expectProblem(await broker.delete(`/temporal/entities/${broker.id()}`), 'ResourceNotFound');
  });
});
