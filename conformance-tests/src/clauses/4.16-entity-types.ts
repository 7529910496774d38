import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectIds, expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const entityTypes = clause('4.16', 'Several types of an entity', ({ test }) => {
  test('stores several types and returns them', async (broker) => {
    const id = await broker.create({ id: broker.id(), type: ['Building', 'Museum'] });
    expectSame(await broker.read(id), { id, type: ['Building', 'Museum'] });
  });

  test('returns one type in an array as text', async (broker) => {
    const id = await broker.create({ id: broker.id(), type: ['Building'] });
    expectSame(await broker.read(id), { id, type: 'Building' });
  });

  test('finds an entity by each of its types', async (broker) => {
    const [a, b] = [broker.name('A'), broker.name('B')];
    const id = await broker.create({ id: broker.id(), type: [a, b] });
    expectIds(await broker.get('/entities', { query: { type: a } }), [id]);
    expectIds(await broker.get('/entities', { query: { type: b } }), [id]);
  });

  for (const [operation, method, suffix] of [
    ['Update Attributes', 'PATCH', '/attrs'],
    ['Append Attributes', 'POST', '/attrs'],
    ['Merge Entity', 'PATCH', ''],
  ] as const) {
    test(`gains types by ${operation} and loses none`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: property(1) });
      const fragment = { type: ['Museum', 'Building'], a: property(2) };
      expectNoContent(await broker.request(method, `${entityPath(id)}${suffix}`, fragment));
      expectSame(await broker.read(id), { id, type: ['Building', 'Museum'], a: property(2) });
      expectNoContent(await broker.request(method, `${entityPath(id)}${suffix}`, { type: 'Castle', a: property(3) }));
      expectSame(await broker.read(id), { id, type: ['Building', 'Castle', 'Museum'], a: property(3) });
    });
  }

  test('gains types by batch update', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectNoContent(await broker.post('/entityOperations/update', [{ id, type: 'Museum' }]));
    expectSame(await broker.read(id), { id, type: ['Building', 'Museum'] });
  });

  test('loses types by Replace Entity and by batch upsert that replaces', async (broker) => {
    const id = await broker.create({ id: broker.id(), type: ['Building', 'Museum'] });
    expectNoContent(await broker.put(entityPath(id), { id, type: ['Museum', 'Castle'] }));
    expectSame(await broker.read(id), { id, type: ['Castle', 'Museum'] });
    expectNoContent(await broker.post('/entityOperations/upsert', [{ id, type: 'Ruin' }]));
    expectSame(await broker.read(id), { id, type: 'Ruin' });
  });

  test('refuses a list with something that is no type', async (broker) => {
    expectProblem(await broker.post('/entities', { id: broker.id(), type: ['Building', 5] }), 'BadRequestData');
    expectProblem(await broker.post('/entities', { id: broker.id(), type: ['Building', ''] }), 'BadRequestData');
  });
});
