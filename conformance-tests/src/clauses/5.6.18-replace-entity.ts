import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const replaceEntity = clause('5.6.18', 'Replace Entity', ({ test }) => {
  test('stores the content of the body and nothing else', async (broker) => {
    const id = await broker.create({ type: 'Building', scope: '/a', a: property(1), b: property(2) });
    expectNoContent(await broker.put(entityPath(id), { id, type: 'Museum', b: property(3), c: property(4) }));
    expectSame(await broker.read(id), { id, type: 'Museum', b: property(3), c: property(4) });
  });

  test('needs no id in the body', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectNoContent(await broker.put(entityPath(id), { type: 'Building', a: property(2) }));
    expectSame(await broker.read(id), { id, type: 'Building', a: property(2) });
  });

  test('creates nothing', async (broker) => {
    const id = broker.id();
    expectProblem(await broker.put(entityPath(id), { id, type: 'Building' }), 'ResourceNotFound');
    expectProblem(await broker.get(entityPath(id)), 'ResourceNotFound');
  });

  test('refuses a body without type, a bad id and no id', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectProblem(await broker.put(entityPath(id), { id, a: property(2) }), 'BadRequestData');
    expectProblem(await broker.put('/entities/nouri', { type: 'Building' }), 'BadRequestData');
    expectProblem(await broker.put('/entities/', { type: 'Building' }), 'BadRequestData');
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
  });

  test('does not change an entity of another type than requested', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    const answer = await broker.put(entityPath(id), { id, type: 'Museum' }, { query: { type: 'Vehicle' } });
    expectProblem(answer, 'ResourceNotFound');
    expectSame(await broker.read(id), { id, type: 'Building' });
  });
});
