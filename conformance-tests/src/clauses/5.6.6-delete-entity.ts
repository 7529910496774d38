import { clause } from '../clause.ts';
import { expectIds, expectNoContent, expectProblem, expectStatus } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const deleteEntity = clause('5.6.6', 'Delete Entity', ({ test }) => {
  test('deletes an entity, for retrieval and for queries', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type });
    expectNoContent(await broker.delete(entityPath(id)));
    expectProblem(await broker.get(entityPath(id)), 'ResourceNotFound');
    expectIds(await broker.get('/entities', { query: { type } }), []);
    await broker.create({ id, type });
  });

  test('answers 404 to an unknown id and to a second deletion', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectNoContent(await broker.delete(entityPath(id)));
    expectProblem(await broker.delete(entityPath(id)), 'ResourceNotFound');
    expectProblem(await broker.delete(entityPath(broker.id())), 'ResourceNotFound');
  });

  test('answers 400 BadRequestData to an id that is not a URI', async (broker) => {
    expectProblem(await broker.delete('/entities/nouri'), 'BadRequestData');
  });

  test('does not change an entity of another type than requested', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectProblem(await broker.delete(entityPath(id), { query: { type: 'Vehicle' } }), 'ResourceNotFound');
    expectStatus(await broker.get(entityPath(id)), 200);
    expectNoContent(await broker.delete(entityPath(id), { query: { type: 'Building' } }));
  });
});
