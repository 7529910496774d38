import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const fragments = clause('5.4', 'Entity fragments', ({ test }) => {
  for (const [operation, method, suffix] of [
    ['Append Attributes', 'POST', '/attrs'],
    ['Update Attributes', 'PATCH', '/attrs'],
    ['Merge Entity', 'PATCH', ''],
    ['Replace Entity', 'PUT', ''],
  ] as const) {
    test(`may name the id of the entity in ${operation} and no other`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: property(1) });
      const path = `${entityPath(id)}${suffix}`;
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
