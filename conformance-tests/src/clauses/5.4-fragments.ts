import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

/** The id in a document must be that of the path (5.4): a different one is ignored or refused. */
export const fragments = clause('5.4', 'Entity fragments', ({ test }) => {
  for (const [operation, method] of [
    ['Append Attributes', 'POST'],
    ['Update Attributes', 'PATCH'],
  ] as const) {
    test(`may contain the id of the entity in ${operation}; another id does not change another entity`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: property(1) });
      const other = await broker.create({ type: 'Building', a: property(3) });
      const path = `${entityPath(id)}/attrs`;
      const answer = await broker.request(method, path, { id: other, type: 'Building', a: property(2) });
      if (answer.status !== 204) expectProblem(answer, 'BadRequestData');
      expectSame(await broker.read(id), { id, type: 'Building', a: property(answer.status === 204 ? 2 : 1) });
      expectSame(await broker.read(other), { id: other, type: 'Building', a: property(3) });
      expectNoContent(await broker.request(method, path, { id, type: 'Building', a: property(4) }));
      expectSame(await broker.read(id), { id, type: 'Building', a: property(4) });
    });
  }

  for (const [operation, method] of [
    ['Merge Entity', 'PATCH'],
    ['Replace Entity', 'PUT'],
  ] as const) {
    test(`may contain the id of the entity in ${operation} and no other`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: property(1) });
      const path = entityPath(id);
      expectProblem(
        await broker.request(method, path, { id: broker.id(), type: 'Building', a: property(2) }),
        'BadRequestData',
      );
      expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
      expectNoContent(await broker.request(method, path, { id, type: 'Building', a: property(2) }));
      expectSame(await broker.read(id), { id, type: 'Building', a: property(2) });
    });
  }
});
