import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectIds, expectNoContent, expectProblem, expectStatus } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const localScope = clause('5.5.13', 'Local scope', ({ test }) => {
  test('allows a query without any filter with local=true', async (broker) => {
    const id = await broker.create({ type: broker.name() });
    const answer = await broker.get('/entities', { query: { local: true, id } });
    expectIds(answer, [id]);
    expectStatus(await broker.get('/entities', { query: { local: true, limit: 1 } }), 200);
  });

  test('is accepted by operations on one entity', async (broker) => {
    const query = { local: true };
    const id = broker.id();
    expectStatus(await broker.post('/entities', { id, type: 'Building' }, { query }), 201);
    expectNoContent(await broker.patch(entityPath(id), { a: property(1) }, { query }));
    expectStatus(await broker.get(entityPath(id), { query }), 200);
    expectNoContent(await broker.delete(entityPath(id), { query }));
  });

  for (const local of ['yes', '1', 'TRUE', '']) {
    test(`is refused as local=${local}`, async (broker) => {
      const answer = await broker.get('/entities', { query: { type: broker.name(), local } });
      expectProblem(answer, 'BadRequestData', 'InvalidRequest');
    });
  }
});
